"""The standard passages of each kind of paper: what they come with, and what an office made of them.

An app names its passages in its own `documents.py`, beside its kinds:

    wording_kind("visit-notice", label="หนังสือแจ้งกำหนดการนิเทศ", paper="letter")
    wording(
        "visit-notice", "purpose", label="เหตุที่มีหนังสือ",
        default="ด้วย{office} กำหนดนิเทศ{school} ใน{date} นั้น",
        fields={"office": ("ชื่อสำนักงาน", "สำนักงานเขต…"), "school": ("ชื่อโรงเรียน", "โรงเรียนวัดตัวอย่าง"), …},
    )

and its builder asks `text_of(area, "visit-notice", "purpose", office=…, school=…, date=…)`. The clerk and the group
head of an area change the text in the browser, where a field stands in braces under its Thai name: {ชื่อโรงเรียน}.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from schools.models import AreaOffice
from workflows.digests import stamp_of

from .models import Wording

MAX_LENGTH = 5000
"""Characters in one passage: some two pages."""
PAPERS = ("letter", "memo", "order", "announcement", "minutes")
_FIELD = re.compile(r"\{([^{}]*)\}")


class WordingError(ValueError):
    """A text that can't be used as a passage; a Thai sentence for the person who typed it."""


@dataclass(frozen=True)
class Passage:
    """One passage: its Thai label, the text it comes with, and its fields: the program's name → (Thai name, example).

    Texts carry the Thai names in braces.
    """

    kind: str
    key: str
    label: str
    default: str
    fields: Mapping[str, tuple[str, str]]

    @property
    def examples(self) -> dict[str, str]:
        return dict(self.fields.values())

    def filled(self, text: str, values: Mapping[str, Any]) -> str:
        """`text` with `values`, by the program's names, in its fields."""
        return fill(text, {label: values[name] for name, (label, _) in self.fields.items()})


@dataclass(frozen=True)
class WordingKind:
    """One kind of paper with its passages, in the order in which they were named."""

    code: str
    label: str
    paper: str
    passages: dict[str, Passage] = field(default_factory=dict)


_kinds: dict[str, WordingKind] = {}


def wording_kind(code: str, *, label: str, paper: str = "letter") -> None:
    """Name a kind of paper whose passages an office may change.

    paper: on which official paper the preview shows them, one of `PAPERS`. Raises ValueError where the code is
    taken or the paper unknown.
    """
    if code in _kinds or paper not in PAPERS:
        raise ValueError(f"wordings of {code} are registered twice, or {paper} is no paper")
    _kinds[code] = WordingKind(code, label, paper)


def wording(
    kind: str, key: str, *, label: str, default: str, fields: Mapping[str, tuple[str, str]] | None = None
) -> None:
    """Name one passage of a kind. The keys `subject`, `to` and `closing` take their place on the preview's paper,
    every other is a paragraph, or several where it has several lines.

    default: with the program's names of its fields in braces. fields: that name → (its Thai name, an example).
    Raises ValueError for a kind that was not named, for a key that is taken, for two fields of one Thai name, and for a
    default that uses a field it does not have.
    """
    fields = dict(fields or {})
    if kind not in _kinds or key in _kinds[kind].passages:
        raise ValueError(f"wording {kind} {key}: no such kind, or registered twice")
    names = {name: f"{{{label}}}" for name, (label, _) in fields.items()}
    if len(set(names.values())) < len(names):
        raise ValueError(f"wording {kind} {key}: two fields have one name")
    passage = Passage(kind, key, label, fill(default, names), fields)
    check(passage, passage.default)
    _kinds[kind].passages[key] = passage


def wording_kinds() -> list[WordingKind]:
    """Every kind with passages, by label."""
    return sorted(_kinds.values(), key=lambda kind: kind.label)


def get_wording_kind(code: str) -> WordingKind | None:
    return _kinds.get(code)


