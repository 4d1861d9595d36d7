"""Choices and rows as people write them: one on a line, or as cells copied from a spreadsheet.

What was there before keeps its value, because answers are stored by it: a line that is unchanged, moved, or reworded in
its place stays the same choice; only a new line gets a new value.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from thai.text import normalise

SPECIFY = re.compile(r"^อื่น\s?ๆ|\(ระบุ|\(โปรดระบุ")
"""What a choice that asks for words is called; the shipped forms say it in the same way."""
_NUMBER = re.compile(r"\D*(\d{1,9})")

Items = list[dict[str, Any]]


def split(text: str) -> list[str]:
    """The lines that say something; what is copied from a spreadsheet loses its empty cells at the ends."""
    return [line for raw in text.splitlines() if (line := normalise(raw.strip("\t ").replace("\t", " ")))]


def cells(text: str) -> list[list[str]]:
    """The cells of lines copied from a spreadsheet, empty lines left out."""
    rows = [[normalise(cell) for cell in line.split("\t")] for line in text.splitlines() if line.strip()]
    return [row for row in rows if any(row)]


def joined(items: Iterable[Mapping[str, Any]], name: str = "t") -> str:
    return "\n".join(str(item.get(name, "")) for item in items)


def choices(text: str, before: Sequence[Mapping[str, Any]] = (), *, taken: Collection[str] = ()) -> Items:
    """Choices out of lines. ``taken``: values that a published version gave away, never given again."""
    texts = split(text)
    made = _matched(texts, before, text_name="t", id_name="v", prefix="", taken=taken)
    asking = [item for item in made if _asks_for_words(item, before)]
    for item in made:
        item.pop("specify", None)
    if asking:
        asking[-1]["specify"] = True
    return made


def rows(text: str, before: Sequence[Mapping[str, Any]] = (), *, taken: Collection[str] = ()) -> Items:
    """Rows of a matrix out of lines."""
    return _matched(split(text), before, text_name="text", id_name="key", prefix="r", taken=taken)


def _asks_for_words(item: Mapping[str, Any], before: Sequence[Mapping[str, Any]]) -> bool:
    if SPECIFY.search(item["t"]):
        return True
    old = next((each for each in before if str(each.get("v")) == item["v"]), {})
    return bool(old.get("specify")) and not SPECIFY.search(str(old.get("t", "")))


def _matched(
    texts: Sequence[str],
    before: Sequence[Mapping[str, Any]],
    *,
    text_name: str,
    id_name: str,
    prefix: str,
    taken: Collection[str],
) -> Items:
    old = [item for item in before if isinstance(item, Mapping)]
    origin = _origins(texts, [str(item.get(text_name, "")) for item in old])
    used = {str(item.get(id_name, "")) for item in old} | set(taken)
    last = max((int(found[1]) for value in used if (found := _NUMBER.fullmatch(value))), default=0)
    made: Items = []
    for place, text in enumerate(texts):
        source = origin.get(place)
        if source is None:
            last += 1
            made.append({id_name: f"{prefix}{last}", text_name: text})
        else:
            made.append({**old[source], id_name: str(old[source].get(id_name, "")), text_name: text})
    return made


def _origins(texts: Sequence[str], old: Sequence[str]) -> dict[int, int]:
    """Which old line each new line is: the same words first, then what was reworded between them."""
    found: dict[int, int] = {}
    free: dict[str, list[int]] = {}
    for place, text in enumerate(old):
        free.setdefault(text, []).append(place)
    for place, text in enumerate(texts):
        if free.get(text):
            found[place] = free[text].pop(0)
    gone = {place for places in free.values() for place in places}
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, texts, autojunk=False).get_opcodes() if gone else ():
        if kind != "replace":
            continue
        left = [i for i in range(i1, i2) if i in gone]
        new = [j for j in range(j1, j2) if j not in found]
        if len(left) == len(new):
            found |= dict(zip(new, left, strict=True))
    return found


# -- With values and attributes, as a sheet ------------------------------------------------------------------------

VALUE, TEXT, WORDS = "ค่า", "ข้อความ", "ระบุ"


def sheet(items: Iterable[Mapping[str, Any]]) -> str:
    """Choices as lines of cells under a line of headings: value, text, whether it asks for words, attributes."""
    listed = [item for item in items if isinstance(item, Mapping)]
    names = list(dict.fromkeys(name for item in listed for name in (item.get("attrs") or {})))
    words = any(item.get("specify") for item in listed)
    lines = [[VALUE, TEXT, *([WORDS] if words else []), *names]]
    for item in listed:
        attrs = item.get("attrs") or {}
        line = [str(item.get("v", "")), str(item.get("t", ""))]
        lines.append(
            [*line, *(["ใช่" if item.get("specify") else ""] if words else []), *(str(attrs.get(n, "")) for n in names)]
        )
    return "\n".join("\t".join(line) for line in lines)


def from_sheet(text: str, before: Sequence[Mapping[str, Any]] = (), *, taken: Collection[str] = ()) -> Items:
    """Choices out of a sheet. Without headings: one column is texts, two are value and text.

    Raises ValueError with a Thai sentence that names the line.
    """
    lines = cells(text)
    if not lines:
        return []
    if max(len(line) for line in lines) == 1:
        return choices(text, before, taken=taken)
    heads = lines[0] if VALUE in lines[0] and TEXT in lines[0] else [VALUE, TEXT]
    body = lines[1:] if heads is lines[0] else lines
    names = [head for head in heads if head not in (VALUE, TEXT, WORDS) and head]
    for name in names:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}", name):
            raise ValueError(f"หัวคอลัมน์ “{name}” ใช้ได้เฉพาะอักษรอังกฤษ ตัวเลข และขีดล่าง ขึ้นต้นด้วยอักษร")
    made: Items = []
    seen: set[str] = set()
    for place, line in enumerate(body, start=1 + (heads is lines[0])):
        row = dict(zip(heads, line, strict=False))
        value, said = row.get(VALUE, ""), row.get(TEXT, "")
        if not value or not said:
            raise ValueError(f"บรรทัดที่ {place} ต้องมีทั้งค่าและข้อความ (คั่นด้วยแท็บ)")
        if value in seen:
            raise ValueError(f"บรรทัดที่ {place} ใช้ค่า “{value}” ซ้ำกับบรรทัดก่อนหน้า")
        seen.add(value)
        item: dict[str, Any] = {"v": value, "t": said}
        if row.get(WORDS):
            item["specify"] = True
        attrs = {name: row[name] for name in names if row.get(name)}
        made.append(item | {"attrs": attrs} if attrs else item)
    return made
