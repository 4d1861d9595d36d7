"""Paragraphs that people wrote in the place of the program's: kept when numbers change, and told where they disagree."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from cycles.annual.passages import Passage
from cycles.models import PassageEdit, Report
from cycles.services.cycles import ChangedMeanwhileError, CycleRefusedError
from schools.models import School
from thai.text import normalise
from workflows.digests import stamp_of
from workflows.services import NotAllowedError

LONGEST = 10_000
"""Letters of one paragraph."""
TITLES = ("นาย", "นาง", "นางสาว", "ครู", "ผอ.", "ศน.", "ดร.")
"""What stands before a first name in a report."""


@dataclass(frozen=True)
class Difference:
    """One number that is another one since the paragraph was written; "-" where it is not said any more, or is new."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Kept:
    """One paragraph of the report as it stands: the program's, or what somebody wrote in its place."""

    passage: Passage
    edit: PassageEdit | None = None
    names: tuple[str, ...] = field(default=())
    """Schools and people whom the written text names: then everybody reads the program's words instead."""

    @property
    def is_edited(self) -> bool:
        return self.edit is not None

    @property
    def text(self) -> str:
        return self.edit.text if self.edit else self.passage.text

    @property
    def public_text(self) -> str:
        """What everybody reads; empty where nobody but the office does."""
        if not self.passage.public:
            return ""
        return self.passage.text if self.names else self.text

    @property
    def seen(self) -> int:
        """What a page that shows this paragraph was made of: the edit that held then."""
        return self.edit.pk if self.edit else 0

    @property
    def of(self) -> str:
        """What a page that shows this paragraph was made of: the numbers of then."""
        return stamp_of(self.passage.facts)

    @property
    def differences(self) -> list[Difference]:
        """The numbers that changed since somebody wrote; none where nobody did."""
        return differences(self.edit.facts, self.passage.facts) if self.edit else []

    @property
    def is_stale(self) -> bool:
        return bool(self.differences)


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[Difference]:
    labels = [*old, *(label for label in new if label not in old)]
    return [
        Difference(label, old.get(label, "-"), new.get(label, "-"))
        for label in labels
        if old.get(label) != new.get(label)
    ]


def last_edits(report: Report) -> dict[str, PassageEdit]:
    """The edit that holds of each paragraph that somebody wrote; two queries."""
    last = PassageEdit.objects.filter(report=report).order_by().values("key").annotate(last=Max("pk")).values("last")
    found = PassageEdit.objects.filter(pk__in=last).select_related("by")
    return {edit.key: edit for edit in found if edit.text}


def kept_passages(report: Report, passages: Mapping[str, Passage]) -> dict[str, Kept]:
    """Every paragraph as it stands, by its key. A fixed number of queries; three where nobody wrote anything."""
    edits = last_edits(report)
    known = Names.of(report.area_id) if edits else None
    found = {}
    for key, passage in passages.items():
        edit = edits.get(key)
        found[key] = Kept(passage, edit, known.in_text(edit.text) if edit and known else ())
    return found


def orphans(report: Report, passages: Mapping[str, Passage]) -> list[PassageEdit]:
    """Written paragraphs whose place is gone, e.g. of a form that has no answers any more: told, never thrown away."""
    return [edit for key, edit in last_edits(report).items() if key not in passages]


@dataclass(frozen=True)
class Names:
    """The schools of an office and the people of it and of them, to be found in a text."""

    known: Mapping[str, str]
    """How a text may name one of them, without spaces → the name."""

    @classmethod
    def of(cls, area: int) -> "Names":
        schools = School.objects.filter(area=area).values_list("name", flat=True)
        people = User.objects.filter(assignments__area=area) | User.objects.filter(assignments__school__area=area)
        names = people.order_by().distinct().values_list("prefix", "first_name", "last_name")
        spoken = {way: f"{first} {last}".strip() for prefix, first, last in names for way in _ways(prefix, first, last)}
        return cls({_packed(way): name for way, name in (spoken | {name: name for name in schools}).items() if way})

    def in_text(self, text: str) -> tuple[str, ...]:
        """The names that the text says, written with or without spaces, or the first name after a title alone."""
        packed = _packed(text)
        return tuple(sorted({name for way, name in self.known.items() if way in packed}))


def _ways(prefix: str, first: str, last: str) -> list[str]:
    """How a text may name a person: whole, or by the first name after a title; that alone may be a common word."""
    return [f"{first}{last}", *(f"{title}{first}" for title in {prefix, *TITLES} if title and first)]


def _packed(text: str) -> str:
    return "".join(text.split())


# -- Verbs ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def write_passage(report: Report, passage: Passage, text: str, *, by: User, seen: int, of: str = "") -> PassageEdit:
    """Put ``text`` in the place of the program's paragraph; empty, or as the program has it, takes the program's.

    ``seen``: the edit that held when the person's page was made (0: none); ``of``: the ``stamp`` of the numbers on it.
    Raises ``ChangedMeanwhileError`` where somebody wrote since, or where numbers are others by now, ``CycleRefusedError`` where the report is not written now. Saying the same text again says that
    it agrees with the numbers as they are.
    """
    current = Report.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=report.pk)
    if not by.has_perm("cycles.write_report", current):
        raise NotAllowedError("ท่านไม่มีสิทธิ์แก้ไขรายงานนี้ ผู้ที่แก้ไขได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน หรือผู้อำนวยการกลุ่มนิเทศฯ")
    if not current.is_written:
        raise CycleRefusedError(f"รายงานอยู่ในสถานะ “{current.state_label}” จึงแก้ไขไม่ได้ หากต้องแก้ให้ผู้พิจารณาส่งกลับก่อน")
    text = normalise(text, multiline=True)
    if len(text) > LONGEST:
        raise CycleRefusedError(
            f"ย่อหน้านี้ยาว {len(text):,} ตัวอักษร เกินกว่าที่รับได้ ({LONGEST:,}) โปรดตัดให้สั้นลงหรือย้ายไปช่องข้อเสนอแนะ"
        )
    last = PassageEdit.objects.filter(report=current, key=passage.key).order_by("-pk").first()
    holds = last.pk if last and last.text else 0
    if seen != holds:
        who = f" ({last.by})" if last else ""
        raise ChangedMeanwhileError(
            f"ขณะที่ท่านพิมพ์ มีผู้บันทึกย่อหน้านี้ไปก่อนแล้ว{who} ข้อความของท่านยังอยู่ในช่อง โปรดเทียบกับที่บันทึกไว้ แล้วกดบันทึกอีกครั้งเพื่อใช้ของท่าน"
        )
    kept = "" if text == passage.text else text
    if kept and of and of != stamp_of(passage.facts):
        raise ChangedMeanwhileError(
            "ขณะที่ท่านพิมพ์ ตัวเลขของย่อหน้านี้เปลี่ยนไป ข้อความของท่านยังอยู่ในช่อง โปรดเทียบกับตัวเลขปัจจุบันด้านล่าง แล้วกดบันทึกอีกครั้ง"
        )
    return PassageEdit.objects.create(report=current, key=passage.key, text=kept, facts=dict(passage.facts), by=by)
