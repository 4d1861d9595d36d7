"""Typed Thai made regular: what looks the same is stored the same, found the same, and sorted as in a dictionary."""

import itertools
import re
import unicodedata
from typing import NamedTuple

from thai.numerals import to_arabic

# -- Normal form ---------------------------------------------------------------------------------------------------

_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ufff9-\ufffb]")
# The last two of each plane, and U+FDD0 to U+FDEF, are no characters: neither XML nor a workbook may hold them.
_NO_CHARACTERS = "\ufdd0-\ufdef" + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
_CONTROLS = re.compile(
    f"[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\ud800-\udfff{_NO_CHARACTERS}]"
)  # with halves of characters
_LINE_ENDS = re.compile("\r\n|[\r\u000b\u000c\u0085\u2028\u2029]")
_SPACES = re.compile("[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")

# Thai fonts of the Windows 98 years drew shifted marks from these private code points; text copied out of old
# documents still carries them.
_PRIVATE_GLYPHS = str.maketrans(dict(zip(map(chr, range(0xF700, 0xF71B)), "ฐิีึื่้๊๋์่้๊๋์ญัํ็่้๊๋์ฺุู", strict=True)))

# The order in which marks are written on one consonant: below, above, shortener, tone, silencer, nikhahit.
_MARK_ORDER = {mark: place for place, mark in enumerate("ฺุูัิีึื็่้๊๋์๎ํ")}
_MARKS = re.compile("[" + "".join(_MARK_ORDER) + "]{2,}")


# Two settle whatever was found; a bound, because the text comes from strangers.
_PASSES = 8


