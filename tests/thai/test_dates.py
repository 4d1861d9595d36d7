"""Each way of writing a date is read back, in Python and in JavaScript alike; each refusal says why."""

import json
import random
import re
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.thai.javascript import _ask_chromium, ask_javascript
from thai import dates
from thai.dates import FIRST_DATE, LAST_DATE, STYLES, ThaiDateError, parse_thai_date

SHARED = json.loads(Path(__file__).with_name("date_vectors.json").read_text(encoding="utf-8"))
TODAY = date.fromisoformat(SHARED["today"])
VECTORS = SHARED["vectors"]
any_date = st.dates(FIRST_DATE, LAST_DATE)
jan_15 = date(2021, 1, 15)


def read(text: str) -> dict[str, str]:
    try:
        return {"date": parse_thai_date(text, today=TODAY).isoformat()}
    except ThaiDateError as error:
        return {"code": error.code, "message": str(error)}


def expected(vector: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in vector.items() if key != "text"}


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["text"] for vector in VECTORS])
def test_a_typed_date_is_read_or_refused_with_a_reason(vector):
    assert read(vector["text"]) == expected(vector)


def test_the_browser_reads_each_typed_date_as_the_server_does():
    answer = ask_javascript({"texts": [vector["text"] for vector in VECTORS], "today": SHARED["today"]})

    assert answer["read"] == [expected(vector) for vector in VECTORS]


def test_chromium_agrees_with_the_server_where_there_is_no_node():
    answer = _ask_chromium({"texts": [vector["text"] for vector in VECTORS], "today": SHARED["today"]})

    assert answer["read"] == [expected(vector) for vector in VECTORS]


def test_browser_and_server_agree_on_four_thousand_odd_texts():
    chance = random.Random(2569)
    months = [*dates.MONTHS, *dates.SHORT_MONTHS, "สค", "Aug", "ฟหก", "8", "13", "2", "เดือน 2", ""]
    leads = ["", "", "", "วัน", "ที่ ", "วันที่ ", "วันพุธที่ ", "พุธ ", "อา. ", "วันศุกร์ที่"]
    eras = ["", "", "", "พ.ศ. ", "พ.ศ.", "ค.ศ. ", "ปี ", "พศ"]
    years = ["2569", "69", "2026", "๒๕๖๙", "2567", "67", "569", "9", "2483", "2644", "2100", "1940", ""]
    gaps = [" ", "/", "-", ".", "", " / ", "–", "\u00a0", ", "]
    texts = [
        chance.choice(leads)
        + str(chance.randint(0, 33))
        + (gap := chance.choice(gaps))
        + chance.choice(months)
        + chance.choice([gap, gap, chance.choice(gaps)])
        + chance.choice(eras)
        + chance.choice(years)
        for _ in range(4000)
    ]

    answers = ask_javascript({"texts": texts, "today": SHARED["today"]})["read"]

    assert {"texts": list(zip(texts, answers, strict=True))} == {"texts": [(text, read(text)) for text in texts]}
    assert sum("date" in answer for answer in answers) > 500


def test_the_browser_writes_dates_as_the_server_does():
    days = [date.fromordinal(ordinal) for ordinal in range(FIRST_DATE.toordinal(), LAST_DATE.toordinal(), 97)]

    written = ask_javascript({"days": [day.isoformat() for day in days]})["written"]

    assert written == [[dates.long_date(day), dates.weekday_date(day), dates.short_date(day)] for day in days]


@pytest.mark.parametrize("style", STYLES)
def test_what_is_shown_can_be_typed_back(style):
    @hypothesis_settings(max_examples=150, deadline=None)
    @given(day=any_date)
    def round_trip(day):
        assert parse_thai_date(STYLES[style](day)) == day

    round_trip()


@hypothesis_settings(max_examples=150, deadline=None)
@given(day=any_date)
def test_iso_dates_are_read_in_both_eras(day):
    assert parse_thai_date(day.isoformat()) == day
    assert parse_thai_date(f"{dates.buddhist_year(day.year)}-{day:%m-%d}") == day


def test_the_first_and_last_day_of_every_month_come_back_in_every_style():
    days = [date(year, month, 1) for year in range(1941, 2101) for month in range(1, 13)]
    days += [date.fromordinal(day.toordinal() - 1) for day in days[1:]] + [LAST_DATE]

    for write in STYLES.values():
        assert [parse_thai_date(write(day)) for day in days] == days


