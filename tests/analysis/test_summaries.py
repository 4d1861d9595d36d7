"""Summaries of a form, from the kept sums: each number is what the answers themselves give."""

import json
from collections import Counter
from datetime import date
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.periods import Period
from analysis.queries import (
    Book,
    breakdown_of,
    comparison_of,
    measures_of,
    periods_of,
    summary_of,
    versions_read,
)
from analysis.templatetags.analysis import heat
from instruments.definition import parse
from instruments.models import Collection, Response, Tally
from instruments.services import unlock_response
from instruments.statistics import Summary
from tests.analysis.conftest import FIRST_TERM, NEXT_YEAR, SECOND_TERM, form_of, rating
from tests.instruments.random_forms import answers_for, definitions
from tests.supervision.factories import make_school


def lines(summary):
    return {result.line.key: result for section in summary.sections for result in section.results}


def by_name(breakdown):
    return {row.name: row for row in breakdown.rows}


def measure(book, key):
    return next(found for found in measures_of(book) if found.key == key)


def test_v2_frequencies_mean_deviation_and_level_of_a_question(forms, answer, read):
    version = forms(form_of(rating("A1")))
    for value, times in {5: 12, 4: 10, 3: 6, 2: 2}.items():
        for _ in range(times):
            answer(version, {"A1": value})

    result = lines(summary_of(*read(version)))["A1"]

    assert (result.n, result.mean, result.part.sd, result.part.level) == (30, D("4.07"), D("0.94"), "มาก")
    assert [str(f.percent) for f in result.frequencies] == ["40.00", "33.33", "20.00", "6.67", "0.00"]
    assert [f.count for f in result.frequencies] == [12, 10, 6, 2, 0]


def test_v3_the_level_is_decided_on_the_rounded_mean(forms, answer, read):
    version = forms(form_of(rating("A1")))
    row = answer(version, {"A1": 5})
    Tally.objects.filter(version=version).update(responses=200, counts=json.dumps({"A1": {"5": 101, "4": 99}}))

    whole = summary_of(*read(version)).whole

    assert (whole.mean, whole.sd, whole.level) == (D("4.51"), D("0.50"), "มากที่สุด")
    assert row.pk


def test_v4_one_answer_has_no_deviation(forms, answer, read):
    version = forms(form_of(rating("A1")))
    answer(version, {"A1": 4})

    part = lines(summary_of(*read(version)))["A1"].part

    assert (part.mean, part.sd) == (D("4.00"), None)


def test_v5_a_section_is_pooled_over_its_answers(forms, answer, read):
    version = forms(form_of(rating("A1"), rating("A2")))
    for first, second in [(4, 3), (4, 3), (5, 4), ("na", 4), ("na", 2)]:
        answer(version, {"A1": first, "A2": second})

    summary = summary_of(*read(version))

    assert (summary.sections[0].part.n, summary.sections[0].part.mean, summary.sections[0].part.sd) == (
        8, D("3.63"), D("0.92"),
    )  # fmt: skip
    assert (lines(summary)["A1"].n, lines(summary)["A1"].na) == (3, 2)


def test_v6_and_v7_needs_are_ranked_by_both_indices(forms, answer, read):
    duals = [{"key": key, "type": "dual", "text": key} for key in "ABCD"]
    version = forms(form_of(*duals))
    answer(version, {"A.current": 3})
    means = {"A": ("320", "460"), "B": ("395", "472"), "C": ("290", "435"), "D": ("360", "480")}
    counts = {}
    for key, pair in means.items():
        for side, mean in zip(("current", "desired"), pair, strict=True):
            low = int(mean) // 100
            counts[f"{key}.{side}"] = {str(low + 1): int(mean) - 100 * low, str(low): 100 - (int(mean) - 100 * low)}
    Tally.objects.filter(version=version).update(responses=100, counts=json.dumps(counts))

    needs = {result.line.key: result for result in summary_of(*read(version)).needs}

    assert [str(needs[key].need.modified) for key in "ABCD"] == ["0.438", "0.195", "0.500", "0.333"]
    assert [needs[key].rank for key in "ABCD"] == [2, 4, 1, 3]
    assert [needs[key].older_rank for key in "ABCD"] == [1, 4, 2, 3]


