"""What became of each question from one version of a form to the next, and whether its trend goes on.

Pure: two definitions in, a ``Differences`` out; drafts that are not whole yet are compared as far as they can be read.

A question keeps its key. Where its words, type, scale or choices changed, the person who revises the form says whether
it still means the same: ``follows`` with its own key where it does, ``break`` where it does not; until then it is
undecided. A question under a new key may continue an old one (``follows: OLD``). Where the values can't be compared at
all, as on a scale of another range, the trend is cut and nobody is asked.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from instruments.checking import TYPES

ADDED, DROPPED, CHANGED, SAME = "added", "dropped", "changed", "same"
CONTINUES, CUT, BEGINS = "continues", "cut", "begins"
"""What was decided on a trend; empty where nobody has decided yet."""

_DECIDED_ON = frozenset({"text", "type", "scale", "choices", "master", "rows", "correct", "expr", "unit"})
"""The properties whose change may change what an answer means."""
_FAMILIES = (
    frozenset({"rating"}),
    frozenset({"dual"}),
    frozenset({"matrix"}),
    frozenset({"exist"}),
    frozenset({"choice", "multi"}),
    frozenset({"number", "calc"}),
)
"""Types whose answers are counted alike; the answers of all other types are read and not counted."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``marked`` where the other side has something else."""

    text: str
    marked: bool = False


Lines = tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One property that differs, in words, side by side."""

    what: str
    label: str
    old: Lines
    new: Lines


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands: its section's title and its number there (0 for a note, which has none)."""

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


def differences(old: Any, new: Any) -> Differences:
    """Compare two definitions, question by question; each may be a draft with gaps."""
    before, after = _Sheet(old), _Sheet(new)
    return Differences(
        questions=tuple(_questions(before, after)),
        sections=tuple(_parts(before.sections, after.sections, _SECTION, ordered=True)),
        scales=tuple(_parts(before.scales, after.scales, _SCALE)),
        lists=tuple(_parts(before.lists, after.lists, _LIST)),
        whole=tuple(_changes(before.whole, after.whole, _WHOLE)),
    )


def without_mapping(definition: Any) -> Any:
    """A copy that says nothing about the version before: what a new draft starts from."""
    copy = json.loads(json.dumps(definition))
    for question in _asked(copy):
        question.pop("follows", None)
        question.pop("break", None)
    return copy


def decided(definition: Any, decisions: Mapping[str, tuple[str, str]]) -> Any:
    """A copy with what was decided: question key → (``continues`` | ``cut`` | ``begins`` | "", old key)."""
    copy = json.loads(json.dumps(definition))
    for question in _asked(copy):
        if question.get("key") not in decisions:
            continue
        decision, old = decisions[question["key"]]
        question.pop("follows", None)
        question.pop("break", None)
        if decision == CONTINUES:
            question["follows"] = old or question["key"]
        elif decision == CUT:
            question["break"] = True
    return copy


def candidates(old: Any, new: Any, key: str) -> list[tuple[str, Place, str]]:
    """The dropped questions that the new question ``key`` may continue: (old key, where it stood, its text)."""
    before, after = _Sheet(old), _Sheet(new)
    asked = after.questions.get(key)
    if asked is None or asked.get("type") == "note":
        return []
    return [
        (gone, before.places[gone], str(question.get("text") or ""))
        for gone, question in before.questions.items()
        if gone not in after.questions
        and question.get("type") != "note"
        and not _incomparable(before, question, after, asked)
    ]


# -- Reading a definition that may have gaps -----------------------------------------------------------------------


def _dicts(items: Any) -> list[dict]:
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _asked(definition: Any) -> list[dict]:
    """Every question of a definition, in order."""
    sections = definition.get("sections") if isinstance(definition, dict) else None
    return [question for section in _dicts(sections) for question in _dicts(section.get("questions"))]


