"""Dates as Thais write them. Inside the product a date is a plain ``date``; the Buddhist year exists only here.

The rules for a typed year, the same in static/js/thai-date-text.js:

* four digits from 2400 on are พ.ศ., four digits below are ค.ศ., unless the text says which it is;
* two digits are พ.ศ. 25xx;
* dates from 1 January 1941 on are read, because only since then does the Thai year begin in January, up to 2100.
"""

import re
import unicodedata
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from thai.numerals import to_arabic, to_thai

BANGKOK = ZoneInfo("Asia/Bangkok")
FIRST_DATE = date(1941, 1, 1)
LAST_DATE = date(2100, 12, 31)

MONTHS = (
    "มกราคม", "กุมภาพันธ์", "มีนาคม", "เมษายน", "พฤษภาคม", "มิถุนายน",
    "กรกฎาคม", "สิงหาคม", "กันยายน", "ตุลาคม", "พฤศจิกายน", "ธันวาคม",
)  # fmt: skip
SHORT_MONTHS = (
    "ม.ค.", "ก.พ.", "มี.ค.", "เม.ย.", "พ.ค.", "มิ.ย.", "ก.ค.", "ส.ค.", "ก.ย.", "ต.ค.", "พ.ย.", "ธ.ค.",
)  # fmt: skip
WEEKDAYS = ("จันทร์", "อังคาร", "พุธ", "พฤหัสบดี", "ศุกร์", "เสาร์", "อาทิตย์")  # Monday first, as in date.weekday()

_ENGLISH_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_CLIPPED_MONTHS = (
    "มกรา", "กุมภา", "มีนา", "เมษา", "พฤษภา", "มิถุนา", "กรกฎา", "สิงหา", "กันยา", "ตุลา", "พฤศจิกา", "ธันวา",
)  # fmt: skip
_MONTH_WORDS = (
    {name: number for number, name in enumerate(MONTHS, 1)}
    | {name.replace(".", ""): number for number, name in enumerate(SHORT_MONTHS, 1)}
    | {name: number for number, name in enumerate(_CLIPPED_MONTHS, 1)}
    | {name: number for number, name in enumerate(_ENGLISH_MONTHS, 1)}
    | {name[:3]: number for number, name in enumerate(_ENGLISH_MONTHS, 1)}
    | {"sept": 9, "กรกฏาคม": 7, "กรกฏา": 7}  # ฏ for ฎ is a very common slip
)
_WEEKDAY_WORDS = {name: number for number, name in enumerate(WEEKDAYS)} | {
    "พฤหัสฯ": 3, "พฤหัส": 3, "อา": 6, "จ": 0, "อ": 1, "พฤ": 3, "พ": 2, "ศ": 4, "ส": 5,
}  # fmt: skip
_RELATIVE_WORDS = {"วันนี้": 0, "พรุ่งนี้": 1, "วันพรุ่งนี้": 1, "มะรืนนี้": 2, "มะรืน": 2, "เมื่อวาน": -1, "เมื่อวานนี้": -1}

_INVISIBLE = re.compile("[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_SPACES = re.compile("[ \t\n\u000b\f\r\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000,()]+")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_LEADING_WEEKDAY = re.compile(
    "^(?:วัน)? ?(" + "|".join(sorted(_WEEKDAY_WORDS, key=len, reverse=True)) + r")(?:\.? ?ที่|\.| ) ?(?=[0-9])"
)
_LEADING_THI = re.compile("^(?:วัน)?ที่ ?(?=[0-9])")
_ERA = re.compile(r"(พ|ค)\.? ?ศ\.?(?= |[0-9]|$)")
_DAY_FIRST = re.compile(r"^([0-9]{1,2})(?: ?[/.-] ?| )([0-9]{1,2})(?: ?[/.-] ?| )([0-9]+)$")
_YEAR_FIRST = re.compile(r"^([0-9]{4})(?: ?[/.-] ?| )([0-9]{1,2})(?: ?[/.-] ?| )([0-9]{1,2})$")
_EIGHT_DIGITS = re.compile("^[0-9]{8}$")
_SIX_DIGITS = re.compile("^[0-9]{6}$")
_DAY_AND_MONTH = re.compile(r"^[0-9]{1,2}(?: ?[/.-] ?| )[0-9]{1,2}$")
_MONTH_AND_YEAR = re.compile(r"^[0-9]{1,2}(?: ?[/.-] ?| )[0-9]{4}$")
_MONTH_IN_WORDS = re.compile("^([0-9]{1,2})([^0-9]+)([0-9]*)$")
_MONTH_WORD_AND_YEAR = re.compile("^([^0-9]+)([0-9]+)$")
_LETTERS = re.compile("^[a-z\u0e01-\u0e4e]+$")


