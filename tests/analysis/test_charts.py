"""Charts of results: a school beside the office, before beside after, how schools spread over the levels."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.http import QueryDict
from django.urls import reverse

from analysis.asking import asked, default_asked
from analysis.charts import answers_chart, before_after_chart, beside_chart, schools_chart
from documents.charts import BarChart, RadarChart
from instruments.models import Collection
from tests.analysis.conftest import BANDS, FIRST_TERM, LEVELS, SECOND_TERM, rating


def sections(count):
    return {
        "scales": {"level5": {"title": "ระดับ", "values": LEVELS, "bands": BANDS}},
        "sections": [
            {"key": key, "title": f"ด้าน {key}", "scale": "level5", "questions": [rating(f"{key}1")]}
            for key in "ABCDEFGHIJK"[:count]
        ],
    }


@pytest.fixture
def three(forms, answer, world, district):
    """Three sections, answered of three schools: means 5 4 3, 3 3 3 and 1 2 3 as a whole 4.00, 3.00 and 2.00."""
    version = forms(sections(3))
    for school, values in zip(district.schools, ([5, 4, 3], [3, 3, 3], [1, 2, 3]), strict=False):
        answer(version, dict(zip(("A1", "B1", "C1"), values, strict=True)), school=school, on=FIRST_TERM)
    return version


def seen(world, version, query=""):
    return asked(world.head, version.instrument, QueryDict(query))


def test_a_school_stands_beside_the_whole_office(three, world, district):
    found = seen(world, three, f"of=school:{district.schools[0].pk}")

    chart = beside_chart(found.summary, found.office, "ที่นี่")

    assert isinstance(chart, RadarChart)
    assert [list(one.values) for one in chart.series] == [[D("5.00"), D("4.00"), D("3.00")], [D("3.00")] * 3]
    assert list(chart.whole) == [D("4.00"), D("3.00")]


@pytest.mark.parametrize(("count", "kind"), [(2, BarChart), (11, BarChart)])
def test_two_sections_or_eleven_are_bars(forms, answer, world, district, count, kind):
    version = forms(sections(count))
    answer(version, {"A1": 5, "B1": 4}, school=district.schools[0], on=FIRST_TERM)
    found = seen(world, version, f"of=school:{district.schools[0].pk}")

    assert type(beside_chart(found.summary, found.office, "ที่นี่")) is kind


def test_the_whole_office_stands_beside_nothing(three, world):
    assert seen(world, three).office is None


def test_levels_count_schools_and_mark_the_mean_of_their_means(three, world, district, answer):
    answer(three, {"A1": 5, "B1": 4, "C1": 3}, school=district.schools[0], on=SECOND_TERM)

    chart = schools_chart(seen(world, three).by_school)

    assert [(level.name, level.range, level.count) for level in chart.levels] == [
        ("น้อยที่สุด", "1.00–1.50", 0), ("น้อย", "1.51–2.50", 1), ("ปานกลาง", "2.51–3.50", 1), ("มาก", "3.51–4.50", 1),
        ("มากที่สุด", "4.51–5.00", 0),
    ]  # fmt: skip
    assert (chart.mean, chart.sd) == (D("3.00"), D("1.00"))  # the school with two records counts once


def test_of_one_school_the_answers_spread_instead(forms, answer, world, district):
    version = forms(sections(3))
    answer(version, {"A1": 5, "B1": 4, "C1": 4}, school=district.schools[0], on=FIRST_TERM)
    found = seen(world, version)

    assert schools_chart(found.by_school) is None
    chart = answers_chart(found.summary)
    assert [(level.range, level.count) for level in chart.levels] == [("1", 0), ("2", 0), ("3", 0), ("4", 2), ("5", 1)]
    assert (chart.unit, chart.mean) == ("คำตอบ", D("4.33"))


def test_before_and_after_have_the_same_axes(three, answer, world, district):
    answer(three, {"A1": 5, "B1": 5, "C1": 4}, school=district.schools[0], on=SECOND_TERM)

    chart = before_after_chart(seen(world, three, "view=compare").comparison)

    assert list(chart.axes) == ["ด้าน A", "ด้าน B", "ด้าน C"]
    assert [list(one.values) for one in chart.series] == [[D("3.00")] * 3, [D("5.00"), D("5.00"), D("4.00")]]


def test_before_and_after_of_two_sections_leave_it_to_the_bars(forms, answer, world, district):
    version = forms(sections(2))
    for on in (FIRST_TERM, SECOND_TERM):
        answer(version, {"A1": 5, "B1": 4}, school=district.schools[0], on=on)

    assert before_after_chart(seen(world, version, "view=compare").comparison) is None


def test_of_anonymous_answers_neither_schools_nor_the_rest_are_told(forms, answer, world, district):
    version = forms(sections(3))
    collection = Collection.objects.create(area=world.area, title="ไม่ระบุตัว", anonymous=True)
    for place in range(6):
        answer(version, {"A1": 5, "B1": 4, "C1": 3}, school=district.schools[place % 2], collection=collection)
    found = seen(world, version, f"collection={collection.pk}&of=school:{district.schools[0].pk}")

    assert found.reading.anonymous
    assert found.office is None
    assert found.by_school is None


def test_the_page_and_the_paper_show_them_and_cost_the_same_for_one_school_or_six(
    three, answer, world, district, signed_in, django_assert_max_num_queries
):
    client, url = signed_in(world.head), reverse("analysis:form-summary", args=[three.instrument_id])
    client.get(url)
    with django_assert_max_num_queries(200) as few:
        assert "chart-distribution" in client.get(url).content.decode()
    for school in district.schools:
        answer(three, {"A1": 4, "B1": 4, "C1": 4}, school=school, on=date(2026, 7, 1))
    with django_assert_max_num_queries(len(few)):
        client.get(url)

    assert "chart-radar" in client.get(f"{url}?of=school:{district.schools[0].pk}").content.decode()
    assert default_asked(three.instrument) is not None