def test_weights_count_in_the_mean_of_the_section_and_the_whole(forms, answer, read):
    version = forms(form_of(rating("A1", weight="3"), rating("A2")))
    answer(version, {"A1": 5, "A2": 1})

    summary = summary_of(*read(version))

    assert (summary.whole.mean, summary.sections[0].part.mean, summary.whole.n) == (D("4.00"), D("4.00"), 2)


def test_equal_means_share_a_rank(forms, answer, read):
    version = forms(form_of(rating("A1"), rating("A2"), rating("A3"), rating("A4")))
    answer(version, {"A1": 3, "A2": 5, "A3": 3})

    found = lines(summary_of(*read(version)))

    assert [found[key].rank for key in ("A1", "A2", "A3", "A4")] == [2, 1, 2, None]


def test_what_was_left_empty_is_told_from_what_was_not_asked(forms, answer, read):
    version = forms(form_of(rating("A1"), rating("A2", show_when="A1 >= 3")))
    answer(version, {"A1": 5})
    answer(version, {"A1": 2})
    answer(version, {"A1": 4, "A2": 4})

    result = lines(summary_of(*read(version)))["A2"]

    assert (result.n, result.missing) == (1, 1)


def test_a_judgement_is_counted_and_never_averaged(forms, answer, read):
    definition = form_of(rating("A1"))
    definition["scales"]["level5"]["holistic"] = True
    version = forms(definition)
    answer(version, {"A1": 5})

    summary = summary_of(*read(version))

    assert lines(summary)["A1"].mean is None
    assert [f.count for f in lines(summary)["A1"].frequencies] == [1, 0, 0, 0, 0]
    assert summary.whole.mean is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_number_of_a_summary_is_that_of_the_answers(data, forms, answer, world, read):
    definition = data.draw(definitions())
    version = forms(definition)
    form = parse(definition)
    sheets = []
    for _ in range(data.draw(st.integers(0, 6))):
        sheet = data.draw(answers_for(form))
        values = {key: entry.get("v", "na" if "na" in entry else None) for key, entry in sheet.items()}
        response = answer(version, {key: value for key, value in values.items() if value is not None})
        if data.draw(st.booleans()) and len(sheets) > 2:
            unlock_response(response, by=world.head)
        else:
            sheets.append(response)

    summary = summary_of(*read(version))

    assert summary.responses == len(sheets)
    for result in lines(summary).values():
        given_values = [list(_asked_values(sheet, result.line, slot)) for slot in result.line.slots for sheet in sheets]
        flat = [value for values in given_values for value in values]
        if result.line.kind == "rating":
            assert result.part.summary == Summary.of(flat)
            assert {f.value: f.count for f in result.frequencies if f.count} == Counter(map(str, flat))
        elif result.line.kind == "number" and result.line.question.type == "number":
            assert result.n == len(flat)
            assert result.part.summary.total == sum(map(D, flat), D(0))
        elif result.line.kind in ("exist", "choice"):
            assert {f.value: f.count for f in result.frequencies if f.count} == Counter(map(str, flat))
        elif result.line.kind == "multi":
            assert {f.value: f.count for f in result.frequencies if f.count} == Counter(v for vs in flat for v in vs)


def _asked_values(response: Response, line, slot):
    """The values of a slot over its rows, without what was hidden: straight from the answers."""
    hidden = set(response.scores.get("hidden", ()))
    if f"@{line.section.key}" in hidden:
        return
    for row in line.section.rows(response.answers):
        ending = f"@{row}" if row else ""
        if f"{line.question.key}{ending}" not in hidden:
            value = response.answers.get(f"{slot}{ending}", {}).get("v")
            if value not in (None, "", []):
                yield value


# -- Periods, schools, people --------------------------------------------------------------------------------------


@pytest.fixture
def filled(forms, answer, world, district):
    """Each of six schools answers in semester 1/2569 (1…) and three of them again in 2/2569, better."""
    version = forms(form_of(rating("A1"), rating("A2")))
    for at, school in enumerate(district.schools):
        answer(version, {"A1": 1 + at % 5, "A2": 3}, school=school, on=FIRST_TERM, person=world.supervisor)
    for school in district.schools[:3]:
        answer(version, {"A1": 5, "A2": 5}, school=school, on=SECOND_TERM, person=world.colleague)
    return version


