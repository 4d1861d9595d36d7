"""Charts: shapes in the right places, text that is text, nothing that the content policy refuses."""

import re
from decimal import Decimal as D
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from documents.charts import (
    SHADES,
    Bar,
    BarChart,
    CoverageChart,
    Covered,
    DistributionChart,
    HeatChart,
    Level,
    LineChart,
    RadarChart,
    Series,
    Stack,
    StackedChart,
    radar_chart,
    ticks,
    top,
)
from documents.pdf import render_pdf

from .reading import by_pypdf, packed, page

PERIODS = ["1/2567", "2/2567", "1/2568"]
SCALE = ["มากที่สุด", "มาก", "ปานกลาง", "น้อย", "น้อยที่สุด"]
MEANS = BarChart(
    "ค่าเฉลี่ยรายด้าน",
    [Bar("ที่นี่ น้ำ ปู่ย่า", D("4.20"), note="มาก"), Bar("<b>ด้านที่ 2</b>", None), Bar("ภาพรวม", D("4.20"), strong=True)],
)
TREND = LineChart("แนวโน้ม", PERIODS, [Series("ค่าเฉลี่ย", [D("3.00"), D("3.50"), D("4.00")])], notes=["n = 30", "n = 35"])
RADAR = RadarChart(
    "ผลรายด้าน",
    ["ตอนที่ 1 การบริหารจัดการหลักสูตรสถานศึกษาและการจัดการเรียนรู้เชิงรุก", "ด้านสื่อ", "ด้านวัดผล", "ด้านชุมชน"],
    [Series("โรงเรียนบ้านทุ่ง", [D("4.00"), D("2.50"), D("5.00"), D(0)]), Series("ทั้งสำนักงาน", [D(3), D(3), None, D(3)])],
    whole=[D("3.55"), D("3.00")],
)
BANDS = [("น้อยที่สุด", "1.00", "1.50"), ("น้อย", "1.51", "2.50"), ("ปานกลาง", "2.51", "3.50"),
         ("มาก", "3.51", "4.50"), ("มากที่สุด", "4.51", "5.00")]  # fmt: skip


def levels(*counts):
    return [Level(name, count, D(low), D(high)) for (name, low, high), count in zip(BANDS, counts, strict=True)]


LEVELS = DistributionChart("ระดับของโรงเรียน", levels(0, 1, 4, 12, 3), D("4.01"), D("0.52"))
REACHED = CoverageChart(
    "ความครอบคลุมของการนิเทศ",
    [
        Covered("กลุ่มริมน้ำ", 3, 4, expected=4, missing=["วัดใน", "<i>วัดนอก</i>"]),
        Covered("กลุ่มภูเขา", 0, 3, expected=0),
        Covered("รวม", 3, 7, expected=4, strong=True),
    ],
)
SPREAD = StackedChart("การกระจาย", SCALE, [Stack("ข้อ 1", [12, 10, 6, 2, 0]), Stack("ข้อ 2", [0] * 5)])
ALL = [MEANS, TREND, SPREAD, RADAR, LEVELS, REACHED]


def drawn(chart, *, below=False):
    context = Context({"chart": chart, "below": below})
    return Template("{% load charts %}{% chart_of chart below=below %}").render(context)


def data_rows(html):
    """The table for screen readers, cell by cell."""
    body = html.split('class="chart-data', 1)[1].split("<tbody>", 1)[1]
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr[^>]*>(.*?)</tr>", body)]


@pytest.mark.parametrize("chart", ALL)
def test_no_text_in_a_drawing_and_no_inline_style(chart):
    html = drawn(chart)
    drawings = re.findall(r"<svg.*?</svg>", html, re.S)

    assert drawings
    assert not any("<text" in drawing or re.search("[ก-๙]", drawing) for drawing in drawings)
    assert "style=" not in html
    assert "<script" not in html


@pytest.mark.parametrize("chart", ALL)
def test_every_class_that_places_a_label_is_in_the_style_sheet(chart):
    css = Path(finders.find("css/charts.css")).read_text(encoding="utf-8")
    used = set(re.findall(r"chart-[xy]\d+", drawn(chart)))

    assert used or isinstance(chart, BarChart | CoverageChart)
    assert all(f".{name} " in css for name in used)