class ThaiDateError(ValueError):
    """The text is not a date; the message is a Thai sentence that says why and what to type instead.

    ``code`` names the kind of trouble: empty, unreadable, no_year, no_day, year_digits, ce_two_digits, month,
    month_word, too_early, too_late, day, weekday, undivided, reversed.
    """

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


# -- The Buddhist year ---------------------------------------------------------------------------------------------


def buddhist_year(year: int) -> int:
    """The พ.ศ. of a ค.ศ. year; valid for dates since 1 January 1941."""
    return year + 543


def common_year(year: int) -> int:
    """The ค.ศ. of a พ.ศ. year; the inverse of `buddhist_year`."""
    return year - buddhist_year(0)


# -- Reading -------------------------------------------------------------------------------------------------------


def today_in_bangkok() -> date:
    """The date on the wall calendar in Thailand now, wherever the server stands."""
    return datetime.now(BANGKOK).date()


def parse_thai_date(text: str, *, today: date | None = None) -> date:
    """Read a date in any way a Thai writes one, or raise `ThaiDateError` with a sentence for the person who typed it.

    ``today`` is what วันนี้, พรุ่งนี้ and เมื่อวาน are counted from; by default today in Bangkok.
    """
    shown = _clean(text)
    if not shown:
        raise ThaiDateError("empty", "โปรดระบุวันที่")
    if shown in _RELATIVE_WORDS:
        return (today or today_in_bangkok()) + timedelta(days=_RELATIVE_WORDS[shown])

    rest, weekday = _take_weekday(shown)
    rest, era = _take_era(rest, shown)
    day, month, year = _take_parts(rest, shown)
    return _assemble(day, month, year, era, weekday)


def _clean(text: str) -> str:
    """One line with Arabic digits, plain dashes and single spaces."""
    text = _INVISIBLE.sub("", to_arabic(unicodedata.normalize("NFC", text)))
    return _SPACES.sub(" ", _DASHES.sub("-", text)).strip(" ")


def _unreadable(shown: str) -> ThaiDateError:
    return ThaiDateError("unreadable", f"อ่านวันที่ “{shown[:40]}” ไม่ได้ โปรดพิมพ์วัน เดือน ปี เช่น 5/8/2569 หรือ 5 ส.ค. 2569")


def _take_weekday(text: str) -> tuple[str, int | None]:
    if match := _LEADING_WEEKDAY.match(text):
        return text[match.end() :], _WEEKDAY_WORDS[match.group(1)]
    return _LEADING_THI.sub("", text), None


def _take_era(text: str, shown: str) -> tuple[str, str]:
    """The text without พ.ศ./ค.ศ. and the words เดือน and ปี; and which era was named ("พ", "ค" or "")."""
    eras = _ERA.findall(text)
    if len(eras) > 1:
        raise _unreadable(shown)
    text = _ERA.sub(" ", text).replace("เดือน", " ").replace("ปี", " ")
    return re.sub(" +", " ", text).strip(" "), eras[0] if eras else ""


def _take_parts(text: str, shown: str) -> tuple[int, int, str]:
    """Day, month and the year as it was typed."""
    if match := _DAY_FIRST.match(text):
        return int(match[1]), int(match[2]), match[3]
    if match := _YEAR_FIRST.match(text):
        return int(match[3]), int(match[2]), match[1]
    if _EIGHT_DIGITS.match(text):
        # 05082569 or 25690805: only one of the two readings can have a year that we accept.
        if "1900" < text[:4] < "2700" and text[4:6] <= "12":
            return int(text[6:]), int(text[4:6]), text[:4]
        return int(text[:2]), int(text[2:4]), text[4:]
    if _SIX_DIGITS.match(text):
        raise ThaiDateError("undivided", f"“{text}” อ่านได้หลายแบบ โปรดคั่นวัน เดือน ปี เช่น 5/8/69")
    if _DAY_AND_MONTH.match(text):
        raise ThaiDateError("no_year", "ยังไม่ได้ระบุปี โปรดพิมพ์ปี พ.ศ. ต่อท้าย เช่น 5/8/2569")
    if _MONTH_AND_YEAR.match(text):
        raise ThaiDateError("no_day", "ยังไม่ได้ระบุวันที่ โปรดพิมพ์วันนำหน้าเดือน เช่น 5/8/2569")
    if match := _MONTH_IN_WORDS.match(text):
        month = _month_number(match[2], shown)
        if not match[3]:
            raise ThaiDateError("no_year", f"ยังไม่ได้ระบุปี โปรดพิมพ์ปี พ.ศ. ต่อท้าย เช่น 5 {MONTHS[month - 1]} 2569")
        return int(match[1]), month, match[3]
    if match := _MONTH_WORD_AND_YEAR.match(text):
        month = _month_number(match[1], shown)
        raise ThaiDateError("no_day", f"ยังไม่ได้ระบุวันที่ โปรดพิมพ์วันนำหน้าเดือน เช่น 5 {MONTHS[month - 1]} 2569")
    raise _unreadable(shown)


