"""How a question goes on through the versions of its form: what may be added up, and where a trend is cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from instruments.definition import Form, Question


@dataclass(frozen=True)
class Ancestor:
    """A question in one version. ``era`` 0 goes on to the newest version; each cut of the trend begins another."""

    version: int
    slot: str
    era: int


Versions = Sequence[tuple[int, Form]]
"""(id of the version, its form), the newest first."""


def lineage(versions: Versions, slot: str) -> list[Ancestor]:
    """The slot of the newest version and what it was in each version before, as far back as there is anything.

    A trend that is cut goes on in an earlier era, so that it can be shown beside the later one and never added to it.
    """
    key, dot, rest = slot.partition(".")
    found: list[Ancestor] = []
    era = 0
    later: Question | None = None
    for version, form in versions:
        question = form.questions.get(key)
        if question is None or (dot and f"{key}.{rest}" not in form.slots):
            break
        if later is not None and (later.cut or not comparable(question, later)):
            era += 1
        found.append(Ancestor(version, f"{key}{dot}{rest}", era))
        later, key = question, question.follows or question.key
    return found


def comparable(old: Question, new: Question) -> bool:
    """Whether answers to both can be added up: the same kind of answer over the same range."""
    if old.type != new.type or (old.scale is None) != (new.scale is None):
        return False
    return old.scale is None or new.scale is None or old.scale.bounds == new.scale.bounds


def eras(versions: Versions, slots: Sequence[str]) -> dict[int, int]:
    """The era of several questions read together, by version: another one wherever any of them is cut, new or gone."""
    if not versions:
        return {}
    paths = [{step.version: step for step in lineage(versions, slot)} for slot in slots]
    found = {versions[0][0]: 0}
    for (later, _), (version, _) in pairwise(versions):
        together = all(
            later in path and version in path and path[later].era == path[version].era for path in paths
        ) and not _dropped(versions, later, version, paths)
        found[version] = found[later] + (not together)
    return found


def _dropped(versions: Versions, later: int, version: int, paths) -> bool:
    """Whether the earlier version rates something in the same sections that the later one has no more."""
    forms = dict(versions)
    kept = {path[version].slot for path in paths if version in path}
    sections = {forms[later].questions[path[later].slot.partition(".")[0]].section for path in paths if later in path}
    return any(
        slot not in kept for section in forms[version].sections if section.key in sections for slot, _ in section.rated
    )