def test_bars_carry_names_numbers_and_notes_as_text_for_eyes_and_ears():
    html = drawn(MEANS)

    assert data_rows(html) == [
        ["ที่นี่ น้ำ ปู่ย่า", "4.20", "มาก"], ["&lt;b&gt;ด้านที่ 2&lt;/b&gt;", "-", ""], ["ภาพรวม", "4.20", ""],
    ]  # fmt: skip
    assert html.count("ที่นี่ น้ำ ปู่ย่า") == 2
    assert "<b>" not in html


def test_a_bar_is_as_long_as_its_number_and_an_undefined_one_has_no_length():
    assert [(start, size) for _, start, size in MEANS.rows()] == [
        ("0.00", "84.00"),
        ("0.00", "0.00"),
        ("0.00", "84.00"),
    ]


def test_bars_of_differences_begin_at_zero_and_go_both_ways():
    chart = BarChart("ผลต่าง", [Bar("ก", D("0.50"), "+0.50"), Bar("ข", D("-0.25"))], low=-1, high=1)

    assert [(start, size) for _, start, size in chart.rows()] == [("50.00", "25.00"), ("37.50", "12.50")]


def test_a_value_beyond_the_axis_is_drawn_to_its_edge():
    assert [size for _, _, size in BarChart("เกิน", [Bar("ก", D(9))], high=5).rows()] == ["100.00"]


def test_a_line_is_not_drawn_across_a_break_and_the_break_is_named():
    broken = LineChart("แนวโน้ม", PERIODS, TREND.series, breaks={2: "ข้อคำถามเปลี่ยน"})
    html = drawn(broken)

    assert [points.count(",") for points, _, _ in TREND.lines()] == [3]
    assert [points.count(",") for points, _, _ in broken.lines()] == [2]
    assert broken.break_lines == ["346.67"]  # between the second and the third of 520
    assert "ข้อคำถามเปลี่ยน" in html.split("<table", 1)[0]
    assert data_rows(html)[2] == ["1/2568 (ข้อคำถามเปลี่ยน เทียบกับช่วงก่อนหน้าไม่ได้)", "4.00"]
    assert "stroke-dasharray" not in drawn(TREND)


def test_a_missing_value_leaves_a_gap_and_its_neighbours_keep_their_marks():
    gap = LineChart("แนวโน้ม", PERIODS, [Series("ค่าเฉลี่ย", [D("3.00"), None, D("4.00")])])

    assert list(gap.lines()) == []
    assert len(list(gap.marks())) == 2
    assert data_rows(drawn(gap))[1] == ["2/2567", "-"]


def test_lines_differ_in_dashes_and_marks_and_not_only_in_colour():
    chart = LineChart("สามเส้น", PERIODS, [Series(name, [D(1), D(2), D(3)]) for name in "กขค"])

    assert len({dashes for _, _, dashes in chart.lines()}) == 3
    assert len({mark.shape for mark in chart.marks()}) == 3
    assert [name for name, *_ in chart.legend()] == ["ก", "ข", "ค"]
    assert list(TREND.legend()) == []


def test_numbers_of_two_lines_stand_apart_and_those_of_three_go_into_the_visible_table():
    two = LineChart("คู่", PERIODS, [Series("D", [D(3), D(3), None]), Series("I", [D(5), D(3), D(4)])])
    three = LineChart("สาม", PERIODS, [Series(name, [D(1), D(2), D(3)]) for name in "กขค"])

    assert [label.below for label in two.labels()] == [True, False, False, True, False]
    assert "chart-label" not in drawn(three)
    assert "chart-data-shown" in drawn(three)


def test_parts_of_a_stack_fill_it_and_narrow_ones_bear_no_label():
    (_, parts), (_, empty) = SPREAD.rows()

    assert [(part.start, part.size, part.label) for part in parts] == [
        ("0.00", "40.00", "12"), ("40.00", "33.33", "10"), ("73.33", "20.00", "6"), ("93.33", "6.67", ""),
    ]  # fmt: skip
    assert empty == []
    assert data_rows(drawn(SPREAD))[0] == ["ข้อ 1", "12", "10", "6", "2", "0", "30"]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 9])
