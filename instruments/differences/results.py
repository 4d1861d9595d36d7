"""What became of each question, section, scale and list from one version to the next."""

from dataclasses import dataclass

from instruments.differences.marking import Lines

ADDED, DROPPED, CHANGED, SAME = "added", "dropped", "changed", "same"
CONTINUES, CUT, BEGINS = "continues", "cut", "begins"
"""What was decided on a trend; empty where nobody has decided yet."""


@dataclass(frozen=True, slots=True)
class Change:
    """One property that differs, in words, side by side."""

    what: str
    label: str
    old: Lines
    new: Lines


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands: its section by key and title, its number there (0 for a note, which has none)."""

    section: str
    title: str
    number: int

    def __str__(self) -> str:
        return f"{self.title} ข้อ {self.number}" if self.number else self.title


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """What became of one question. ``old_key`` is the question compared with: its own key, or the one it follows."""

    key: str
    kind: str
    text: str
    old_key: str = ""
    old_text: str = ""
    old_place: Place | None = None
    new_place: Place | None = None
    moved: bool = False
    changes: tuple[Change, ...] = ()
    asked: bool = False
    """Whether somebody has to say if it still means the same."""
    decision: str = ""
    forced: str = ""
    """Why the trend can't go on whatever is decided; a Thai sentence."""
    type: str = ""

    @property
    def undecided(self) -> bool:
        return self.asked and (self.decision != CUT if self.forced else not self.decision)

    @property
    def ancestor(self) -> str:
        """The old question whose trend goes on here; empty where none does."""
        return "" if self.forced or self.decision in (CUT, BEGINS) or self.kind == DROPPED else self.old_key

    @property
    def place(self) -> Place | None:
        return self.new_place or self.old_place

    @property
    def is_note(self) -> bool:
        return self.type == "note"


@dataclass(frozen=True, slots=True)
class PartChange:
    """What became of a section, a scale, a shared list or the form's own words."""

    key: str
    kind: str
    title: str
    moved: bool = False
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that differs. ``questions`` in the order of the new version, dropped ones after their neighbour."""

    questions: tuple[QuestionChange, ...]
    sections: tuple[PartChange, ...]
    scales: tuple[PartChange, ...]
    lists: tuple[PartChange, ...]
    whole: tuple[Change, ...]

    def of_kind(self, kind: str) -> list[QuestionChange]:
        return [question for question in self.questions if question.kind == kind]

    @property
    def added(self) -> list[QuestionChange]:
        return self.of_kind(ADDED)

    @property
    def dropped(self) -> list[QuestionChange]:
        return self.of_kind(DROPPED)

    @property
    def changed(self) -> list[QuestionChange]:
        return self.of_kind(CHANGED)

    @property
    def same(self) -> list[QuestionChange]:
        return self.of_kind(SAME)

    @property
    def moved(self) -> list[QuestionChange]:
        return [question for question in self.questions if question.moved]

    @property
    def undecided(self) -> list[QuestionChange]:
        return [question for question in self.questions if question.undecided]

    @property
    def undecided_sentence(self) -> str:
        """What must still be decided, as a Thai sentence; empty where nothing must."""
        waiting = self.undecided
        if not waiting:
            return ""
        named = ", ".join(str(question.place) for question in waiting[:3])
        more = f" และอีก {len(waiting) - 3} ข้อ" if len(waiting) > 3 else ""
        return f"ยังไม่ได้ตัดสินใจเรื่องแนวโน้มของข้อที่เปลี่ยน {len(waiting)} ข้อ ได้แก่ {named}{more}"

    @property
    def any(self) -> bool:
        """Whether the two ask anything differently."""
        return bool(
            self.sections or self.scales or self.lists or self.whole or self.moved
            or any(question.kind != SAME for question in self.questions)
        )  # fmt: skip

    @property
    def replaced(self) -> set[str]:
        """The old keys whose trend goes on under a new key."""
        return {q.ancestor for q in self.questions if q.kind == ADDED and q.ancestor}