def test_a_semester_an_academic_and_a_fiscal_year_read_their_own_answers(filled, read):
    reading, book = read(filled)

    def responses(*keys):
        return summary_of(reading.over(*map(Period.of_key, keys)), book).responses

    assert [period.key for period in periods_of(reading)] == ["y2569-2", "y2569-1", "y2569", "f2570", "f2569"]
    assert (responses(), responses("y2569-1"), responses("y2569-2"), responses("y2569")) == (9, 6, 3, 9)
    assert (responses("f2569"), responses("f2570"), responses("y2568"), responses("y2569-1", "f2570")) == (6, 3, 0, 9)


def test_a_group_a_size_a_school_and_a_supervisor_read_their_own_answers(filled, read, world, district):
    def mean(scope, ref):
        reading, book = read(filled, scope=scope, ref=str(ref))
        return summary_of(reading, book).responses

    assert mean("group", district.first.pk) == 6
    assert mean("group", district.second.pk) == 3
    assert mean("school", district.schools[0].pk) == 2
    assert mean("size", "ขนาดเล็ก") == 2
    assert mean("person", world.colleague.pk) == 3


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("group", {"กลุ่มโรงเรียนเจ้าพระยา": "3.75", "กลุ่มโรงเรียนธนบุรี": "3.17"}),
        ("size", {"ขนาดเล็ก": "3.50", "ขนาดกลาง": "3.57"}),
        ("semester", {"ภาคเรียนที่ 1/2569": "2.83", "ภาคเรียนที่ 2/2569": "5.00"}),
        ("year", {"ปีการศึกษา 2569": "3.56"}),
        ("fiscal", {"ปีงบประมาณ 2569": "2.83", "ปีงบประมาณ 2570": "5.00"}),
        ("version", {"ฉบับที่ 1": "3.56"}),
    ],
)
def test_results_are_told_apart(filled, read, by, expected):
    reading, book = read(filled)

    found = breakdown_of(reading, book, measure(book, ""), by)

    assert {row.name: str(row.value) for row in found.rows} == expected
    assert (found.total.responses, str(found.total.value)) == (9, "3.56")


def test_by_school_every_school_has_a_row_with_its_rank(filled, read, district):
    reading, book = read(filled)

    found = by_name(breakdown_of(reading, book, measure(book, "A1"), "school"))

    assert [str(found[school.name].value) for school in district.schools] == [
        "3.00",
        "3.50",
        "4.00",
        "4.00",
        "5.00",
        "1.00",
    ]
    assert [found[school.name].rank for school in district.schools] == [5, 4, 2, 2, 1, 6]


def test_by_supervisor(filled, read, world):
    reading, book = read(filled)

    found = by_name(breakdown_of(reading, book, measure(book, "@A"), "person"))

    assert {name: row.responses for name, row in found.items()} == {str(world.supervisor): 6, str(world.colleague): 3}


def test_what_was_not_kept_together_is_refused_with_a_sentence(filled, read, world, district):
    of_person, book = read(filled, scope="person", ref=str(world.supervisor.pk))
    of_group, _ = read(filled, scope="group", ref=str(district.first.pk))

    assert "ทั้งสำนักงาน" in breakdown_of(of_person, book, measure(book, ""), "school").unavailable
    assert "ทั้งสำนักงาน" in breakdown_of(of_group, book, measure(book, ""), "person").unavailable


def test_a_closed_school_counts_until_the_day_it_closed(filled, read, district, world):
    closed = district.schools[0]
    closed.closed_on = date(2026, 10, 15)
    closed.save()
    new = make_school(world.area, "ใหม่")
    new.opened_on = date(2026, 11, 1)
    new.save()
    reading, book = read(filled)

    def coverage(key):
        found = breakdown_of(reading.over(Period.of_key(key)), book, measure(book, ""), "school")
        return found.coverage, by_name(found)

    first, rows = coverage("y2569-1")
    assert first == "มีผล 6 จาก 8 โรงเรียน"  # these six and two of the world; the new one was not open yet
    assert rows[closed.name].note == "ยุบเลิกแล้ว"
    assert coverage("y2569-2")[0] == "มีผล 3 จาก 9 โรงเรียน"  # the closed one has a result, so it was there
    Tally.objects.filter(kind=Tally.SCHOOL, ref=closed.pk, semester=2).delete()
    assert coverage("y2569-2")[0] == "มีผล 2 จาก 8 โรงเรียน"


