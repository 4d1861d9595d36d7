"""A form being edited."""

import copy
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from builder.editing.conditions import mentions, rename_in
from builder.editing.pieces import (
    PROPERTIES,
    Piece,
    as_dict,
    facts_of,
    fitting,
    insert,
    kept,
    move,
    regular,
    replace,
    shared,
    unmapped,
)
from builder.scales import PRESETS
from instruments.checking import KEY, QUESTION_LIMIT, SCALED, question_places
from instruments.logic import TITLES, grammar
from instruments.logic.names import EXPRESSIONS

SECTION_LIMIT = 200


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


class Draft:
    """A definition being edited; ``definition`` is the present state. Nothing here raises but EditRefused."""

    def __init__(self, definition: Any, published: Published | None = None) -> None:
        self.definition = regular(definition)
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
        used = {*self.used_keys(), *taken}
        pattern = re.compile(rf"{prefix}(\d{{1,6}})")
        here = [int(found[1]) for key in used if (found := pattern.fullmatch(key))]
        return f"{prefix}{max(here, default=0) + 1}"

    def free_section_key(self) -> str:
        used = self.used_keys()
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        names = [*letters, *(a + b for a in letters for b in letters)]
        return next((name for name in names if name not in used), f"S{len(used)}")

    def used_keys(self) -> set[str]:
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
        piece = {"key": key, "title": "", **kept(given), "questions": []}
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
        replace(section, {**values, "key": new}, order=("key", "title", "intro", "scale", "show_when", "repeat"))
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
        move(self.sections, section, by=by, after=after)

    def duplicate_section(self, key: str) -> str:
        section = self.section(key)
        self.refuse_more(len(section["questions"]))
        new = self.add_section(
            {**copy.deepcopy(facts_of(section)), "key": "", "title": f"{section.get('title', '')} (สำเนา)"}, after=key
        )
        names: dict[str, str] = {}
        made = [self._copied(question, new, names) for question in section["questions"]]
        self.section(new)["questions"] = made
        for question in made:
            rename_in(question, {**names, f"{key}.rows": f"{new}.rows"})
        return new

    # -- Questions -------------------------------------------------------------------------------------------------

    def add_question(
        self, section: str, kind: str, *, after: str | None = None, values: Mapping[str, Any] | None = None
    ) -> str:
        """A new question behind ``after`` ("": first; None: last). Judgements are required and may be n/a, as usual."""
        where = self.section(section)
        self.refuse_more(1)
        if not isinstance(kind, str) or kind not in PROPERTIES:
            raise EditRefused(f"ระบบไม่รู้จักข้อคำถามชนิด “{kind}”", "type")
        given = dict(values or {})
        key = given.pop("key", "")
        key = self._checked_key(key, "", of_section=False) if key else self.free_question_key(section)
        piece: Piece = {"key": key, "type": kind, "text": ""}
        if kind in ("rating", "exist", "dual"):
            piece |= {"required": True, "allow_na": True}
        piece |= fitting(kept(given), kind)
        if kind in SCALED and not piece.get("scale"):
            self._give_scale(where, piece)
        insert(where["questions"], piece, after)
        return key

    def add_many(
        self, section: str, kind: str, rows: Sequence[Mapping[str, Any]], *, after: str | None = None
    ) -> list[str]:
        """Questions of one type behind each other; all of them or none."""
        self.refuse_more(len(rows))
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
        replace(question, {**values, "key": new, "type": kind}, order=("key", "type", "text"))
        for name in [name for name in question if name not in PROPERTIES[kind]]:
            del question[name]
        question.setdefault("text", "")
        if kind in SCALED and not question.get("scale"):
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
            insert(there["questions"], question, after)
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
        self.refuse_more(1)
        made = self._copied(question, section["key"], {})
        insert(section["questions"], made, key)
        return made["key"]

    def _copied(self, question: Piece, section: str, names: dict[str, str]) -> Piece:
        made = unmapped(question)
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
            self.refuse_more(len(piece["questions"]))
            if piece["key"] in self._present():
                piece["key"] = self.free_section_key()
            for question in piece["questions"]:
                if question["key"] in self._present():
                    question["key"] = self.free_question_key(piece["key"])
            places = [section["key"] for section in self.sections]
            after = removed["after"]
            self.sections.insert(places.index(after) + 1 if after in places else 0 if not after else len(places), piece)
            return piece["key"]
        self.refuse_more(1)
        if not any(section["key"] == removed["section"] for section in self.sections):
            raise EditRefused("ตอนที่ข้อนี้เคยอยู่ถูกลบไปแล้ว โปรดเลิกทำการลบตอนก่อน")
        if piece["key"] in self._present():
            piece["key"] = self.free_question_key(removed["section"])
        insert(self.section(removed["section"])["questions"], piece, removed["after"])
        return piece["key"]

    def _present(self) -> set[str]:
        return {*self.question_keys, *(section["key"] for section in self.sections)}

    def refuse_more(self, more: int) -> None:
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
            rename_in(piece, names)

    # -- Scales and lists ------------------------------------------------------------------------------------------

    def add_scale(self, preset: str) -> str:
        """A scale of ``PRESETS``; the same one is not added twice. Answers its key."""
        if preset not in PRESETS:
            raise EditRefused("ไม่พบมาตราส่วนสำเร็จรูปนี้ โปรดเลือกจากรายการ", "preset")
        return shared(self.scales, preset, PRESETS[preset][1], always=preset == "own")

    def change_scale(self, key: str, values: Mapping[str, Any]) -> None:
        if key not in self.scales:
            raise EditRefused("ไม่พบมาตราส่วนนี้ในแบบ อาจมีผู้อื่นลบไปแล้ว โปรดเปิดหน้าใหม่")
        scale = dict(self.scales[key]) if isinstance(self.scales[key], dict) else {}
        replace(scale, values, order=("title", "values", "bands"))
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
        fits = [key for key, scale in self.scales.items() if bool(as_dict(scale).get("dual")) == dual]
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
        if question.get("type") not in SCALED:
            return
        had = question.get("scale") or here.get("scale")
        if had and had != there.get("scale"):
            question["scale"] = had
        elif had:
            question.pop("scale", None)