def test_shades_of_a_stack_grow_lighter(count):
    colors = StackedChart("ก", ["ก"] * count, []).colors
    greys = [sum(int(color[at : at + 2], 16) for at in (1, 3, 5)) for color in colors]

    assert len(colors) == count
    assert greys == sorted(greys)
    if count in SHADES:
        assert len(set(greys)) == count


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 5, "0 1 2 3 4 5"), (1, 5, "1 2 3 4 5"), (0, 100, "0 20 40 60 80 100"), (-1, 1, "-1 -0.5 0 0.5 1"),
        (0, 1, "0 0.2 0.4 0.6 0.8 1"), (0, 30, "0 10 20 30"), (0, 7, "0 7"), (0, 400, "0 100 200 300 400"),
        (D("-0.8"), D("0.8"), "-0.8 -0.4 0 0.4 0.8"), (-3, 3, "-3 -1.5 0 1.5 3"), (-5, 5, "-5 -2.5 0 2.5 5"),
        (-6, 6, "-6 -3 0 3 6"),
    ],
)  # fmt: skip
def test_ticks_are_round_and_meet_both_ends_and_zero(low, high, expected):
    assert " ".join(str(tick) for tick in ticks(low, high)) == expected


def test_an_axis_without_length_is_refused():
    with pytest.raises(ValueError, match="axis"):
        ticks(5, 5)


@given(st.lists(st.decimals(0, 10**9, places=2), max_size=5))
def test_the_top_of_an_axis_covers_every_value(values):
    highest = max(values, default=D(0))

    assert top(values) >= highest
    assert highest <= 0 or top(values) < highest * 2 + D("0.01")


@pytest.mark.parametrize(
    "chart",
    [
        BarChart("ว่าง", []),
        LineChart("ว่าง", [], []),
        StackedChart("ว่าง", SCALE, []),
        HeatChart("ว่าง", [], []),
        RadarChart("ว่าง", [], []),
        RadarChart("ว่าง", ["ก", "ข", "ค"], []),
        DistributionChart("ว่าง", []),
        DistributionChart("ว่าง", [Level("มาก", 0, D("3.51"), D("4.50"))], D("4.00")),
        CoverageChart("ว่าง", []),
    ],
)
def test_a_chart_of_nothing_says_so(chart):
    html = drawn(chart)

    assert "ยังไม่มีข้อมูล" in html
    assert "<svg" not in html


def test_a_printed_chart_keeps_its_thai_text_and_says_everything_once():
    text = by_pypdf(render_pdf(page("".join(drawn(chart) for chart in ALL))))
    found = packed(text)

    for words in ("ที่นี่น้ำปู่ย่า", "แนวโน้ม", "n=35", "ข้อ1", "ด้านสื่อ", "4.51–5.00", "(60.00)", "3 จาก 4 (75.00)", "วัดใน"):
        assert found.count(packed(words)) == 1, words


# -- Radar ---------------------------------------------------------------------------------------------------------


def test_a_value_lies_on_its_axis_as_far_out_as_it_is_high():
    ((shape, _, dashes),) = RADAR.shapes()

    assert shape == "150.00,57.20 208.00,150.00 150.00,266.00 150.00,150.00"  # up, right, down, left; 116 is 5.00
    assert dashes == ""
    assert RADAR.spokes == [("150.00", "34.00"), ("266.00", "150.00"), ("150.00", "266.00"), ("34.00", "150.00")]
    assert [label.text for label in RADAR.names()] == ["ก", "ข", "ค", "ง"]


def test_nothing_is_joined_across_an_axis_without_a_value_but_round_the_first_one():
    ((line, _, dashes),) = RADAR.lines()

    assert line == "80.40,150.00 150.00,80.40 219.60,150.00"  # left, up, right; nothing below
    assert dashes
    assert len(list(RADAR.marks())) == 7