def test_two_periods_are_compared_question_by_question(filled, read):
    reading, book = read(filled)

    found = comparison_of(reading, book, Period.of_key("y2569-1"), Period.of_key("y2569-2"))

    rows = {row.name: row.comparison for row in found.rows}
    assert found.responses == (6, 3)
    assert (rows["ข้อ 2 ข้อ A2"].difference, rows["ข้อ 2 ข้อ A2"].percent) == (D("2.00"), D("66.67"))
    assert (rows["ภาพรวม"].before.mean, rows["ภาพรวม"].after.mean) == (D("2.83"), D("5.00"))
    assert list(rows) == ["ด้านการจัดการเรียนรู้", "ข้อ 1 ข้อ A1", "ข้อ 2 ข้อ A2", "ภาพรวม"]


def test_a_period_without_answers_compares_with_nothing(filled, read):
    reading, book = read(filled)

    found = comparison_of(reading, book, Period.of_key("y2560"), Period.of_key("y2569"))

    assert found.responses[0] == 0
    assert all(row.comparison is None for row in found.rows)


# -- Collections ---------------------------------------------------------------------------------------------------


def test_a_tryout_is_read_under_its_collection_only(forms, answer, read, survey):
    version = forms(form_of(rating("A1")))
    tryout, round_of_survey = survey(counted=False), survey()
    for collection, value in ((None, 1), (tryout, 5), (round_of_survey, 3)):
        answer(version, {"A1": value}, collection=collection)

    def mean(collection):
        reading, book = read(version, collection=collection)
        return str(summary_of(reading, book).whole.mean)

    assert (mean(None), mean(tryout), mean(round_of_survey)) == ("2.00", "5.00", "3.00")


@pytest.fixture
def anonymous(forms, answer, survey, district):
    """Ten answers of the first school, three of the second, six of each of the others."""
    choice = {
        "key": "A2",
        "type": "choice",
        "text": "ตำแหน่ง",
        "choices": [{"v": "1", "t": "ครู"}, {"v": "2", "t": "ผอ."}],
    }
    version = forms(form_of(rating("A1"), choice))
    collection = survey(anonymous=True)
    for school, times in zip(district.schools, (10, 3, 6, 6, 6, 6), strict=True):
        for at in range(times):
            values = {"A1": 1 + at % 5, "A2": "2" if at == 0 and times == 10 else "1"}
            answer(version, values, school=school, collection=collection)
    return version, collection


def test_a_small_anonymous_cell_is_hidden_with_another_so_that_none_can_be_computed(anonymous, read, district):
    version, collection = anonymous
    reading, book = read(version, collection=collection)

    rows = by_name(breakdown_of(reading, book, measure(book, ""), "school"))

    hidden = {name for name, row in rows.items() if row.is_hidden}
    assert district.schools[1].name in hidden
    assert len(hidden & {school.name for school in district.schools[:3]}) >= 2
    assert all(row.value is None and row.rank is None for row in rows.values() if row.is_hidden)
    Collection.objects.filter(pk=collection.pk).update(anonymous=False)
    not_anonymous, _ = read(version, collection=Collection.objects.get(pk=collection.pk))
    shown = breakdown_of(not_anonymous, book, measure(book, ""), "school").rows
    assert not any(row.is_hidden for row in shown)


def test_the_filter_shows_no_more_than_the_table(anonymous, read, district):
    version, collection = anonymous
    whole, book = read(version, collection=collection)
    hidden = {row.name for row in breakdown_of(whole, book, measure(book, ""), "school").rows if row.is_hidden}

    for school in district.schools:
        reading, book = read(version, collection=collection, scope="school", ref=str(school.pk))
        summary = summary_of(reading, book)
        assert summary.is_hidden == (school.name in hidden)
        assert (summary.whole.mean is None) == (school.name in hidden)