def _month_number(typed: str, shown: str) -> int:
    word = re.sub("[ ./-]", "", typed).lower()
    if word in _MONTH_WORDS:
        return _MONTH_WORDS[word]
    if not _LETTERS.match(word):
        raise _unreadable(shown)
    raise ThaiDateError("month_word", f"ไม่รู้จักเดือน “{typed.strip(' ')[:40]}” โปรดพิมพ์ชื่อเดือน เช่น สิงหาคม หรือ ส.ค.")


def _assemble(day: int, month: int, typed_year: str, era: str, weekday: int | None) -> date:
    if not 1 <= month <= 12:
        message = f"ไม่มีเดือนที่ {month} เดือนต้องอยู่ระหว่าง 1 ถึง 12"
        if 1 <= day <= 12 and 12 < month <= 31:
            message += f" หากหมายถึงวันที่ {month} {MONTHS[day - 1]} โปรดพิมพ์วันก่อนเดือน เช่น {month}/{day}/{typed_year}"
        raise ThaiDateError("month", message)
    year = _common_year_typed(typed_year, era)
    name = MONTHS[month - 1]
    if day < 1:
        raise ThaiDateError("day", "วันที่ต้องเริ่มจาก 1 โปรดตรวจสอบวันที่อีกครั้ง")
    last = monthrange(year, month)[1]
    if day > last:
        when = f"ปี พ.ศ. {buddhist_year(year)} เดือน{name}" if month == 2 else f"เดือน{name}"
        raise ThaiDateError("day", f"{when}มี {last} วัน จึงไม่มีวันที่ {day} โปรดตรวจสอบวันที่อีกครั้ง")
    found = date(year, month, day)
    if weekday is not None and found.weekday() != weekday:
        raise ThaiDateError(
            "weekday",
            f"วันที่ {long_date(found)} ตรงกับวัน{WEEKDAYS[found.weekday()]} ไม่ใช่วัน{WEEKDAYS[weekday]} โปรดตรวจสอบวันที่อีกครั้ง",
        )
    return found


def _common_year_typed(typed: str, era: str) -> int:
    """The ค.ศ. year meant by the typed digits, in the range that is read."""
    if len(typed) == 2:
        if era == "ค":
            raise ThaiDateError("ce_two_digits", f"ปี ค.ศ. ต้องพิมพ์สี่หลัก เช่น ค.ศ. 20{typed}")
        era, number = "พ", 2500 + int(typed)
    elif len(typed) == 4:
        number = int(typed)
        era = era or ("พ" if number >= 2400 else "ค")
    else:
        raise ThaiDateError("year_digits", f"ปี “{typed[:40]}” ไม่ชัดเจน โปรดพิมพ์ปี พ.ศ. สี่หลัก เช่น 2569 หรือสองหลัก เช่น 69")
    year = common_year(number) if era == "พ" else number
    if FIRST_DATE.year <= year <= LAST_DATE.year:
        return year
    limits = f"พ.ศ. {buddhist_year(FIRST_DATE.year)} ถึง {buddhist_year(LAST_DATE.year)}"
    raise ThaiDateError(
        "too_early" if year < FIRST_DATE.year else "too_late",
        f"ปี {era}.ศ. {number} อยู่นอกช่วงที่รับได้ คือ {limits} โปรดตรวจสอบปีอีกครั้ง",
    )


# -- Writing -------------------------------------------------------------------------------------------------------


def long_date(day: date) -> str:
    """5 สิงหาคม 2569"""
    return f"{day.day} {MONTHS[day.month - 1]} {buddhist_year(day.year)}"


