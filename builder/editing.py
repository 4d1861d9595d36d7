"""Every change that a person may make to a form, on its definition and nothing else.

``Draft`` works on a copy and keeps the form in order: keys stay unique, conditions follow a renamed key, a question that
others refer to is not deleted. A form may be unfinished all the while; ``instruments.checking`` lists what it lacks.
"""

import copy
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.scales import PRESETS
from instruments.checking import QUESTION_LIMIT, question_places
from instruments.logic import TITLES, grammar
from instruments.logic.names import EXPRESSIONS

Definition = dict[str, Any]
Piece = dict[str, Any]

KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
SECTION_LIMIT = 200

_EVERY = ("key", "type", "text", "hint", "show_when", "follows", "break", "source")
_ANSWERED = (*_EVERY, "required", "required_when", "must_hold", "must_message", "allow_na")
_EVIDENCE = ("with_evidence", "note_label", "photos")
_CHOSEN = (*_ANSWERED, *_EVIDENCE, "choices", "list", "master", "filter", "look")
PROPERTIES: Mapping[str, tuple[str, ...]] = {
    "rating": (*_ANSWERED, *_EVIDENCE, "scale", "weight", "with_exist", "levels"),
    "exist": (*_ANSWERED, *_EVIDENCE),
    "dual": (*_ANSWERED, *_EVIDENCE, "scale", "levels"),
    "choice": (*_CHOSEN, "correct"),
    "multi": _CHOSEN,
    "text": (*_ANSWERED, "long", "max_length"),
    "number": (*_ANSWERED, *_EVIDENCE, "min", "max", "decimals", "unit"),
    "date": _ANSWERED,
    "time": _ANSWERED,
    "photo": (*_ANSWERED, *_EVIDENCE),
    "file": (*_ANSWERED, "files"),
    "place": _ANSWERED,
    "matrix": (*_ANSWERED, *_EVIDENCE, "scale", "rows", "weight"),
    "note": _EVERY,
    "calc": (*_EVERY, "expr", "decimals", "unit"),
    "signature": _ANSWERED,
}
"""What a question of each type may say of itself; the rest is dropped when the type is changed."""


class EditRefused(ValueError):  # noqa: N818 -- a refusal, not a fault
    """A change that is not made; the message is a Thai sentence. ``field``: the property it is about."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Published:
    """What versions that were ever published have fixed: keys with their types and values are never given anew."""

    questions: Mapping[str, str] = field(default_factory=dict)
    """Key: the type under which answers are kept."""
    sections: frozenset[str] = frozenset()
    values: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Question key: values of its choices, or keys of its rows."""
    lists: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """List key: values of its choices."""

    @property
    def keys(self) -> frozenset[str]:
        return self.sections | self.questions.keys()


@dataclass(frozen=True)
class Removed:
    """What was taken away, so that it can be put back: JSON of a question or a section, and what stood before it."""

    what: str
    piece: Piece
    section: str = ""
    after: str = ""

    def as_json(self) -> dict[str, Any]:
        return {"what": self.what, "piece": self.piece, "section": self.section, "after": self.after}


def facts_of(section: Mapping[str, Any]) -> Piece:
    """A section without its questions."""
    return {name: value for name, value in section.items() if name != "questions"}


def empty() -> Definition:
    return {"scales": {}, "sections": []}