@hypothesis_settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=40))
def test_any_text_gives_a_date_or_a_sentence(text):
    answer = read(text)

    assert "date" in answer or re.search("[ก-ฮ]", answer["message"])
    assert FIRST_DATE.isoformat() <= answer.get("date", TODAY.isoformat()) <= LAST_DATE.isoformat()


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("long", "15 มกราคม 2564"),
        ("weekday", "วันศุกร์ที่ 15 มกราคม 2564"),
        ("full", "วันศุกร์ที่ 15 มกราคม พ.ศ. 2564"),
        ("short", "15 ม.ค. 2564"),
        ("two_digit", "15 ม.ค. 64"),
        ("numeric", "15/1/2564"),
        ("official", "๑๕ มกราคม ๒๕๖๔"),
        ("order", "วันที่ ๑๕ มกราคม พ.ศ. ๒๕๖๔"),
    ],
)
def test_a_date_is_written_in_the_style_of_its_place(style, shown):
    assert STYLES[style](jan_15) == shown


def test_two_digits_are_not_used_for_a_year_they_would_not_mean():
    assert dates.two_digit_date(date(1956, 12, 31)) == "31 ธ.ค. 2499"
    assert dates.two_digit_date(date(1957, 1, 1)) == "1 ม.ค. 00"
    assert dates.two_digit_date(date(2057, 1, 1)) == "1 ม.ค. 2600"


@pytest.mark.parametrize(
    ("start", "end", "style", "shown"),
    [
        (jan_15, date(2021, 1, 17), "long", "15–17 มกราคม 2564"),
        (date(2021, 1, 30), date(2021, 2, 2), "long", "30 มกราคม – 2 กุมภาพันธ์ 2564"),
        (date(2020, 12, 30), date(2021, 1, 2), "long", "30 ธันวาคม 2563 – 2 มกราคม 2564"),
        (jan_15, jan_15, "long", "15 มกราคม 2564"),
        (jan_15, None, "short", "15 ม.ค. 2564"),
        (date(2021, 1, 30), date(2021, 2, 2), "short", "30 ม.ค. – 2 ก.พ. 2564"),
        (jan_15, date(2021, 1, 17), "official", "๑๕–๑๗ มกราคม ๒๕๖๔"),
    ],
)
def test_a_range_says_month_and_year_only_as_often_as_needed(start, end, style, shown):
    assert dates.date_range(start, end, style=style) == shown


def test_a_range_that_ends_before_it_begins_is_refused():
    with pytest.raises(ThaiDateError, match="วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่มต้น"):
        dates.date_range(date(2021, 1, 17), jan_15)


def test_times_are_thai_time_whatever_zone_they_are_stored_in():
    moment = datetime(2026, 8, 4, 17, 30, tzinfo=UTC)

    assert dates.time_of_day(moment) == "00.30 น."
    assert dates.time_of_day(time(9, 5), thai_digits=True) == "๐๙.๐๕ น."
    assert dates.date_and_time(moment) == "5 สิงหาคม 2569 เวลา 00.30 น."
    assert dates.date_and_time(moment, style="short") == "5 ส.ค. 2569 00.30 น."
    assert dates.date_and_time(moment, style="official") == "๕ สิงหาคม ๒๕๖๙ เวลา ๐๐.๓๐ น."


def test_today_is_counted_in_bangkok_when_nothing_else_is_said():
    before = dates.today_in_bangkok()
    read_today = parse_thai_date("วันนี้")

    assert before <= read_today <= dates.today_in_bangkok()


def test_543_stands_in_one_place_of_python_and_one_of_javascript():
    root = settings.BASE_DIR
    ours = [
        path for path in root.iterdir() if path.is_dir() and (path / "__init__.py").exists() and path.name != "tests"
    ]
    sources = [path for app in ours for path in app.rglob("*.py")] + list((root / "static" / "js").rglob("*.js"))

    found = {
        str(path.relative_to(root)): count
        for path in sources
        if (count := len(re.findall(r"(?<![0-9])543(?![0-9])", path.read_text(encoding="utf-8"))))
    }

    assert found == {"thai/dates.py": 1, "static/js/thai-date-text.js": 1}