class _Sheet:
    """A definition with its questions, sections and scales found by key, each with what it takes from others."""

    def __init__(self, definition: Any):
        data = definition if isinstance(definition, dict) else {}
        self.whole = {"note": data.get("note")}
        scales, lists = (found if isinstance(found := data.get(name), dict) else {} for name in ("scales", "lists"))
        self.scales = {str(key): scale for key, scale in scales.items() if isinstance(scale, dict)}
        self.lists = {str(key): items for key, items in lists.items() if isinstance(items, dict)}
        self.sections: dict[str, dict] = {}
        self.questions: dict[str, dict] = {}
        self.places: dict[str, Place] = {}
        for section in _dicts(data.get("sections")):
            name = str(section.get("key") or "")
            self.sections[name] = section
            number = 0
            for question in _dicts(section.get("questions")):
                key = str(question.get("key") or "")
                number += question.get("type") != "note"
                if not key or key in self.questions:
                    continue
                self.questions[key] = question | {"scale": question.get("scale") or section.get("scale") or ""}
                self.places[key] = Place(
                    name, str(section.get("title") or ""), number if question.get("type") != "note" else 0
                )

    def values(self, question: Mapping[str, Any]) -> list[int]:
        """The numbers of the scale of a question, lowest first; none where it has no scale."""
        scale = self.scales.get(str(question.get("scale") or ""), {})
        return sorted(item["v"] for item in _dicts(scale.get("values")) if isinstance(item.get("v"), int))

    def choices(self, question: Mapping[str, Any]) -> list[dict]:
        shared = self.lists.get(str(question.get("list") or ""))
        return _dicts(shared.get("items") if shared else question.get("choices"))

    def shown(self, question: dict) -> dict:
        """The question with the scale and the choices that it uses, so that their changes are seen in it."""
        kind = question.get("type")
        return question | {
            "scale": self.scales.get(str(question.get("scale") or ""))
            if kind in ("rating", "dual", "matrix")
            else None,
            "choices": self.choices(question),
        }


# -- Questions -----------------------------------------------------------------------------------------------------


def _questions(before: _Sheet, after: _Sheet) -> Iterable[QuestionChange]:
    stays = _in_order([k for k in before.questions if k in after.questions], list(after.questions))
    dropped = {key: _dropped(before, key) for key in before.questions if key not in after.questions}
    neighbours = _dropped_after(before, after)
    yield from (dropped[key] for key in neighbours.get("", ()))
    for key in after.questions:
        yield _question(before, after, key, stays)
        yield from (dropped[gone] for gone in neighbours.get(key, ()))


def _dropped_after(before: _Sheet, after: _Sheet) -> dict[str, list[str]]:
    """The dropped questions by the last question before them that is still there ("" at the beginning)."""
    found: dict[str, list[str]] = {}
    last = ""
    for key in before.questions:
        if key in after.questions:
            last = key
        else:
            found.setdefault(last, []).append(key)
    return found


def _dropped(before: _Sheet, key: str) -> QuestionChange:
    question = before.questions[key]
    text = str(question.get("text") or "")
    return QuestionChange(
        key, DROPPED, text, old_key=key, old_text=text, old_place=before.places[key], type=str(question.get("type"))
    )


def _question(before: _Sheet, after: _Sheet, key: str, stays: set[str]) -> QuestionChange:
    question = after.questions[key]
    kind, text = str(question.get("type")), str(question.get("text") or "")
    follows = str(question.get("follows") or "")
    own = key in before.questions
    old_key = follows if follows in before.questions else key if own else ""
    if not old_key:
        return QuestionChange(key, ADDED, text, new_place=after.places[key], type=kind, decision=BEGINS)
    asked_before = before.questions[old_key]
    changes = tuple(_changes(before.shown(asked_before), after.shown(question), _QUESTION))
    place, old_place = after.places[key], before.places[old_key]
    forced = "" if kind == "note" else _incomparable(before, asked_before, after, question)
    decision = CUT if question.get("break") else CONTINUES if follows in before.questions else ""
    return QuestionChange(
        key=key,
        kind=(CHANGED if changes else SAME) if own else ADDED,
        text=text,
        old_key=old_key,
        old_text=str(asked_before.get("text") or ""),
        old_place=old_place,
        new_place=place,
        moved=own and (place.section != old_place.section or key not in stays),
        changes=changes,
        asked=kind != "note" and (bool(forced) or (own and any(change.what in _DECIDED_ON for change in changes))),
        decision=decision,
        forced=forced,
        type=kind,
    )


def _incomparable(before: _Sheet, old: Mapping[str, Any], after: _Sheet, new: Mapping[str, Any]) -> str:
    """Why answers to the one can't stand beside answers to the other; empty where they can."""
    was, now = old.get("type"), new.get("type")
    if was != now and not any({was, now} <= family for family in _FAMILIES):
        return f"ชนิดคำตอบเปลี่ยนจาก “{TYPES.get(str(was), was)}” เป็น “{TYPES.get(str(now), now)}” ค่าเดิมเทียบกับค่าใหม่ไม่ได้ จึงต้องตัดแนวโน้ม"
    if now in ("rating", "dual", "matrix"):
        first, second = before.values(old), after.values(new)
        if first and second and (first[0], first[-1]) != (second[0], second[-1]):
            return (
                f"ช่วงคะแนนเปลี่ยนจาก {first[0]}–{first[-1]} เป็น {second[0]}–{second[-1]} ค่าเฉลี่ยเทียบกันไม่ได้ จึงต้องตัดแนวโน้ม"
            )
    return ""


