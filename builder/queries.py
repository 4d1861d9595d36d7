"""What the builder asks of the database: forms being written, and what published versions have fixed."""

from functools import lru_cache
from typing import Any

from builder.editing import Published
from instruments.flows import DRAFT, IN_REVIEW, PUBLISHED, RETIRED
from instruments.models import Instrument, InstrumentVersion


def unfinished_forms(user):
    """Versions that are being written or reviewed, the newest first, without their definitions."""
    return (
        InstrumentVersion.objects.visible_to(user)
        .filter(state__in=(DRAFT, IN_REVIEW))
        .select_related("instrument", "instrument__area")
        .defer("definition")
        .order_by("-pk")
    )


def forms_to_copy(user):
    """Every version that the person may read, to be copied from: the newest of each form first."""
    return (
        InstrumentVersion.objects.visible_to(user)
        .select_related("instrument")
        .defer("definition")
        .order_by("instrument__code", "-number")
    )


def published_facts(instrument: Instrument) -> Published:
    """What the versions that were ever published have fixed."""
    rows = InstrumentVersion.objects.filter(instrument=instrument, state__in=(PUBLISHED, RETIRED))
    questions: dict[str, str] = {}
    sections: set[str] = set()
    values: dict[str, frozenset[str]] = {}
    lists: dict[str, frozenset[str]] = {}
    for pk, digest in rows.order_by("number").values_list("pk", "content_hash"):
        one = _facts(digest, pk)
        questions |= one.questions
        sections |= one.sections
        for kept, given in ((values, one.values), (lists, one.lists)):
            for key, these in given.items():
                kept[key] = kept.get(key, frozenset()) | these
    return Published(questions, frozenset(sections), values, lists)


@lru_cache(maxsize=500)
def _facts(digest: str, pk: int) -> Published:
    """Read once in a process: a published definition never changes."""
    definition: dict[str, Any] = InstrumentVersion.objects.values_list("definition", flat=True).get(pk=pk)
    questions, values = {}, {}
    for section in definition.get("sections", []):
        for question in section["questions"]:
            questions[question["key"]] = question["type"]
            given = [str(choice["v"]) for choice in question.get("choices") or ()]
            given += [row["key"] for row in question.get("rows") or ()]
            if given:
                values[question["key"]] = frozenset(given)
    lists = {
        key: frozenset(str(item["v"]) for item in each.get("items") or ())
        for key, each in (definition.get("lists") or {}).items()
    }
    sections = frozenset(section["key"] for section in definition.get("sections", []))
    return Published(questions, sections, values, lists)