def weekday_date(day: date) -> str:
    """วันพุธที่ 5 สิงหาคม 2569"""
    return f"วัน{WEEKDAYS[day.weekday()]}ที่ {long_date(day)}"


def full_date(day: date) -> str:
    """วันพุธที่ 5 สิงหาคม พ.ศ. 2569"""
    return f"วัน{WEEKDAYS[day.weekday()]}ที่ {day.day} {MONTHS[day.month - 1]} พ.ศ. {buddhist_year(day.year)}"


def short_date(day: date) -> str:
    """5 ส.ค. 2569, for tables and fields."""
    return f"{day.day} {SHORT_MONTHS[day.month - 1]} {buddhist_year(day.year)}"


def two_digit_date(day: date) -> str:
    """5 ส.ค. 69; the whole year where two digits would be read as another century."""
    year = buddhist_year(day.year)
    return f"{day.day} {SHORT_MONTHS[day.month - 1]} {year % 100:02d}" if year // 100 == 25 else short_date(day)


def numeric_date(day: date) -> str:
    """5/8/2569, for spreadsheets."""
    return f"{day.day}/{day.month}/{buddhist_year(day.year)}"


def official_date(day: date) -> str:
    """๕ สิงหาคม ๒๕๖๙, the date line of a letter or memo."""
    return to_thai(long_date(day))


def order_date(day: date) -> str:
    """วันที่ ๕ สิงหาคม พ.ศ. ๒๕๖๙, as in orders and announcements."""
    return to_thai(f"วันที่ {day.day} {MONTHS[day.month - 1]} พ.ศ. {buddhist_year(day.year)}")


def given_date(day: date) -> str:
    """วันที่ ๕ เดือน สิงหาคม พ.ศ. ๒๕๖๙, as certificates are given."""
    return to_thai(f"วันที่ {day.day} เดือน {MONTHS[day.month - 1]} พ.ศ. {buddhist_year(day.year)}")


def month_and_year(day: date) -> str:
    """สิงหาคม 2569, the heading over the days of one month."""
    return f"{MONTHS[day.month - 1]} {buddhist_year(day.year)}"


STYLES = {
    "long": long_date,
    "weekday": weekday_date,
    "full": full_date,
    "short": short_date,
    "two_digit": two_digit_date,
    "numeric": numeric_date,
    "official": official_date,
    "order": order_date,
    "given": given_date,
}


def date_range(start: date, end: date | None, *, style: str = "long") -> str:
    """15–17 มกราคม 2564 · 30 มกราคม – 2 กุมภาพันธ์ 2564 · 30 ธันวาคม 2563 – 2 มกราคม 2564.

    ``style`` is long, short or official (Thai digits); one day, or no end, is written as a single date.
    """
    if end is not None and end < start:
        raise ThaiDateError("reversed", "วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่มต้น")
    names = SHORT_MONTHS if style == "short" else MONTHS
    last = end or start
    text = f"{last.day} {names[last.month - 1]} {buddhist_year(last.year)}"
    if start.year != last.year:
        text = f"{start.day} {names[start.month - 1]} {buddhist_year(start.year)} – {text}"
    elif start.month != last.month:
        text = f"{start.day} {names[start.month - 1]} – {text}"
    elif start.day != last.day:
        text = f"{start.day}–{text}"
    return to_thai(text) if style == "official" else text


def in_bangkok(moment: datetime) -> datetime:
    """The moment on a Thai clock; a naive one is taken to be Thai time already."""
    return moment.replace(tzinfo=BANGKOK) if moment.tzinfo is None else moment.astimezone(BANGKOK)


def time_of_day(moment: time | datetime, *, thai_digits: bool = False) -> str:
    """09.30 น."""
    if isinstance(moment, datetime):
        moment = in_bangkok(moment).time()
    text = f"{moment.hour:02d}.{moment.minute:02d} น."
    return to_thai(text) if thai_digits else text


def date_and_time(moment: datetime, *, style: str = "long") -> str:
    """5 สิงหาคม 2569 เวลา 09.30 น. (long, weekday, full, official) or 5 ส.ค. 2569 09.30 น. (short)."""
    moment = in_bangkok(moment)
    between = " " if style in ("short", "two_digit", "numeric") else " เวลา "
    return STYLES[style](moment.date()) + between + time_of_day(moment, thai_digits=style in ("official", "order"))
