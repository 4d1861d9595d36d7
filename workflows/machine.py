"""A lifecycle as one readable table: its states, its transitions, and what each transition asks for.

The table is data: the same rows give the buttons, the labels, the refusals, the diagram and the tests.
``workflows.services.perform`` is the only place that moves an object along it.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import models

Guard = Callable[[Any], str | None]
"""Returns None where the condition holds, else the Thai sentence that explains the refusal."""


@dataclass(frozen=True)
class State:
    """One state. ``outside`` is what the other side (the school) reads instead of the office's own word."""

    key: str
    label: str
    outside: str = ""
    tone: str = "secondary"
    final: bool = False

    @property
    def outside_label(self) -> str:
        return self.outside or self.label


@dataclass(frozen=True)
class Transition:
    """One move. ``permission`` is asked with the object; ``roles`` says in which role it is logged."""

    name: str
    label: str
    source: frozenset[str]
    target: str
    permission: str
    roles: tuple[str, ...]
    guards: tuple[Guard, ...] = ()
    applies: Callable[[Any], bool] | None = None
    reason: bool = False
    digest: bool = False
    tone: str = "primary"
    icon: str = "arrow-right"
    automatic: bool = False
    """Performed by a service as part of something else; never offered as a button."""
    confirm: str = ""
    """A Thai sentence shown above the button where the step cannot be taken back."""

    turn: Callable[[Any], Iterable[str]] | None = None
    """Which of ``roles`` may make the move on this object now, where a chain decides whose turn it is."""

    def roles_on(self, obj: Any) -> tuple[str, ...]:
        """The roles in which the move is made on this object: what is logged, and whom a refusal names."""
        return self.roles if self.turn is None else tuple(self.turn(obj))

    def applies_to(self, obj: Any) -> bool:
        """Whether the move is meaningful for the object now; one that is not is not even shown."""
        return obj.state in self.source and (self.applies is None or self.applies(obj))


def move(name: str, label: str, *, source: str | Iterable[str], target: str, permission: str, **options) -> Transition:
    """A row of the table; ``source`` may be one state or several."""
    sources = frozenset([source]) if isinstance(source, str) else frozenset(source)
    options["roles"] = tuple(options.pop("roles", ()))
    options["guards"] = tuple(options.pop("guards", ()))
    return Transition(name, label, sources, target, permission, **options)


@dataclass
class Machine:
    """The lifecycle of one kind of record."""

    name: str
    label: str
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    effects: dict[str, list[Callable]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._state = {state.key: state for state in self.states}
        self._transition = {transition.name: transition for transition in self.transitions}

    def __getitem__(self, name: str) -> Transition:
        return self._transition[name]

    def __contains__(self, name: str) -> bool:
        return name in self._transition

    def state(self, key: str) -> State:
        return self._state[key]

    @property
    def keys(self) -> list[str]:
        return [state.key for state in self.states]

    def choices(self, *, outside: bool = False) -> list[tuple[str, str]]:
        """(key, label) pairs, in the office's words or in the other side's."""
        return [(state.key, state.outside_label if outside else state.label) for state in self.states]

    def effect(self, *names: str):
        """Register what else changes with a transition, in the same transaction: ``f(obj, log)``."""
        unknown = [name for name in names if name not in self]
        if unknown:
            raise KeyError(f"{self.name} has no transition {unknown}")

        def register(function: Callable) -> Callable:
            for name in names:
                self.effects.setdefault(name, []).append(function)
            return function

        return register

    def problems(self) -> list[str]:
        """What is wrong with the table: undeclared or unreachable states, dead ends, doubled names, missing words."""
        found = []
        keys = set(self._state)
        if len(keys) != len(self.states) or len(self._transition) != len(self.transitions):
            found.append("a state or transition name is declared twice")
        if self.initial not in keys:
            found.append(f"the initial state {self.initial!r} is not declared")
        for transition in self.transitions:
            found += [
                f"{transition.name} names the undeclared state {key!r}"
                for key in sorted((transition.source | {transition.target}) - keys)
            ]
            if not transition.label or not transition.permission or not transition.roles:
                found.append(f"{transition.name} lacks a label, a permission or its roles")
        leaving: dict[str, set[str]] = {key: set() for key in keys}
        for transition in self.transitions:
            for source in transition.source & keys:
                leaving[source].add(transition.target)
        reached, queue = {self.initial}, deque([self.initial])
        while queue:
            for target in leaving.get(queue.popleft(), ()):
                if target not in reached:
                    reached.add(target)
                    queue.append(target)
        found += [f"the state {key!r} can't be reached" for key in self.keys if key not in reached]
        found += [
            f"the state {state.key!r} can't be left and is not final"
            for state in self.states
            if not state.final and not leaving[state.key] - {state.key}
        ]
        found += [
            f"the final state {state.key!r} can be left" for state in self.states if state.final and leaving[state.key]
        ]
        return found

    def diagram(self) -> str:
        """The table as a Mermaid state diagram, with Thai labels."""
        lines = ["stateDiagram-v2"]
        lines += [f'    state "{state.label}" as {state.key}' for state in self.states]
        lines.append(f"    [*] --> {self.initial}")
        lines += [
            f"    {source} --> {transition.target}: {transition.label}"
            for transition in self.transitions
            for source in self.keys
            if source in transition.source
        ]
        lines += [f"    {state.key} --> [*]" for state in self.states if state.final]
        return "\n".join(lines) + "\n"


def state_field(machine: Machine) -> models.CharField:
    """The column of the state: plain text, so that no migration ever holds a class of this kernel."""
    return models.CharField("สถานะ", max_length=30, default=machine.initial, editable=False, db_index=True)