def test_series_of_a_radar_differ_in_dashes_and_marks():
    assert len({(dashes, mark.shape) for _, _, dashes, mark in RADAR.legend()}) == 2


def test_the_table_of_a_radar_is_seen_and_tells_letters_names_and_numbers():
    html = drawn(RADAR)

    assert "chart-data-shown" in html
    assert data_rows(html) == [
        ["<b>ก</b> ตอนที่ 1 การบริหารจัดการหลักสูตรสถานศึกษาและการจัดการเรียนรู้เชิงรุก", "4.00", "3.00"],
        ["<b>ข</b> ด้านสื่อ", "2.50", "3.00"], ["<b>ค</b> ด้านวัดผล", "5.00", "-"], ["<b>ง</b> ด้านชุมชน", "0.00", "3.00"],
        ["ภาพรวม", "3.55", "3.00"],
    ]  # fmt: skip
    assert data_rows(drawn(RADAR, below=True)) == data_rows(html)  # in a book too: it tells the letters


def test_a_radar_of_nothing_but_noughts_or_of_missing_values_is_drawn():
    flat = RadarChart("ศูนย์", list("กขค"), [Series("ก", [D(0)] * 3), Series("ข", [None] * 3)])

    assert [shape for shape, _, _ in flat.shapes()] == ["150.00,150.00 150.00,150.00 150.00,150.00"]
    assert list(flat.lines()) == []
    assert {row[2] for row in data_rows(drawn(flat))} == {"-"}


@pytest.mark.parametrize(
    ("count", "kind"), [(1, BarChart), (2, BarChart), (3, RadarChart), (10, RadarChart), (11, BarChart)]
)
def test_what_has_too_few_or_too_many_axes_becomes_bars(count, kind):
    series = [Series("ก่อน", [D(3)] * count), Series("หลัง", [None] * count)]
    chart = radar_chart("ผล", [f"ด้านที่ {number}" for number in range(count)], series, whole=[D(3), None])

    assert type(chart) is kind
    rows = data_rows(drawn(chart))
    if kind is BarChart:
        assert rows[:2] == [["ด้านที่ 0 · ก่อน", "3.00"], ["ด้านที่ 0 · หลัง", "-"]]
        assert [bar.strong for bar in chart.bars[-2:]] == [True, True]
    assert len(rows) == (2 * count + 2 if kind is BarChart else count + 1)


# -- Distribution --------------------------------------------------------------------------------------------------


def test_columns_are_as_high_as_their_counts_under_room_for_their_words():
    heights = [float(height) for *_, height in LEVELS.columns()]

    assert heights[0] == 0
    assert heights[3] == 70 * 12 / 20  # the axis goes to 20, and the words take 30 of 100
    assert [round(height / heights[1]) for height in heights] == [0, 1, 4, 12, 3]


def test_each_level_says_how_many_and_what_percent_and_so_does_the_table():
    assert [(label.text, share) for label, share in LEVELS.labels()] == [
        ("0", "0.00"), ("1", "5.00"), ("4", "20.00"), ("12", "60.00"), ("3", "15.00"),
    ]  # fmt: skip
    assert data_rows(drawn(LEVELS))[3:] == [
        ["มาก", "3.51–4.50", "12", "60.00"], ["มากที่สุด", "4.51–5.00", "3", "15.00"], ["รวม", "", "20", "100.00"],
        ["ค่าเฉลี่ยของโรงเรียน", "x̄ = 4.01 S.D. = 0.52"],
    ]  # fmt: skip
    assert "chart-data" not in drawn(LEVELS, below=True)


@pytest.mark.parametrize(
    ("mean", "place"),
    [("1.00", 0), ("1.50", 20), ("1.51", 20), ("3.00", "49.899"), ("4.755", 90), ("5.00", 100), ("0", 0)],
)
def test_the_mean_stands_within_its_own_level(mean, place):
    chart = DistributionChart("ผล", levels(1, 1, 1, 1, 1), D(mean))

    assert abs(chart.mean_at - D(place)) < D("0.01")