def _in_order(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The most keys that kept their order among each other: all others were moved."""
    place = {key: number for number, key in enumerate(old)}
    wanted = [key for key in new if key in place]
    tails: list[str] = []  # longest increasing subsequence, by patience sorting
    before: dict[str, str | None] = {}
    for key in wanted:
        low, high = 0, len(tails)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if place[tails[middle]] < place[key] else (low, middle)
        before[key] = tails[low - 1] if low else None
        tails[low : low + 1] = [key]
    kept: set[str] = set()
    last = tails[-1] if tails else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept


# -- Sections, scales, shared lists --------------------------------------------------------------------------------


def _parts(old: Mapping[str, dict], new: Mapping[str, dict], properties, *, ordered: bool = False) -> list[PartChange]:
    stays = _in_order([key for key in old if key in new], list(new)) if ordered else set(new)
    found = []
    for key, data in new.items():
        title = str(data.get("title") or key)
        if key not in old:
            found.append(PartChange(key, ADDED, title))
            continue
        changes, moved = tuple(_changes(old[key], data, properties)), key not in stays
        if changes or moved:
            found.append(PartChange(key, CHANGED, title, moved, changes))
    found += [PartChange(key, DROPPED, str(data.get("title") or key)) for key, data in old.items() if key not in new]
    return found


# -- Properties in words -------------------------------------------------------------------------------------------


def _text(value: Any) -> list[str]:
    return [] if value in (None, "") else str(value).split("\n")


def _yes(value: Any) -> list[str]:
    return ["ใช่"] if value else ["ไม่"]


def _unless_no(value: Any) -> list[str]:
    return ["ไม่"] if value is False else ["ใช่"]


def _or(default: Any):
    return lambda value: _text(default if value in (None, "") else value)


def _pairs(items: Any) -> list[str]:
    """Values with their words, one a line."""
    return [
        f"{item.get('v')} = {item.get('t')}{' (ระบุ)' if item.get('specify') else ''}{_attrs(item.get('attrs'))}"
        for item in _dicts(items)
    ]


def _attrs(attrs: Any) -> str:
    return f" [{', '.join(f'{k}={v}' for k, v in attrs.items())}]" if isinstance(attrs, dict) and attrs else ""


def _lines(items: Any) -> list[str]:
    return [f"{item.get('key')}: {item.get('text')}" for item in _dicts(items)]


def _levels(levels: Any) -> list[str]:
    if not isinstance(levels, dict):
        return []
    return [f"{step}: {text}" for step, text in sorted(levels.items(), key=lambda item: str(item[0]), reverse=True)]


def _bands(bands: Any) -> list[str]:
    return [f"{band.get('min')} ขึ้นไป: {band.get('label')}" for band in _dicts(bands)]


def _scale_lines(scale: Any) -> list[str]:
    if not isinstance(scale, dict):
        return []
    return [str(scale.get("title") or ""), *_pairs(scale.get("values"))]


def _kind(value: Any) -> list[str]:
    return [TYPES.get(str(value), str(value))] if value else []


def _repeat(value: Any) -> list[str]:
    if not isinstance(value, dict):
        return []
    return [f"{value.get('label') or 'ชุดที่'} ตั้งแต่ {value.get('min') or 0} ถึง {value.get('max') or 'ไม่จำกัด'} ชุด"]


_QUESTION = (
    ("text", "ข้อความ", _text),
    ("type", "ชนิดคำตอบ", _kind),
    ("scale", "มาตราส่วน", _scale_lines),
    ("choices", "ตัวเลือก", _pairs),
    ("master", "ตัวเลือกจากทะเบียน", _text),
    ("rows", "รายการในตาราง", _lines),
    ("levels", "คำอธิบายระดับ", _levels),
    ("correct", "คำตอบที่ถูก", _text),
    ("expr", "สูตรคำนวณ", _text),
    ("hint", "คำชี้แจง", _text),
    ("required", "ต้องตอบ", _yes),
    ("required_when", "ต้องตอบเมื่อ", _text),
    ("show_when", "แสดงเมื่อ", _text),
    ("must_hold", "เงื่อนไขของคำตอบ", _text),
    ("must_message", "ข้อความเมื่อไม่เป็นไปตามเงื่อนไข", _text),
    ("filter", "กรองตัวเลือกด้วย", _text),
    ("allow_na", "ตอบไม่เกี่ยวข้องได้", _yes),
    ("weight", "น้ำหนัก", _or("1")),
    ("with_exist", "ถามมี/ไม่มี", _yes),
    ("with_evidence", "มีช่องหลักฐาน", _yes),
    ("note_label", "ชื่อช่องหลักฐาน", _text),
    ("photos", "จำนวนภาพ", _or(4)),
    ("files", "จำนวนไฟล์", _or(1)),
    ("min", "ค่าต่ำสุด", _text),
    ("max", "ค่าสูงสุด", _text),
    ("decimals", "ตำแหน่งทศนิยม", _text),
    ("unit", "หน่วย", _text),
    ("long", "ข้อความหลายบรรทัด", _unless_no),
    ("max_length", "ความยาวไม่เกิน", _text),
    ("look", "แสดงตัวเลือกแบบ", _text),
    ("source", "ดึงข้อมูลจากระบบ", _text),
)
_SECTION = (
    ("title", "ชื่อตอน", _text),
    ("intro", "คำชี้แจงของตอน", _text),
    ("show_when", "แสดงเมื่อ", _text),
    ("repeat", "กรอกซ้ำ", _repeat),
)
_SCALE = (
    ("title", "ชื่อมาตราส่วน", _text),
    ("values", "ระดับ", _pairs),
    ("bands", "เกณฑ์แปลผล", _bands),
    ("dual", "ใช้ถามสองสภาพ", _yes),
    ("holistic", "เป็นการตัดสินภาพรวม", _yes),
)
_LIST = (("title", "ชื่อรายการ", _text), ("items", "รายการ", _pairs))
_WHOLE = (("note", "หมายเหตุของแบบ", _text),)

_LINES_SHOWN = 40


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], properties) -> Iterable[Change]:
    for what, label, words in properties:
        before, after = words(old.get(what)), words(new.get(what))
        if before != after:
            yield Change(what, label, *side_by_side(before, after))


def side_by_side(old: Sequence[str], new: Sequence[str]) -> tuple[Lines, Lines]:
    """Lines of both sides; of long lists only those that differ."""
    first: list[tuple[Piece, ...]] = []
    second: list[tuple[Piece, ...]] = []
    brief = max(len(old), len(new)) > _LINES_SHOWN
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            if not brief:
                first += [(Piece(line),) for line in old[a:b]]
                second += [(Piece(line),) for line in new[c:d]]
            continue
        for place in range(max(b - a, d - c)):
            was = old[a + place] if a + place < b else None
            now = new[c + place] if c + place < d else None
            left, right = word_difference(was or "", now or "")
            if was is not None:
                first.append(left)
            if now is not None:
                second.append(right)
    return _shortened(first), _shortened(second)


def _shortened(lines: list[tuple[Piece, ...]]) -> Lines:
    if len(lines) <= _LINES_SHOWN:
        return tuple(lines)
    return (*lines[:_LINES_SHOWN], (Piece(f"และอีก {len(lines) - _LINES_SHOWN:,} รายการ"),))


# -- Words ---------------------------------------------------------------------------------------------------------

# Thai writes no spaces between words, and no dictionary is at hand. A cluster that no reader would tear apart is the
# smallest unit: a consonant with the vowel before it and the marks on it, or a whole Latin word or number.
_CLUSTER = re.compile(
    r"[A-Za-z]+|[0-9๐-๙]+(?:[.,][0-9๐-๙]+)*|\s+|[เ-ไ]?[ก-ฮ](?:[ก-ฮ]์)?[ัิ-ฺ็-๎]*[ะาำๅ]?[่-๋]?(?:[ก-ฮ][ิุ]?์)?|.",
    re.DOTALL,
)
_ISLAND = 3
"""A stretch of fewer clusters that happens to be equal between two changes is read with them, not as an island."""


def word_difference(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both texts in pieces, those marked that the other one lacks; together they are the whole texts."""
    if not old or not new:
        return _whole(old), _whole(new)
    first, second = _CLUSTER.findall(old), _CLUSTER.findall(new)
    if len(first) * len(second) > 4_000_000:  # two long pages: marking them word by word would take too long
        return _whole(old), _whole(new)
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    codes = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    for place, (tag, a, b, c, d) in enumerate(codes):
        between = 0 < place < len(codes) - 1
        same = tag == "equal" and not (between and b - a < _ISLAND and "".join(first[a:b]).strip())
        left.append(("".join(first[a:b]), not same))
        right.append(("".join(second[c:d]), not same))
    return _joined(left), _joined(right)


def _whole(text: str) -> tuple[Piece, ...]:
    return (Piece(text, marked=True),) if text else ()


def _joined(pieces: list[tuple[str, bool]]) -> tuple[Piece, ...]:
    made: list[Piece] = []
    for text, marked in pieces:
        if not text:
            continue
        if made and made[-1].marked == marked:
            made[-1] = Piece(made[-1].text + text, marked)
        else:
            made.append(Piece(text, marked))
    return tuple(made)