class Draft:
    """A definition being edited; ``definition`` is the present state. Nothing here raises but EditRefused."""

    def __init__(self, definition: Any, published: Published | None = None) -> None:
        self.definition = _regular(definition)
        self.published = published or Published()

    # -- Finding ---------------------------------------------------------------------------------------------------

    @property
    def sections(self) -> list[Piece]:
        return self.definition["sections"]

    @property
    def scales(self) -> dict[str, Any]:
        return self.definition["scales"]

    @property
    def lists(self) -> dict[str, Any]:
        return self.definition.get("lists", {})

    @property
    def question_keys(self) -> list[str]:
        return [question["key"] for section in self.sections for question in section["questions"]]

    def section(self, key: str) -> Piece:
        found = next((section for section in self.sections if section["key"] == key), None)
        if found is None:
            raise EditRefused("ไม่พบตอนนี้ในแบบ อาจมีผู้อื่นลบไปแล้ว หากพิมพ์ค้างไว้โปรดคัดลอกเก็บก่อน แล้วเปิดหน้าใหม่")
        return found

    def question(self, key: str) -> Piece:
        return self._find(key)[1]

    def section_of(self, key: str) -> Piece:
        return self._find(key)[0]

    def _find(self, key: str) -> tuple[Piece, Piece]:
        for section in self.sections:
            for question in section["questions"]:
                if question["key"] == key:
                    return section, question
        raise EditRefused("ไม่พบข้อนี้ในแบบ อาจมีผู้อื่นลบไปแล้ว หากพิมพ์ค้างไว้โปรดคัดลอกเก็บก่อน แล้วเปิดหน้าใหม่")

    def place_of(self, key: str) -> str:
        """How a question is named to a person: ตอนที่ 2 ข้อ 3 (B3)."""
        for number, section in enumerate(self.sections):
            for place, question in zip(
                question_places(number, section["questions"]), section["questions"], strict=True
            ):
                if question["key"] == key:
                    return f"{place} ({key})"
        return key

    # -- Keys ------------------------------------------------------------------------------------------------------

    def free_question_key(self, section: str, taken: Iterable[str] = ()) -> str:
        """The next of the section's keys: B7 after B6; of a section with a long key Q1, Q2 …"""
        prefix = section if re.fullmatch(r"[A-Za-z]{1,3}", section) else "Q"
        used = {*self._used_keys(), *taken}
        pattern = re.compile(rf"{prefix}(\d{{1,6}})")
        here = [int(found[1]) for key in used if (found := pattern.fullmatch(key))]
        return f"{prefix}{max(here, default=0) + 1}"

    def free_section_key(self) -> str:
        used = self._used_keys()
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        names = [*letters, *(a + b for a in letters for b in letters)]
        return next((name for name in names if name not in used), f"S{len(used)}")

    def _used_keys(self) -> set[str]:
        return {*self.question_keys, *(section["key"] for section in self.sections), *self.published.keys}

    def _checked_key(self, key: str, old: str, *, of_section: bool) -> str:
        fixed = self.published.sections if of_section else self.published.questions
        what = "ตอน" if of_section else "ข้อ"
        if old in fixed:
            raise EditRefused(f"รหัส{what} {old} อยู่ในฉบับที่เผยแพร่แล้ว จึงเปลี่ยนไม่ได้ เพราะคำตอบเดิมเก็บไว้ด้วยรหัสนี้", "key")
        if not isinstance(key, str) or not KEY.fullmatch(key):
            raise EditRefused("รหัสใช้อักษรอังกฤษ ตัวเลข และขีดล่าง ขึ้นต้นด้วยอักษร ไม่เกิน 40 ตัว เช่น B7", "key")
        if key in grammar.RESERVED:
            raise EditRefused(f"“{key}” เป็นคำของภาษาเงื่อนไข จึงใช้เป็นรหัสไม่ได้", "key")
        if not of_section and key in self.question_keys:
            raise EditRefused(f"รหัส {key} ใช้อยู่แล้วที่{self.place_of(key)} โปรดใช้รหัสอื่น", "key")
        if of_section and any(section["key"] == key for section in self.sections):
            raise EditRefused(f"รหัสตอน {key} ใช้อยู่แล้ว โปรดใช้รหัสอื่น", "key")
        if key in (self.question_keys if of_section else [section["key"] for section in self.sections]):
            raise EditRefused(f"รหัส {key} เป็นรหัสของ{'ข้อ' if of_section else 'ตอน'}อยู่แล้ว โปรดใช้รหัสอื่น", "key")
        if key in fixed:
            raise EditRefused(f"รหัส {key} เคยใช้ในฉบับที่เผยแพร่แล้ว จึงนำมาใช้กับ{what}อื่นไม่ได้ โปรดใช้รหัสใหม่", "key")
        return key

    def set_note(self, note: str) -> None:
        """What the form says of itself as a whole, e.g. the criterion by which it is passed."""
        if note:
            self.definition["note"] = note
        else:
            self.definition.pop("note", None)

    # -- Sections --------------------------------------------------------------------------------------------------

    def add_section(self, values: Mapping[str, Any] | None = None, *, after: str | None = None) -> str:
        if len(self.sections) >= SECTION_LIMIT:
            raise EditRefused(f"แบบหนึ่งชุดมีได้ไม่เกิน {SECTION_LIMIT} ตอน")
        given = dict(values or {})
        key = self._checked_key(given.pop("key", "") or self.free_section_key(), "", of_section=True)
        piece = {"key": key, "title": "", **_kept(given), "questions": []}
        places = [section["key"] for section in self.sections]
        self.sections.insert(places.index(after) + 1 if after in places else len(places), piece)
        return key

    def change_section(self, key: str, values: Mapping[str, Any]) -> str:
        """Replace what is given; an empty value takes a property away. Answers the key, which may be new."""
        section = self.section(key)
        new = values.get("key") or key
        if new != key:
            self._checked_key(new, key, of_section=True)
        questions = section.pop("questions")
        _replace(section, {**values, "key": new}, order=("key", "title", "intro", "scale", "show_when", "repeat"))
        section["questions"] = questions
        if new != key:
            self._rename({f"{key}.rows": f"{new}.rows"})
        return new

    def delete_section(self, key: str) -> Removed:
        section = self.section(key)
        inside = {question["key"] for question in section["questions"]}
        self._refuse_if_named({*inside, key}, f"ลบตอน “{section.get('title') or key}” ไม่ได้", within=section)
        place = self.sections.index(section)
        after = self.sections[place - 1]["key"] if place else ""
        self.sections.remove(section)
        return Removed("section", section, after=after)

    def move_section(self, key: str, *, by: int = 0, after: str | None = None) -> None:
        """By so many places, or to stand after another section (after "": first)."""
        section = self.section(key)
        _move(self.sections, section, by=by, after=after)

    def duplicate_section(self, key: str) -> str:
        section = self.section(key)
        self._refuse_more(len(section["questions"]))
        new = self.add_section(
            {**copy.deepcopy(facts_of(section)), "key": "", "title": f"{section.get('title', '')} (สำเนา)"}, after=key
        )
        names: dict[str, str] = {}
        made = [self._copied(question, new, names) for question in section["questions"]]
        self.section(new)["questions"] = made
        for question in made:
            _rename_in(question, {**names, f"{key}.rows": f"{new}.rows"})
        return new

    # -- Questions -------------------------------------------------------------------------------------------------

    def add_question(
        self, section: str, kind: str, *, after: str | None = None, values: Mapping[str, Any] | None = None
    ) -> str:
        """A new question behind ``after`` ("": first; None: last). Judgements are required and may be n/a, as usual."""
        where = self.section(section)
        self._refuse_more(1)
        if not isinstance(kind, str) or kind not in PROPERTIES:
            raise EditRefused(f"ระบบไม่รู้จักข้อคำถามชนิด “{kind}”", "type")
        given = dict(values or {})
        key = given.pop("key", "")
        key = self._checked_key(key, "", of_section=False) if key else self.free_question_key(section)
        piece: Piece = {"key": key, "type": kind, "text": ""}
        if kind in ("rating", "exist", "dual"):
            piece |= {"required": True, "allow_na": True}
        piece |= _fitting(_kept(given), kind)
        if kind in ("rating", "dual", "matrix") and not piece.get("scale"):
            self._give_scale(where, piece)
        _insert(where["questions"], piece, after)
        return key

    def add_many(
        self, section: str, kind: str, rows: Sequence[Mapping[str, Any]], *, after: str | None = None
    ) -> list[str]:
        """Questions of one type behind each other; all of them or none."""
        self._refuse_more(len(rows))
        self.section(section)
        keys: list[str] = []
        for values in rows:
            keys.append(self.add_question(section, kind, after=keys[-1] if keys else after, values=values))
        return keys

    def change_question(self, key: str, values: Mapping[str, Any]) -> str:
        """Replace what is given; an empty value takes a property away. Answers the key, which may be new."""
        section, question = self._find(key)
        new = values.get("key") or key
        kind = values.get("type") or question.get("type")
        if not isinstance(kind, str) or kind not in PROPERTIES:
            raise EditRefused(f"ระบบไม่รู้จักข้อคำถามชนิด “{kind}”", "type")
        if new != key:
            self._checked_key(new, key, of_section=False)
        _replace(question, {**values, "key": new, "type": kind}, order=("key", "type", "text"))
        for name in [name for name in question if name not in PROPERTIES[kind]]:
            del question[name]
        question.setdefault("text", "")
        if kind in ("rating", "dual", "matrix") and not question.get("scale"):
            self._give_scale(section, question)
        if new != key:
            self._rename({key: new})
        return new

    def delete_question(self, key: str) -> Removed:
        section, question = self._find(key)
        self._refuse_if_named({key}, f"ลบข้อ {key} ไม่ได้", within=question)
        place = section["questions"].index(question)
        after = section["questions"][place - 1]["key"] if place else ""
        del section["questions"][place]
        return Removed("question", question, section["key"], after)

    def move_question(self, key: str, *, by: int = 0, section: str = "", after: str | None = None) -> None:
        """One place up or down (on into the neighbouring section), or into a section behind ``after`` ("": first)."""
        here, question = self._find(key)
        if section:
            there = self.section(section)
            if after == key:
                return
            here["questions"].remove(question)
            _insert(there["questions"], question, after)
            self._carry_scale(question, here, there)
            return
        place = here["questions"].index(question) + by
        if 0 <= place < len(here["questions"]):
            here["questions"].remove(question)
            here["questions"].insert(place, question)
            return
        beside = self.sections.index(here) + (1 if by > 0 else -1)
        if 0 <= beside < len(self.sections):
            there = self.sections[beside]
            here["questions"].remove(question)
            there["questions"].insert(0 if by > 0 else len(there["questions"]), question)
            self._carry_scale(question, here, there)

    def duplicate_question(self, key: str) -> str:
        section, question = self._find(key)
        self._refuse_more(1)
        made = self._copied(question, section["key"], {})
        _insert(section["questions"], made, key)
        return made["key"]

    def _copied(self, question: Piece, section: str, names: dict[str, str]) -> Piece:
        made = {name: value for name, value in copy.deepcopy(question).items() if name not in ("follows", "break")}
        made["key"] = self.free_question_key(section, names.values())
        names[question["key"]] = made["key"]
        return made

    def restore(self, removed: Mapping[str, Any]) -> str:
        """Put back what ``delete_…`` took away, under a new key where its own was given away meanwhile."""
        piece = copy.deepcopy(removed["piece"])
        if removed["what"] == "changed":
            question = self.question(removed["key"])
            question.clear()
            question |= {**piece, "key": removed["key"]}
            return removed["key"]
        if removed["what"] == "section":
            self._refuse_more(len(piece["questions"]))
            if piece["key"] in self._present():
                piece["key"] = self.free_section_key()
            for question in piece["questions"]:
                if question["key"] in self._present():
                    question["key"] = self.free_question_key(piece["key"])
            places = [section["key"] for section in self.sections]
            after = removed["after"]
            self.sections.insert(places.index(after) + 1 if after in places else 0 if not after else len(places), piece)
            return piece["key"]
        self._refuse_more(1)
        if not any(section["key"] == removed["section"] for section in self.sections):
            raise EditRefused("ตอนที่ข้อนี้เคยอยู่ถูกลบไปแล้ว โปรดเลิกทำการลบตอนก่อน")
        if piece["key"] in self._present():
            piece["key"] = self.free_question_key(removed["section"])
        _insert(self.section(removed["section"])["questions"], piece, removed["after"])
        return piece["key"]

    def _present(self) -> set[str]:
        return {*self.question_keys, *(section["key"] for section in self.sections)}

    def _refuse_more(self, more: int) -> None:
        total = len(self.question_keys) + more
        if total > QUESTION_LIMIT:
            raise EditRefused(
                f"แบบจะมี {total:,} ข้อ เกินกว่าที่แบบหนึ่งชุดรับได้ ({QUESTION_LIMIT:,} ข้อ) ยังไม่ได้เพิ่มข้อใด โปรดแบ่งเป็นหลายแบบ"
            )

    # -- Names in conditions ---------------------------------------------------------------------------------------

    def named_by(self, names: set[str]) -> list[tuple[str, str, str]]:
        """Who refers to one of these keys: (key of the question or "@section", property, the name)."""
        found = []
        for place, piece in self._pieces():
            for name in EXPRESSIONS:
                found += [(place, name, each) for each in mentions(piece.get(name)) if each in names]
        return found

    def _pieces(self) -> Iterator[tuple[str, Piece]]:
        for section in self.sections:
            yield f"@{section['key']}", section
            for question in section["questions"]:
                yield question["key"], question

    def _refuse_if_named(self, names: set[str], refusal: str, *, within: Piece) -> None:
        inside = {within["key"], f"@{within['key']}", *(q["key"] for q in within.get("questions", ()))}
        where = [row for row in self.named_by(names) if row[0] not in inside]
        if not where:
            return
        said = []
        for place, name, each in where[:3]:
            owner = f"ตอน {place[1:]}" if place.startswith("@") else self.place_of(place)
            said.append(f"“{TITLES[name]}” ของ{owner} อ้างถึง {each}")
        more = f" และอีก {len(where) - 3} แห่ง" if len(where) > 3 else ""
        raise EditRefused(f"{refusal} เพราะ{' '.join(said)}{more} โปรดแก้เงื่อนไขนั้นก่อน")

    def _rename(self, names: Mapping[str, str]) -> None:
        for _, piece in self._pieces():
            _rename_in(piece, names)

    # -- Scales and lists ------------------------------------------------------------------------------------------

    def add_scale(self, preset: str) -> str:
        """A scale of ``PRESETS``; the same one is not added twice. Answers its key."""
        if preset not in PRESETS:
            raise EditRefused("ไม่พบมาตราส่วนสำเร็จรูปนี้ โปรดเลือกจากรายการ", "preset")
        return self._shared(self.scales, preset, PRESETS[preset][1], always=preset == "own")

    def change_scale(self, key: str, values: Mapping[str, Any]) -> None:
        if key not in self.scales:
            raise EditRefused("ไม่พบมาตราส่วนนี้ในแบบ อาจมีผู้อื่นลบไปแล้ว โปรดเปิดหน้าใหม่")
        scale = dict(self.scales[key]) if isinstance(self.scales[key], dict) else {}
        _replace(scale, values, order=("title", "values", "bands"))
        self.scales[key] = scale

    def delete_scale(self, key: str) -> None:
        users = [f"ตอน {section['key']}" for section in self.sections if section.get("scale") == key]
        users += [q["key"] for section in self.sections for q in section["questions"] if q.get("scale") == key]
        if users:
            more = f" และอีก {len(users) - 5} แห่ง" if len(users) > 5 else ""
            raise EditRefused(f"ลบมาตราส่วนนี้ไม่ได้ เพราะ {', '.join(users[:5])}{more} ใช้อยู่ โปรดเลือกมาตราส่วนอื่นก่อน")
        self.scales.pop(key, None)

    def add_list(self, title: str, items: Sequence[Piece], *, key: str = "") -> str:
        lists = self.definition.setdefault("lists", {})
        number = 1
        while not key or key in lists:
            key, number = f"list{number}", number + 1
        lists[key] = {"title": title, "items": list(items)}
        return key

    def change_list(self, key: str, values: Mapping[str, Any]) -> None:
        if key not in self.lists:
            raise EditRefused("ไม่พบรายการตัวเลือกนี้ในแบบ อาจมีผู้อื่นลบไปแล้ว โปรดเปิดหน้าใหม่")
        self.lists[key] = {**self.lists[key], **values}

    def delete_list(self, key: str) -> None:
        users = [q["key"] for section in self.sections for q in section["questions"] if q.get("list") == key]
        if users:
            raise EditRefused(f"ลบรายการนี้ไม่ได้ เพราะข้อ {', '.join(users[:5])} ใช้อยู่ โปรดเลือกตัวเลือกอื่นให้ข้อนั้นก่อน")
        self.lists.pop(key, None)
        if not self.lists:
            self.definition.pop("lists", None)

    def _give_scale(self, section: Piece, question: Piece) -> None:
        """A rated question without a scale takes its section's, or else one of the form's, or the usual one."""
        dual = question["type"] == "dual"
        fits = [key for key, scale in self.scales.items() if bool(_dict(scale).get("dual")) == dual]
        if section.get("scale") in fits:
            return
        wanted = fits[0] if fits else self.add_scale("need5" if dual else "level5")
        if not section.get("scale") and not any(q.get("scale") for q in section["questions"]):
            section["scale"] = wanted
            section["questions"] = section.pop("questions")
        else:
            question["scale"] = wanted

    def _carry_scale(self, question: Piece, here: Piece, there: Piece) -> None:
        """A question that goes to another section keeps the scale by which it was rated."""
        if question.get("type") not in ("rating", "dual", "matrix"):
            return
        had = question.get("scale") or here.get("scale")
        if had and had != there.get("scale"):
            question["scale"] = had
        elif had:
            question.pop("scale", None)

    def _shared(self, where: dict[str, Any], key: str, piece: Any, *, always: bool = False) -> str:
        """The key under which an equal piece stands already, or under which it now does."""
        if not always:
            for known, other in where.items():
                if other == piece:
                    return known
        name, number = key, 2
        while name in where:
            name, number = f"{key}_{number}", number + 1
        where[name] = copy.deepcopy(piece)
        return name

    # -- From another form -----------------------------------------------------------------------------------------

    def copy_in(
        self, other: Any, *, sections: Iterable[str] = (), questions: Iterable[str] = (), into: str = ""
    ) -> tuple[list[str], list[str]]:
        """Copy sections, and questions into the section ``into``, of another form with their scales and lists.

        Answers the keys of what was made, and a sentence for each condition that was left out because it refers to a
        question that did not come along: here its key would mean another question.
        """
        source = Draft(other)
        wanted = set(sections)
        singles = set(questions) - {q["key"] for s in source.sections if s["key"] in wanted for q in s["questions"]}
        coming = [(s, q) for s in source.sections for q in s["questions"] if s["key"] in wanted or q["key"] in singles]
        self._refuse_more(len(coming))
        names: dict[str, str] = {}
        made: list[tuple[str, Piece]] = []
        for section in source.sections:
            if section["key"] in wanted:
                made += self._copy_section(section, source, names)
        if singles:
            there = self.section(into)
            for section, question in coming:
                if question["key"] in singles:
                    piece = self._copy_question(question, section, source, there, names)
                    there["questions"].append(piece)
                    made.append((piece["key"], piece))
        left = [sentence for place, piece in made for sentence in _settle_conditions(place, piece, names)]
        return [place for place, _ in made], left

    def _copy_section(self, section: Piece, source: "Draft", names: dict[str, str]) -> list[tuple[str, Piece]]:
        facts = copy.deepcopy(facts_of(section))
        if facts["key"] in self._used_keys():
            facts["key"] = self.free_section_key()
        if facts.get("scale") in source.scales:
            facts["scale"] = self._shared(self.scales, facts["scale"], source.scales[facts["scale"]])
        names[f"{section['key']}.rows"] = f"{facts['key']}.rows"
        there = self.section(self.add_section(facts))
        made = [(f"@{there['key']}", there)]
        for question in section["questions"]:
            piece = self._copy_question(question, section, source, there, names)
            there["questions"].append(piece)
            made.append((piece["key"], piece))
        return made

    def _copy_question(
        self, question: Piece, section: Piece, source: "Draft", there: Piece, names: dict[str, str]
    ) -> Piece:
        piece = {name: value for name, value in copy.deepcopy(question).items() if name not in ("follows", "break")}
        if piece["key"] in self._used_keys():
            piece["key"] = self.free_question_key(there["key"])
        names[question["key"]] = piece["key"]
        scale = question.get("scale") or section.get("scale")
        if question.get("type") in ("rating", "dual", "matrix") and scale in source.scales:
            key = self._shared(self.scales, scale, source.scales[scale])
            piece.pop("scale", None)
            if key != there.get("scale"):
                piece["scale"] = key
        if question.get("list") in source.lists:
            lists = self.definition.setdefault("lists", {})
            piece["list"] = self._shared(lists, question["list"], source.lists[question["list"]])
        return piece


