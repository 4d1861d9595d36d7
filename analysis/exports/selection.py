"""Which answers go into a file, and how they are written: what a person asks for, kept with the file."""

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from instruments.models import Collection, Response


@dataclass(frozen=True)
class Selection:
    """The answers to one form in one area office; what is None doesn't narrow them."""

    area: int
    instrument: int
    file: str = "xlsx"
    keys: bool = False
    """Headings are keys instead of Thai text."""
    values: bool = False
    """Choices are values instead of labels."""
    split: bool = False
    """One more column, 0 or 1, for each choice of a question that takes several."""
    unfinished: bool = False
    """Also what is not finished yet."""
    tryouts: bool = False
    """Also what was only tried out."""
    version: int | None = None
    school: int | None = None
    group: int | None = None
    collection: int | None = None
    academic_year: int | None = None
    semester: int | None = None
    fiscal_year: int | None = None
    since: str | None = None
    until: str | None = None
    """ISO dates, both included."""

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in (None, False)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Selection":
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})

    @property
    def names_places(self) -> bool:
        """Whether being in the file tells of a response where it comes from."""
        return bool(self.school or self.group)


def responses_of(chosen: Selection, *, using: str | None = None) -> QuerySet[Response]:
    """The responses that the selection asks for, never sealed ones; the caller has checked the right to the office's
    answers."""
    found = Response.objects.using(using).filter(area=chosen.area, version__instrument=chosen.instrument)
    left_out = Q(sealed=True)
    if not chosen.unfinished:
        found = found.filter(locked_at__isnull=False)
    if chosen.collection:
        found = found.filter(collection=chosen.collection)
    elif not chosen.tryouts:
        left_out |= Q(counted=False)
    found = found.exclude(collection__in=Collection.objects.filter(left_out, area=chosen.area))
    narrowing: dict[str, Any] = {
        "version": chosen.version,
        "school": chosen.school,
        "school__group": chosen.group,
        "academic_year": chosen.academic_year,
        "semester": chosen.semester,
        "fiscal_year": chosen.fiscal_year,
        "on__gte": chosen.since and date.fromisoformat(chosen.since),
        "on__lte": chosen.until and date.fromisoformat(chosen.until),
    }
    return found.filter(**{name: value for name, value in narrowing.items() if value})
