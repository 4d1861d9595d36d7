"""Dull makers of handbooks. A state is put around the kernel; a test about moves uses ``perform``."""

from handbook.models import Edition
from handbook.reference import shipped
from tests.supervision.factories import put


def make_edition(area, *, state: str = "published", fiscal_year: int = 2564, number: int = 1, **fields) -> Edition:
    """The shipped handbook as an edition of the office."""
    fields.setdefault("content", shipped())
    edition = Edition.objects.create(area=area, fiscal_year=fiscal_year, number=number, **fields)
    return put(edition, state)


def make_draft(base: Edition, *, fiscal_year: int = 2571) -> Edition:
    return make_edition(base.area, state="draft", fiscal_year=fiscal_year, content=base.content, based_on=base)