def mentions(text: Any) -> list[str]:
    """The questions and sections that a condition names, also in one that can't be read to its end."""
    if not isinstance(text, str) or not text.strip():
        return []
    try:
        words = grammar.tokens(text)
    except grammar.LogicError:
        return sorted(set(re.findall(r"(?<![\w.\"'])[A-Za-z][A-Za-z0-9_]*", text)) - grammar.FUNCTIONS.keys())
    found = []
    for word, following in itertools.pairwise(words):
        head = word.value.partition(".")[0]
        if word.kind == "name" and head not in grammar.RESERVED and following.value != "(":
            found.append(head)
    return list(dict.fromkeys(found))


# -- Small things --------------------------------------------------------------------------------------------------


def _regular(definition: Any) -> Definition:
    """A copy in which sections and questions are dicts with keys and lists, so that it can be worked on."""
    made = copy.deepcopy(definition) if isinstance(definition, dict) else {}
    made["scales"] = _dict(made.get("scales"))
    if "lists" in made:
        made["lists"] = {key: each for key, each in _dict(made["lists"]).items() if isinstance(each, dict)}
    sections = made.get("sections")
    made["sections"] = (
        [section for section in sections if isinstance(section, dict)] if isinstance(sections, list) else []
    )
    section_keys: set[str] = set()
    question_keys: set[str] = set()
    for section in made["sections"]:
        _give_key(section, "S", section_keys)
        questions = section.get("questions")
        section["questions"] = [q for q in questions if isinstance(q, dict)] if isinstance(questions, list) else []
        for question in section["questions"]:
            _give_key(question, "Q", question_keys)
    return made