def test_an_anonymous_choice_of_one_person_is_hidden(anonymous, read):
    version, collection = anonymous
    reading, book = read(version, collection=collection)

    frequencies = lines(summary_of(reading, book))["A2"].frequencies

    assert [(f.label, f.is_hidden) for f in frequencies] == [("ครู", True), ("ผอ.", True)]


def test_four_anonymous_answers_show_nothing_at_all(forms, answer, survey, read):
    version = forms(form_of(rating("A1")))
    collection = survey(anonymous=True)
    for value in (5, 4, 3, 2):
        answer(version, {"A1": value}, collection=collection)

    def hidden():
        return summary_of(*read(version, collection=collection)).is_hidden

    assert hidden()
    answer(version, {"A1": 1}, collection=collection)
    assert not hidden()


def test_a_question_that_few_of_a_school_answered_is_hidden_there_and_with_its_section(
    forms, answer, survey, read, district
):
    version = forms(form_of(rating("A1"), rating("A2")))
    collection = survey(anonymous=True)
    for place, school in enumerate(district.schools):
        for at in range(6):
            first = 4 if place or at < 3 else "na"
            answer(version, {"A1": first, "A2": 3}, school=school, collection=collection)
    reading, book = read(version, collection=collection)

    def hidden(key):
        rows = by_name(breakdown_of(reading, book, measure(book, key), "school"))
        return {name for name, row in rows.items() if row.is_hidden}

    assert hidden("A2") == set()
    assert district.schools[0].name in hidden("A1")
    assert len(hidden("A1")) > 1
    assert hidden("A1") <= hidden("@A") <= hidden("")
    for school in district.schools:
        of_school, _ = read(version, collection=collection, scope="school", ref=str(school.pk))
        summary = summary_of(of_school, book)
        assert lines(summary)["A1"].is_hidden == (school.name in hidden("A1"))
        assert summary.sections[0].is_hidden == (school.name in hidden("@A"))
        assert summary.whole_is_hidden == (school.name in hidden(""))
        assert not lines(summary)["A2"].is_hidden


def test_answers_of_no_school_are_not_what_is_left_of_the_total(forms, answer, survey, read, district):
    version = forms(form_of(rating("A1")))
    collection = survey(anonymous=True)
    for school, times in ((district.schools[0], 9), (district.schools[3], 7), (None, 2)):
        for _ in range(times):
            answer(version, {"A1": 4}, school=school, collection=collection)
    reading, book = read(version, collection=collection)

    found = breakdown_of(reading, book, measure(book, ""), "school")

    assert [row.is_hidden for row in found.rows] == [False, True]
    assert not found.total.is_hidden


def test_how_often_an_answer_was_given_is_shown_of_every_place_or_of_none(forms, answer, survey, read, district):
    choice = {"key": "A2", "type": "choice", "text": "ตำแหน่ง"}
    choice["choices"] = [{"v": "1", "t": "ครู"}, {"v": "2", "t": "ผอ."}]
    version = forms(form_of(choice, rating("A1")))
    collection = survey(anonymous=True)
    for place, school in enumerate(district.schools[:4]):
        for at in range(12):
            values = {"A2": "2" if at < (3 if place == 1 else 6) else "1", "A1": 4}
            answer(version, values, school=school, collection=collection)
    reading, book = read(version, collection=collection)

    found = breakdown_of(reading, book, measure(book, "A2"), "school")

    assert not any(row.is_hidden for row in found.rows)
    assert all(f.is_hidden for row in found.rows for f in row.frequencies)
    assert [(f.count, f.is_hidden) for f in found.total.frequencies] == [(27, False), (21, False)]
    by_group = breakdown_of(reading, book, measure(book, "A2"), "group")
    assert not any(f.is_hidden for row in by_group.rows for f in row.frequencies)
    of_school, _ = read(version, collection=collection, scope="school", ref=str(district.schools[0].pk))
    assert all(f.is_hidden for f in lines(summary_of(of_school, book))["A2"].frequencies)


def test_beside_mean_and_deviation_a_rare_answer_hides_all_frequencies(forms, answer, survey, read):
    version = forms(form_of(rating("A1")))
    collection = survey(anonymous=True)
    for value, times in ((5, 20), (4, 20), (2, 6), (1, 2)):
        for _ in range(times):
            answer(version, {"A1": value}, collection=collection)

    found = lines(summary_of(*read(version, collection=collection)))["A1"]

    assert (found.n, found.mean) == (48, D("4.04"))
    assert all(frequency.is_hidden for frequency in found.frequencies)


