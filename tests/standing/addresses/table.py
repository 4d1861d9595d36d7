"""What a row of the table of addresses is, who the people in it are, and how rows are made for the moves of a machine."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from tests.standing.district import EVERYBODY, OFFICE

OK = frozenset({200})
DONE = frozenset({200, 302})
REFUSED = frozenset({302, 409, 422})
"""Allowed to try, and told in the answer why it can't be done now."""
TOLD = frozenset({302, 403, 404, 409, 422})
Who = frozenset[str] | Callable[[str], frozenset[str]]
NOBODY: frozenset[str] = frozenset()
AREA = OFFICE | {"committee", "clerk"}
TEAM = frozenset({"supervisor", "colleague"})
PLANNERS = OFFICE - {"director"}
CERTIFIERS = OFFICE | {"clerk"}
"""Who make certificates."""


@dataclass(frozen=True)
class Address:
    """One address with one method. ``of``: the record whose states are walked, "" where there is none."""

    name: str
    of: str = ""
    args: Callable[[Any], list] = lambda world: []
    sees: Who = EVERYBODY
    does: Who | None = None
    method: str = "get"
    data: Callable[[Any], dict] = lambda world: {}
    ok: frozenset[int] = OK
    told: frozenset[int] = TOLD
    open: bool = False
    """Whether a person who is not signed in may open it."""
    signed_out: frozenset[int] = frozenset({302})
    headers: dict = field(default_factory=dict)

    def who_sees(self, state: str) -> frozenset[str]:
        return self.sees(state) if callable(self.sees) else self.sees

    def who_does(self, state: str) -> frozenset[str]:
        if self.does is None:
            return self.who_sees(state)
        return self.does(state) if callable(self.does) else self.does

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.name}"


def both(make: Callable, name: str, **options) -> list[Address]:
    """An address with a form: to be looked at, and to be sent."""
    data = options.pop("data")
    sent = options.pop("sent", DONE | REFUSED)
    return [make(name, **options), make(name, method="post", data=data, **(options | {"ok": sent}))]


def moves(make: Callable, name: str, machine, table: dict, args: Callable) -> list[Address]:
    """One row for each transition, those that are only part of something else included: they answer 404."""
    rows = []
    for transition in machine.transitions:
        key = transition.name
        if transition.automatic:
            assert key not in table
            rows.append(make(name, method="post", args=_with(args, key), sees=NOBODY))
            continue
        states, people = table[key]
        rows.append(
            make(
                name,
                method="post",
                args=_with(args, key),
                does=in_states(frozenset(states), frozenset(people)),
                data=lambda world: {"reason": "เพราะจำเป็น"},
                ok=frozenset({302}),
            )
        )
    rows.append(make(name, method="post", args=_with(args, "no-such-move"), sees=NOBODY))
    return rows


def _with(args: Callable, key: str) -> Callable:
    return lambda world: [*args(world), key]


def in_states(states: frozenset[str], people: frozenset[str]) -> Callable[[str], frozenset[str]]:
    return lambda state: people if state in states else NOBODY


def today() -> str:
    return timezone.localdate().isoformat()


JSON = {"accept": "application/json"}