def check(passage: Passage, text: str) -> None:
    """Raises WordingError, in Thai, for a text that is empty or too long, for braces that do not pair, and for a
    field that the passage does not have, naming those that it has.
    """
    if not text.strip():
        raise WordingError("โปรดพิมพ์ข้อความ หากต้องการข้อความที่มากับระบบ ให้กด “คืนค่าเดิม”")
    if len(text) > MAX_LENGTH:
        raise WordingError(f"ข้อความยาว {len(text):,} ตัวอักษร ต้องไม่เกิน {MAX_LENGTH:,} ตัวอักษร โปรดตัดให้สั้นลง")
    known = " ".join(f"{{{name}}}" for name in passage.examples)
    fields_there_are = f"ช่องที่ใช้ได้: {known}" if known else "ส่วนนี้ไม่มีช่องให้แทนค่า"
    for name in _FIELD.findall(text):
        if name not in passage.examples:
            raise WordingError(f"ไม่รู้จักช่อง {{{name[:40]}}} โปรดแก้หรือลบออก {fields_there_are}")
    if re.search(r"[{}]", _FIELD.sub("", text)):
        raise WordingError(f"มีวงเล็บปีกกาที่ไม่ครบคู่ โปรดพิมพ์ทั้ง {{ และ }} {fields_there_are}")


def fill(text: str, values: Mapping[str, Any]) -> str:
    """`text` with each field replaced by its value, one that has none left as it stands; spaces around an empty value
    close up."""

    def value(match: re.Match[str]) -> str:
        found = values.get(match[1], match[0])
        return "" if found is None else str(found)

    return re.sub(r" {2,}", " ", _FIELD.sub(value, text)).strip()


def text_of(area, kind: str, key: str, /, **values: Any) -> str:
    """The passage as the paper of `area` says it, with `values` in its fields.

    The office's own text, or the one it comes with where the office has none (or `area` is None). Raises KeyError for
    a passage that is not registered and for a field without a value: mistakes of a program, not of a person.
    """
    passage = _kinds[kind].passages[key]
    missing = passage.fields.keys() - values.keys()
    if missing:
        raise KeyError(f"wording {kind} {key} needs {', '.join(sorted(missing))}")
    text = passage.default
    if area is not None:
        text = Wording.objects.filter(area=area, kind=kind, key=key).values_list("text", flat=True).first() or text
    return passage.filled(text, values)


def texts_of(area, kind: WordingKind) -> dict[str, str]:
    """Key → the text of each passage as `area` has it, its fields unfilled."""
    own = dict(Wording.objects.filter(area=area, kind=kind.code).values_list("key", "text"))
    return {key: own.get(key, passage.default) for key, passage in kind.passages.items()}


def stamp(area, kind: WordingKind) -> str:
    """Equal as long as nobody has written a passage of the kind."""
    return stamp_of(texts_of(area, kind))


@transaction.atomic
def save_texts(area, kind: WordingKind, texts: Mapping[str, str], *, by, seen: str = "") -> int:
    """Keep what differs from the text it comes with and drop what does not; how many passages changed. ``seen`` is the
    ``stamp`` of the page.

    Raises WordingError for a text that can't be used, or where somebody wrote meanwhile; then nothing is kept.
    """
    # Two first texts of one passage would be one too many.
    AreaOffice.objects.select_for_update(no_key=True).get(pk=area.pk)
    if seen and seen != stamp(area, kind):
        raise WordingError(
            "ขณะที่ท่านแก้ไข มีผู้อื่นบันทึกข้อความของเอกสารนี้ไปก่อนแล้ว ข้อความของท่านยังอยู่ครบ โปรดเปิดหน้านี้ในหน้าต่างใหม่เพื่อเทียบ แล้วบันทึกอีกครั้งหากต้องการใช้ของท่าน"
        )
    changed = 0
    own = {row.key: row for row in Wording.objects.filter(area=area, kind=kind.code)}
    for key, text in texts.items():
        passage, row = kind.passages[key], own.get(key)
        check(passage, text)
        if text == (row.text if row else passage.default):
            continue
        changed += 1
        row = row or Wording(area=area, kind=kind.code, key=key)
        row._history_user = by
        if text == passage.default:
            row.delete()
        else:
            row.text = text
            row.save()
    return changed
