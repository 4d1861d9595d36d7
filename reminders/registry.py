"""What waits for people, brought here by the apps that know it: the home page and the reminders read it.

In an app's ``ready``: ``registry.add(visits_to_make, VISIT)``. A provider takes the people of one area and today, and
gives a duty for each thing that waits for one of them, in a fixed number of queries however many people and things
there are. It names nobody who is not among the people, so that the same provider answers for a whole office and for
one person's home page; and it names only what that person may open.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from reminders.people import People

AHEAD = timedelta(days=14)
"""How far ahead an appointment is a duty at all; nobody is reminded earlier."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing that waits, as the home page heads it and a message begins its line."""

    key: str
    title: str
    icon: str
    page: Callable[[], str]
    """The address of the list of all of them; called late, because addresses are not known when apps load."""
    urgent: bool = False
    """Pressing even without a day: something came back."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing that waits for one person. ``key`` names the thing and stays the same from day to day."""

    user_id: int
    key: str
    text: str
    url: str
    due_on: date | None
    """The last day; None where it waits without one."""
    kind: str
    detail: str = ""
    """What the page and the letter add; not sent through LINE."""
    note: str = ""
    """When, in words, where the last day alone does not say it."""


Provider = Callable[[People, date], Iterable[Duty]]
_providers: list[Provider] = []
_kinds: dict[str, Kind] = {}


def add(provider: Provider, *kinds: Kind) -> None:
    """Ask this provider too, whose duties are of these kinds; adding it twice asks it once.

    Kinds stand on the home page in the order in which they were added, among equally pressing ones.
    """
    if provider not in _providers:
        _providers.append(provider)
    _kinds.update({kind.key: kind for kind in kinds})


def remove(provider: Provider) -> None:
    """For a test that added one of its own."""
    _providers.remove(provider)


def kind_of(duty: Duty) -> Kind:
    return _kinds[duty.kind]


def kinds() -> list[Kind]:
    return list(_kinds.values())


def collect(people: People, today: date) -> list[Duty]:
    """Everything that waits for these people, each thing once for a person."""
    found: dict[tuple[int, str], Duty] = {}
    for provider in _providers:
        for duty in provider(people, today):
            found.setdefault((duty.user_id, duty.key), duty)
    return list(found.values())
