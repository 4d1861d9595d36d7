"""The slots of a question: those that decide whether it is answered, and those beside them."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from instruments import masters
from instruments import slots as kinds
from instruments.definition.form import Choice, Scale
from instruments.slots import Cleaner, Slot

NOTE_LABEL = "หลักฐาน/ร่องรอย"
LINE_LIMIT = 500
"""The most characters of a text on one line."""
PHOTOS = 4
"""Pictures that a question takes where it does not say."""


class _Part(NamedTuple):
    """One slot of a question: ``suffix`` and ``label`` go behind the question's key and text."""

    kind: str
    clean: Cleaner
    suffix: str = ""
    label: str = ""
    limit: int = 0


_PLAIN: Mapping[str, _Part] = {
    "exist": _Part(kinds.EXIST, kinds.clean_exist),
    "date": _Part(kinds.DATE, kinds.clean_date),
    "time": _Part(kinds.TIME, kinds.clean_time),
    "place": _Part(kinds.PLACE, kinds.clean_place),
    "signature": _Part(kinds.SIGNATURE, kinds.clean_signature),
}
"""Types whose questions are all alike."""


def slots_of(
    item: dict, section: str, scale: Scale | None, choices: Sequence[Choice]
) -> tuple[tuple[Slot, ...], tuple[str, ...]]:
    """All slots of a question, and the keys of those that decide whether it is answered."""
    key = item["key"]

    def slot(part: _Part, *, takes_na: bool = False) -> Slot:
        label = item["text"] + part.label
        return Slot(key + part.suffix, part.kind, key, section, label, part.clean, takes_na=takes_na, limit=part.limit)

    if item.get("source"):  # a fact, typed only where it is missing
        return (slot(_line()),), (key,)
    main = tuple(slot(part, takes_na=bool(item.get("allow_na"))) for part in _main(item, scale, choices))
    return (*main, *map(slot, _beside(item, choices))), tuple(each.key for each in main)


def _main(item: dict, scale: Scale | None, choices: Sequence[Choice]) -> list[_Part]:
    kind = item["type"]
    match kind:
        case "rating":
            return [_Part(kinds.RATING, _rating(scale))]
        case "dual":
            clean = _rating(scale)
            return [
                _Part(kinds.RATING, clean, ".current", " (สภาพที่เป็นอยู่)"),
                _Part(kinds.RATING, clean, ".desired", " (สภาพที่ควรจะเป็น)"),
            ]
        case "matrix":
            clean = _rating(scale)
            return [_Part(kinds.RATING, clean, f".{line['key']}", f": {line['text']}") for line in item["rows"]]
        case "choice":
            master = item.get("master")
            return [_Part(kinds.CHOICE, _master_cleaner(master) if master else kinds.choice_cleaner(_texts(choices)))]
        case "multi":
            master = item.get("master")
            return [_Part(kinds.MULTI, _masters_cleaner(master) if master else kinds.multi_cleaner(_texts(choices)))]
        case "text":
            long = bool(item.get("long", True))
            limit = int(item.get("max_length", kinds.TEXT_LIMIT if long else LINE_LIMIT))
            return [_Part(kinds.TEXT, kinds.text_cleaner(limit, multiline=long))]
        case "number":
            least, most = decimal(item.get("min")), decimal(item.get("max"))
            return [_Part(kinds.NUMBER, kinds.number_cleaner(least, most, int(item.get("decimals", 0))))]
        case "photo":
            return [_photos(item)]
        case "file":
            limit = int(item.get("files") or 1)
            return [_Part(kinds.FILE, kinds.photo_cleaner(limit, kinds.FILE), limit=limit)]
        case "note" | "calc":
            return []
    return [_PLAIN[kind]]


def _beside(item: dict, choices: Sequence[Choice]) -> Iterator[_Part]:
    kind = item["type"]
    if kind in ("choice", "multi") and any(choice.specify for choice in choices):
        yield _line(".other", " (ระบุ)")
    if kind == "rating" and item.get("with_exist"):
        yield _Part(kinds.EXIST, kinds.clean_exist, ".exist", " (มี/ไม่มี)")
    if item.get("with_evidence"):
        label = f" ({item.get('note_label') or NOTE_LABEL})"
        yield _Part(kinds.TEXT, kinds.text_cleaner(2000, multiline=True), ".note", label)
        pictures = _photos(item, ".photo", " (ภาพหลักฐาน)")
        if pictures.limit and kind != "photo":
            yield pictures


def _line(suffix: str = "", label: str = "") -> _Part:
    return _Part(kinds.TEXT, kinds.text_cleaner(LINE_LIMIT, multiline=False), suffix, label)


def _photos(item: dict, suffix: str = "", label: str = "") -> _Part:
    limit = int(item.get("photos", PHOTOS))
    return _Part(kinds.PHOTO, kinds.photo_cleaner(limit), suffix, label, limit)


def _texts(choices: Sequence[Choice]) -> dict[str, str]:
    return {choice.value: choice.text for choice in choices}


def _rating(scale: Scale | None) -> Cleaner:
    return kinds.rating_cleaner(dict(scale.values) if scale else {})


def _master_cleaner(name: str) -> Cleaner:
    def clean(raw: Any) -> str:
        if not masters.find(name, [raw]):
            raise ValueError("โปรดเลือกจากรายการในทะเบียน")
        return raw

    return clean


def _masters_cleaner(name: str) -> Cleaner:
    def clean(raw: Any) -> list[str]:
        picked = list(dict.fromkeys(raw)) if isinstance(raw, list) and all(isinstance(i, str) for i in raw) else None
        if picked is None or len(picked) > 500 or len(masters.find(name, picked)) != len(picked):
            raise ValueError("โปรดเลือกจากรายการในทะเบียน")
        return sorted(picked)

    return clean


def decimal(value: Any) -> Decimal | None:
    return None if value in (None, "") else Decimal(str(value))