def test_an_anonymous_collection_is_never_part_of_a_sum(forms, answer, survey, read):
    version = forms(form_of(rating("A1")))
    anonymous, named = survey(anonymous=True), survey()
    for _ in range(9):
        answer(version, {"A1": 1}, collection=anonymous)
    for _ in range(3):
        answer(version, {"A1": 5}, collection=named)

    def found(collection):
        summary = summary_of(*read(version, collection=collection))
        return summary.responses, str(summary.whole.mean)

    assert found(None) == found(named) == (3, "5.00")
    assert found(anonymous) == (9, "1.00")


@pytest.mark.parametrize(("scope", "by"), [("group", "size"), ("size", "group"), ("group", "group")])
def test_an_anonymous_part_is_told_apart_by_school_only(anonymous, read, district, scope, by):
    version, collection = anonymous
    ref = str(district.first.pk) if scope == "group" else "ขนาดเล็ก"
    reading, book = read(version, collection=collection, scope=scope, ref=ref)

    assert "รายโรงเรียน" in breakdown_of(reading, book, measure(book, ""), by).unavailable
    assert not breakdown_of(reading, book, measure(book, ""), "school").unavailable


def test_periods_of_an_anonymous_survey_are_not_told_apart(anonymous, read):
    version, collection = anonymous
    reading, book = read(version, collection=collection)

    assert breakdown_of(reading, book, measure(book, ""), "semester").unavailable
    assert comparison_of(reading, book, Period.of_key("y2569"), Period.of_key("y2570")).unavailable


def test_another_office_is_not_read(forms, answer, read, world):
    version = forms(form_of(rating("A1")))
    answer(version, {"A1": 5})
    answer(version, {"A1": 1}, area=world.far_area)

    assert summary_of(*read(version)).responses == 1


def test_the_number_of_queries_does_not_grow_with_answers_or_schools(
    filled, read, answer, district, django_assert_num_queries, world
):
    reading, book = read(filled)

    def everything():
        breakdown_of(reading, book, measure(book, ""), "school")
        return summary_of(reading, book)

    with CaptureQueriesContext(connection) as before:
        everything()
    for at in range(12):
        answer(filled, {"A1": 3}, school=make_school(world.area, f"ใหม่{at}"), on=NEXT_YEAR)
    reading, book = read(filled)
    with django_assert_num_queries(len(before)):
        everything()


def test_versions_that_were_never_answered_in_review_are_no_results(forms, read):
    version = forms(form_of(rating("A1")))
    forms(form_of(rating("A1")), of=version.instrument, state="in_review")

    assert versions_read(version.instrument) == [version]
    assert Book.of([version]).form == version.form


def test_by_school_the_sections_stand_beside_each_other_so_that_one_sees_who_is_weak_in_what(
    forms, answer, read, survey, district
):
    definition = form_of(rating("A1"))
    definition["sections"].append(
        {"key": "B", "title": "ด้านการวัดผล", "scale": "level5", "questions": [rating("B1"), rating("B2")]}
    )
    version = forms(definition)
    answer(version, {"A1": 5, "B1": 1, "B2": 2}, school=district.schools[0], on=FIRST_TERM)
    answer(version, {"A1": 2, "B1": 4, "B2": 4}, school=district.schools[1], on=FIRST_TERM)
    reading, book = read(version)

    found = breakdown_of(reading, book, measure(book, ""), "school")

    assert [section.label for section in found.sections] == ["ด้านการจัดการเรียนรู้", "ด้านการวัดผล"]
    assert {row.name: [str(part.mean) for part in row.parts] for row in [*found.rows, found.total]} == {
        "กขค": ["5.00", "1.50"],
        "ขคง": ["2.00", "4.00"],
        "รวม": ["3.50", "2.75"],
    }
    assert [heat(part) for row in found.rows for part in row.parts] == [5, 1, 2, 4]
    assert breakdown_of(reading, book, measure(book, "@A"), "school").sections == ()
    unnamed, _ = read(version, collection=survey(anonymous=True))
    assert breakdown_of(unnamed, book, measure(book, ""), "school").sections == ()
