"""What a step of a process asks for: each step that the product knows has a kind, registered by ``cycles.steps``.

A step that an office added to its own handbook has no kind of its own; it gets the plain one, which asks for the
checklist and a product.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing before a step is done: what, who can mend it, and where."""

    text: str
    who: str = ""
    url: str = ""
    link: str = ""
    """Words of the link, e.g. “เลือกแผน”."""

    @property
    def sentence(self) -> str:
        return f"{self.text} (ผู้ดำเนินการ: {self.who})" if self.who else self.text


@dataclass(frozen=True, slots=True)
class Source:
    """Records of the office that a step draws from, chosen on its page: a plan, surveys.

    ``objects(step, user)`` are those that may be chosen; ``step.sources[name]`` keeps the primary keys.
    """

    name: str
    label: str
    objects: Callable[[Any, Any], Any]
    help: str = ""
    empty: str = "ยังไม่มีให้เลือก"
    create_url: str | Promise = ""
    """Where one is made when there is none yet."""
    meant: Q | None = None
    """Which of the objects the step asks for; the others stand apart, under ``others``."""
    others: str = ""


class StepKind:
    """One step's screen: what it gathers, what people add, what must be there, what it prints.

    ``gather`` answers plain data (numbers, text, lists, dicts): when the step is completed it is frozen as it is, and the
    same template shows it then. It costs a fixed number of queries.
    """

    template = "cycles/steps/plain.html"
    """Shows ``facts`` and ``content`` on the page of the step."""
    document = "cycles/steps/plain_document.html"
    """The same on paper: the body of the step's document."""
    title = ""
    """What the document is called; empty: as the step."""
    form: Any = None
    """A form class (``cycles.forms.StepForm``) for what people add; its clean values are kept as the step's content."""
    sources: Sequence[Source] = ()
    styles: Sequence[str] = ()
    """Style sheets that its page needs beside that of the cycles, e.g. "css/charts.css"."""

    def gather(self, step: Any) -> dict[str, Any]:
        """What the product already knows, as of now."""
        return {}

    def gaps(self, step: Any, facts: dict[str, Any]) -> list[Gap]:
        """What is missing beyond the checklist and what the form requires."""
        return []


class PlainStep(StepKind):
    """A step that the product knows nothing of: some product must show that it was done."""

    def gaps(self, step: Any, facts: dict[str, Any]) -> list[Gap]:
        if step.evidence.exists() or step.notes.strip():
            return []
        return [Gap("ยังไม่มีผลงานหรือบันทึกของขั้นนี้", step.in_charge, f"{step.get_absolute_url()}#evidence", "แนบผลงาน")]


_KINDS: dict[tuple[str, str], StepKind] = {}
PLAIN = PlainStep()


def step_kind(process: str, key: str) -> Callable[[type[StepKind]], type[StepKind]]:
    """Register the decorated class for the step with this key of the process, e.g. ``("P-5.1", "s1")``."""

    def register(kind: type[StepKind]) -> type[StepKind]:
        if (process, key) in _KINDS:
            raise ValueError(f"step {key} of {process} has two kinds")
        _KINDS[process, key] = kind()
        return kind

    return register


def kind_of(process: str, key: str) -> StepKind:
    return _KINDS.get((process, key), PLAIN)


def steps_of(kind: type[StepKind]) -> list[tuple[str, str]]:
    """(process, key) of every step whose kind is one of these."""
    return [place for place, registered in _KINDS.items() if isinstance(registered, kind)]