def normalise(text: str, *, multiline: bool = False) -> str:
    """The text in the one form that is stored: NFC, marks in writing order, no invisible characters or stray spaces.

    Mends what keyboards and old files produce: ํ + า → ำ (also around a tone mark), เ + เ → แ, a tone typed before
    its vowel, a mark typed twice. Not NFKC, which would take ำ apart. With ``multiline`` line breaks stay.
    """
    text = _LINE_ENDS.sub("\n", text.translate(_PRIVATE_GLYPHS))
    text = _CONTROLS.sub("", _INVISIBLE.sub("", text))
    for _ in range(_PASSES):
        if (settled := _settled(text)) == text:
            break
        text = settled
    if not multiline:
        return _SPACES.sub(" ", text.replace("\n", " ")).strip(" ")
    lines = (_SPACES.sub(" ", line).strip(" ") for line in text.split("\n"))
    return re.sub("\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _settled(text: str) -> str:
    """One pass. A Latin accent among Thai marks moves in NFC and may bring others together, so a second may be due."""
    text = re.sub("เเ", "แ", unicodedata.normalize("NFC", text))
    text = _MARKS.sub(_in_writing_order, text).replace("ํา", "ำ")
    return _MARKS.sub(_in_writing_order, re.sub("ำ([่-๋]+)", r"\1ำ", text))


def _in_writing_order(marks: re.Match[str]) -> str:
    return "".join(sorted(set(marks.group()), key=_MARK_ORDER.__getitem__))


def normalise_code(text: str) -> str:
    """A code (school, document, telephone) as it is stored: Arabic digits, plain hyphens, no space anywhere."""
    text = to_arabic(unicodedata.normalize("NFC", normalise(text)))
    return re.sub("[\u2010-\u2015\u2212]", "-", text).replace(" ", "")


def search_key(text: str) -> str:
    """What a search compares: normal form, Arabic digits, lower case, no spaces, so that “๒๕๖๔” finds “2564”.

    Compare by substring: Thai writes no spaces between words, and people put them differently.
    """
    return to_arabic(normalise(text)).casefold().replace(" ", "")


# -- Pieces --------------------------------------------------------------------------------------------------------

# Thai writes no spaces between words, and no dictionary is at hand.
_CLUSTER = re.compile(
    r"[A-Za-z]+|[0-9๐-๙]+(?:[.,][0-9๐-๙]+)*|\s+|[เ-ไ]?[ก-ฮ](?:[ก-ฮ]์)?[ัิ-ฺ็-๎]*[ะาำๅ]?[่-๋]?(?:[ก-ฮ][ิุ]?์)?|.",
    re.DOTALL,
)


def clusters(text: str) -> list[str]:
    """The text in the smallest units that no reader would tear apart; together they are the whole text.

    A consonant with the vowel before it and the marks on it, or a whole Latin word or number.
    """
    return _CLUSTER.findall(text)


def shortened(text: str, longest: int) -> str:
    """The beginning of a text of more than ``longest`` characters: up to a space in its second half, where there is one."""
    if len(text) <= longest:
        return text
    ends = itertools.accumulate(map(len, clusters(text)))
    end = max((end for end in ends if end <= longest), default=longest)
    space = text.rfind(" ", longest // 2, end + 1)
    return f"{text[: space if space > 0 else end].rstrip()}…"


# -- Order ---------------------------------------------------------------------------------------------------------

_LEAD_VOWEL = re.compile("([เ-ไ])([ก-ฮ])")
_UNIT = re.compile("[0-9]+|[\u0000-\U0010ffff]")
_SECONDARY = {mark: str(weight) for weight, mark in enumerate("็่้๊๋์", 1)}


def thai_sort_key(text: str) -> str:
    """An ASCII key whose plain order is the order of a Thai dictionary; to be stored beside a name and sorted by.

    Lead vowels count after their consonant (กา < เก < ขา), tone marks only where all letters are equal
    (ปา < ป่า < ป้า < ปาก), digits by their number (กลุ่ม 2 < กลุ่ม 10), spaces before everything, Latin before Thai.
    The key has only digits and a–f, so SQLite, PostgreSQL and Python order it alike under every collation. It takes
    three characters for a Thai letter, eight for a letter of another script.
    """
    swapped = _LEAD_VOWEL.sub(r"\2\1", to_arabic(normalise(text)).casefold())
    primary: list[str] = []
    secondary: list[str] = []
    for unit in _UNIT.findall(swapped):
        if unit in _SECONDARY:
            if secondary:
                secondary[-1] = secondary[-1] if secondary[-1] != "0" else _SECONDARY[unit]
            continue
        primary.append(_primary_weight(unit))
        secondary.append("0")
    return "".join(primary) + "00" + "".join(secondary).rstrip("0")


def _primary_weight(unit: str) -> str:
    """Hexadecimal, never beginning with 00, in the order space, signs, numbers, Latin, consonants, vowels, rest."""
    if unit.isascii() and unit.isdigit():
        number = unit.lstrip("0")[:99]
        return f"20{len(number):02d}{number}"
    code = ord(unit)
    if unit == " ":
        return "01"
    if "a" <= unit <= "z":
        return f"{0x30 + code - ord('a'):02x}"
    if "ก" <= unit <= "ฮ":
        return f"{0x50 + code - ord('ก'):02x}"
    if "ะ" <= unit <= "ฺ" or "เ" <= unit <= "ๅ":
        return f"{0x80 + code - ord('ะ'):02x}"
    if unit in "ฯๆ" or code < 0x80:
        return f"02{code & 0xFF:02x}"
    return f"ff{code:06x}"


# -- Names ---------------------------------------------------------------------------------------------------------

# Written out, and the ways in which each is shortened. Longer ones are tried first.
PREFIXES: dict[str, tuple[str, ...]] = {
    "นาย": (),
    "นาง": (),
    "นางสาว": ("น.ส.", "นส."),
    "เด็กชาย": ("ด.ช.", "ดช."),
    "เด็กหญิง": ("ด.ญ.", "ดญ."),
    "ดร.": ("ด็อกเตอร์", "ดอกเตอร์"),
    "ผู้ช่วยศาสตราจารย์": ("ผศ.",),
    "รองศาสตราจารย์": ("รศ.",),
    "ศาสตราจารย์": ("ศ.",),
    "ผู้ช่วยศาสตราจารย์ ดร.": ("ผศ.ดร.", "ผศ. ดร."),
    "รองศาสตราจารย์ ดร.": ("รศ.ดร.", "รศ. ดร."),
    "ศาสตราจารย์ ดร.": ("ศ.ดร.", "ศ. ดร."),
    "ว่าที่ร้อยตรี": ("ว่าที่ ร.ต.", "ว่าที่ร.ต.", "ว่าที่ ร้อยตรี", "ว่าที่ รต."),
    "ว่าที่ร้อยตรีหญิง": ("ว่าที่ ร.ต.หญิง", "ว่าที่ร.ต.หญิง", "ว่าที่ ร.ต. หญิง", "ว่าที่ ร้อยตรีหญิง"),
    "ว่าที่ร้อยโท": ("ว่าที่ ร.ท.", "ว่าที่ร.ท.", "ว่าที่ ร้อยโท"),
    "ว่าที่ร้อยเอก": ("ว่าที่ ร.อ.", "ว่าที่ร.อ.", "ว่าที่ ร้อยเอก"),
    "ร้อยตรี": ("ร.ต.",),
    "ร้อยโท": ("ร.ท.",),
    "ร้อยเอก": ("ร.อ.",),
    "พันตรี": ("พ.ต.",),
    "พันโท": ("พ.ท.",),
    "พันเอก": ("พ.อ.",),
    "สิบตรี": ("ส.ต.",),
    "สิบโท": ("ส.ท.",),
    "สิบเอก": ("ส.อ.",),
    "จ่าสิบตรี": ("จ.ส.ต.",),
    "จ่าสิบโท": ("จ.ส.ท.",),
    "จ่าสิบเอก": ("จ.ส.อ.",),
    "จ่าเอก": ("จ.อ.",),
    "สิบตำรวจตรี": ("ส.ต.ต.",),
    "สิบตำรวจโท": ("ส.ต.ท.",),
    "สิบตำรวจเอก": ("ส.ต.อ.",),
    "หม่อมหลวง": ("ม.ล.",),
    "หม่อมราชวงศ์": ("ม.ร.ว.",),
    "คุณหญิง": (),
    "พระมหา": (),
    "พระครู": (),
}
_FULL_FORMS = {form: full for full, shorts in PREFIXES.items() for form in (full, *shorts)}
# A prefix may touch the name, but must not cut a syllable in two: นายิกา is a name, นาย + กา is not meant.
_PREFIX = re.compile(
    "^(" + "|".join(re.escape(form) for form in sorted(_FULL_FORMS, key=len, reverse=True)) + ") ?(?=[ก-ฮเ-ไA-Za-z])"
    "(?![ก-ฮ]์)"
)


class PersonName(NamedTuple):
    """A person's name taken apart; ``prefix`` as it was typed, "" where there is none."""

    prefix: str
    first: str
    last: str

    @property
    def full_prefix(self) -> str:
        """The prefix written out: ว่าที่ ร.ต. → ว่าที่ร้อยตรี."""
        return _FULL_FORMS.get(self.prefix, self.prefix)

    def __str__(self) -> str:
        gap = " " if self.prefix.endswith(".") or self.prefix.startswith("ว่าที่") else ""
        return f"{self.prefix}{gap}{self.first} {self.last}".strip(" ")


def split_name(text: str) -> PersonName:
    """Take a typed name apart: “ว่าที่ ร.ต. สมชาย ใจดี” → (ว่าที่ ร.ต., สมชาย, ใจดี).

    What follows the first space after the prefix is the family name, also where it has several words (ณ อยุธยา).
    """
    text = normalise(text)
    match = _PREFIX.match(text)
    prefix = match.group(1) if match else ""
    first, _, last = text[match.end() if match else 0 :].partition(" ")
    return PersonName(prefix, first, last)


def name_sort_key(text: str) -> str:
    """The sort key of a person's name, the prefix left out: Thais are sorted by first name."""
    name = split_name(text)
    return thai_sort_key(f"{name.first} {name.last}")