def _give_key(piece: Piece, prefix: str, keys: set[str]) -> None:
    key = piece.get("key")
    if not isinstance(key, str) or not key or key in keys:
        number = 1
        while f"{prefix}{number}" in keys:
            number += 1
        piece["key"] = f"{prefix}{number}"
    keys.add(piece["key"])


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _kept(values: Mapping[str, Any]) -> Piece:
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def _fitting(values: Mapping[str, Any], kind: str) -> Piece:
    return {name: value for name, value in values.items() if name in PROPERTIES[kind]}


def _replace(piece: Piece, values: Mapping[str, Any], *, order: Sequence[str]) -> None:
    """In the order given first, so that two people's forms of the same content are equal as text."""
    merged = _kept({**piece, **values})
    piece.clear()
    for name in order:
        if name in merged:
            piece[name] = merged.pop(name)
    piece |= merged
    for name in ("title", "text"):
        if name in order:
            piece.setdefault(name, "")


def _insert(questions: list[Piece], piece: Piece, after: str | None) -> None:
    keys = [question["key"] for question in questions]
    place = 0 if after == "" else keys.index(after) + 1 if after in keys else len(keys)
    questions.insert(place, piece)


def _move(pieces: list[Piece], piece: Piece, *, by: int, after: str | None) -> None:
    place = pieces.index(piece)
    pieces.remove(piece)
    if after is None:
        pieces.insert(max(0, min(len(pieces), place + by)), piece)
    elif after == piece["key"]:
        pieces.insert(place, piece)
    else:
        _insert(pieces, piece, after)


def _rename_in(piece: Piece, names: Mapping[str, str]) -> None:
    for name in EXPRESSIONS:
        if isinstance(piece.get(name), str):
            piece[name] = grammar.rename_text(piece[name], names)


def _settle_conditions(place: str, piece: Piece, names: Mapping[str, str]) -> list[str]:
    """Conditions of a copy follow its new keys; one that refers to a question left behind is taken out and told."""
    left = []
    known = {name.partition(".")[0] for name in names}
    for name in EXPRESSIONS:
        strangers = [each for each in mentions(piece.get(name)) if each not in known]
        if strangers:
            owner = f"ตอน {place[1:]}" if place.startswith("@") else f"ข้อ {place}"
            left.append(f"{owner}: ไม่ได้นำ “{TITLES[name]}” มาด้วย เพราะอ้างถึง {', '.join(strangers)} ซึ่งไม่ได้คัดลอกมา")
            del piece[name]
        elif isinstance(piece.get(name), str):
            piece[name] = grammar.rename_text(piece[name], names)
    return left