def test_the_word_of_a_mean_at_the_edge_is_not_cut_off():
    sides = [DistributionChart("ผล", levels(1, 0, 0, 0, 0), D(mean)).mean_mark[3] for mean in ("1.01", "3.00", "4.99")]

    assert sides == ["after", "over", "before"]


def test_one_school_is_a_whole_and_its_axis_counts_in_whole_numbers():
    one = DistributionChart("ผล", levels(0, 0, 0, 1, 0), D("4.00"))

    assert [str(tick) for tick, _ in one.axis] == ["0", "1"]
    assert [share for _, share in one.labels()] == ["0.00", "0.00", "0.00", "100.00", "0.00"]
    assert "S.D." not in drawn(one)


def test_without_a_mean_there_is_no_line():
    assert DistributionChart("ผล", levels(1, 0, 0, 0, 2)).mean_mark is None
    assert "x̄" not in drawn(DistributionChart("ผล", levels(1, 0, 0, 0, 2)))


# -- Coverage ------------------------------------------------------------------------------------------------------


def test_a_bar_fills_as_far_as_was_reached_and_the_mark_stands_where_it_should_be():
    reaches = [reach for _, reach in REACHED.reaches()]

    assert [(reach.old, reach.new) for reach in reaches] == [("75.00", "0.00"), ("0.00", "0.00"), ("42.86", "0.00")]
    assert [reach.mark for reach in reaches] == ["98.90", "0.50", "56.84"]  # at its middle, never outside


def test_coverage_tells_n_of_n_percent_and_names_who_was_not_reached():
    html = drawn(REACHED)

    assert "3 จาก 4 (75.00)" in html
    assert [[row[0], *row[2:]] for row in data_rows(html)] == [
        ["กลุ่มริมน้ำ", "4", "3", "4", "75.00"], ["กลุ่มภูเขา", "0", "0", "3", "0.00"], ["รวม", "4", "3", "7", "42.86"],
    ]  # fmt: skip
    assert [row[1] for row in data_rows(html)] == ["วัดใน, &lt;i&gt;วัดนอก&lt;/i&gt;", "-", "2 แห่ง"]
    assert "วัดใน" not in drawn(REACHED, below=True)


def test_months_go_on_from_each_other_and_one_to_come_is_not_drawn():
    chart = CoverageChart(
        "สะสม",
        [Covered("ต.ค.", 2, 8, new=2), Covered("พ.ย.", 6, 8, new=4, expected=8), Covered("ธ.ค.", None, 8, expected=8)],
        new="เพิ่มในเดือนนั้น",
    )

    assert [(r.old, r.new, r.mark) for _, r in chart.reaches()] == [
        ("0.00", "25.00", ""), ("25.00", "50.00", "98.90"), ("0.00", "0.00", "98.90"),
    ]  # fmt: skip
    assert data_rows(drawn(chart)) == [
        ["ต.ค.", "-", "2", "8", "25.00"], ["พ.ย.", "8", "6", "8", "75.00"], ["ธ.ค.", "8", "-", "8", "-"],
    ]  # fmt: skip


def test_a_group_without_schools_is_no_division_by_nought():
    chart = CoverageChart("ผล", [Covered("กลุ่มว่าง", 0, 0, expected=0)])

    assert [row.text for row, _ in chart.reaches()] == ["0 จาก 0 (-)"]


def test_a_hundred_groups_are_broken_over_pages_and_all_are_there():
    many = CoverageChart("ผล", [Covered(f"กลุ่มที่ {number}", number % 4, 4) for number in range(100)])
    pdf = render_pdf(page(drawn(many)))
    found = packed(by_pypdf(pdf))

    assert "chart-long" in drawn(many)
    assert all(f"กลุ่มที่{number}{number % 4}จาก4" in found for number in range(100))


def test_each_number_of_coverage_says_what_it_is_where_a_phone_shows_no_columns():
    html = drawn(REACHED)
    heads = re.findall(r'<th scope="col">(.*?)</th>', html)[1:]
    rows = html.partition("<tbody>")[2].split("</tr>")[:-1]
    assert len(rows) == 3
    assert all(re.findall(r'data-title="(.*?)"', row) == heads for row in rows)
