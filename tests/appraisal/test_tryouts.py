"""Item analysis: the pure part, tables pasted from paper, answers gathered by the system, the page and its print."""

import copy
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from appraisal.items import FAIR, GOOD, POOR, Gathered, items_of
from appraisal.models import TryOut
from appraisal.queries.tryouts import analysis_of
from appraisal.services.tryouts import TryOutRefused, create_tryout, read_table
from instruments.definition import parse
from instruments.models import Collection, Instrument, InstrumentVersion
from instruments.services import lock_response, open_response, record_answers
from instruments.statistics import alphas_without, cronbach_alpha
from surveys.models import Survey
from surveys.services import create_survey, usable_versions
from tests.documents.reading import by_poppler, packed
from tests.supervision.factories import DEFINITION, put
from workflows.services import perform

V9 = [[4, 4, 3, 4], [5, 4, 5, 5], [3, 3, 2, 3], [4, 5, 4, 4], [2, 3, 2, 2]]
V11 = ["1110", "1100", "1011", "1111", "0010", "1000"]


def ratings(count, parts=1):
    """A form of so many ratings in each of so many sections."""
    scales = DEFINITION["scales"]
    return {
        "scales": scales,
        "sections": [
            {
                "key": "ABC"[part], "title": f"ด้านที่ {part + 1}", "scale": "level5",
                "questions": [
                    {"key": f"{'ABC'[part]}{n}", "type": "rating", "text": f"ข้อความ {n}"} for n in range(1, count + 1)
                ],
            }
            for part in range(parts)
        ],
    }  # fmt: skip


def test_form(count):
    """A test of so many questions; the right answer is always 2."""
    choices = [{"v": "1", "t": "ก"}, {"v": "2", "t": "ข"}]
    questions = [
        {"key": f"T{n}", "type": "choice", "text": f"ข้อสอบ {n}", "choices": choices, "correct": "2"}
        for n in range(1, count + 1)
    ]
    return {"scales": {}, "sections": [{"key": "T", "title": "แบบทดสอบ", "questions": questions}]}


test_form.__test__ = False


def gathered(definition, persons):
    form = parse(definition)
    found = Gathered(form)
    for values in persons:
        found.add(dict(zip([item.key for item in items_of(form)], values, strict=True)))
    return found.analysis()


# -- Numbers -------------------------------------------------------------------------------------------------------


def test_alpha_of_the_reference_table():
    analysis = gathered(ratings(4), V9)

    assert (analysis.whole.alpha, analysis.whole.n, analysis.whole.k) == (Decimal("0.946"), 5, 4)
    assert analysis.whole.word.startswith("มีความเชื่อมั่นผ่านเกณฑ์")


@given(st.lists(st.lists(st.integers(1, 5), min_size=4, max_size=4), max_size=12))
@settings(max_examples=100, deadline=None)
def test_alpha_without_each_item_is_that_of_the_formula(matrix):
    others = [[[*row[:item], *row[item + 1 :]] for row in matrix] for item in range(4 if matrix else 0)]

    assert alphas_without(matrix) == [cronbach_alpha(rest) for rest in others]


def test_who_left_an_item_out_is_left_out_and_counted():
    analysis = gathered(ratings(4), [*V9, [4, None, 3, 4]])

    assert (analysis.n, analysis.whole.n, analysis.whole.left_out) == (6, 5, 1)
    assert any("ไม่ครบทุกข้อ 1 คน" in sentence for sentence in analysis.warnings)


def test_each_section_has_its_own_reliability():
    analysis = gathered(ratings(2, parts=2), [[*row[:2], *row[2:]] for row in V9])

    assert [(part.title, part.k, part.n) for part in analysis.parts] == [("ด้านที่ 1", 2, 5), ("ด้านที่ 2", 2, 5)]


@pytest.mark.parametrize(("total", "verdict"), [("0.30", GOOD), ("0.20", FAIR), ("0.19", POOR), ("-0.40", POOR)])
def test_an_item_is_judged_by_its_correlation_with_the_others(total, verdict):
    row = gathered(ratings(4), V9).whole.rows[0]

    assert type(row)(row.item, row.mean, Decimal(total), row.without, row.harms).verdict == verdict


def test_few_persons_are_warned_of_and_what_is_undefined_is_a_dash():
    analysis = gathered(ratings(4), [[3, 3, 3, 3]])

    assert analysis.whole.alpha is None
    assert analysis.whole.word == "-"
    assert {row.verdict for row in analysis.whole.rows} == {"-"}
    assert "น้อยกว่า 30 คน" in analysis.warnings[0]


def test_difficulty_discrimination_and_kr20_of_a_test():
    analysis = gathered(test_form(4), [["2" if hit == "1" else "1" for hit in row] for row in V11])

    test = analysis.test
    assert (test.kr20, test.n, test.percent, test.group) == (Decimal("0.42"), 6, 50, 3)
    assert [row.right for row in test.rows] == [5, 3, 4, 2]
    assert [str(row.p) for row in test.rows] == ["0.83", "0.50", "0.67", "0.33"]
    assert test.rows[0].verdict.startswith("ง่ายเกินไป")
    assert analysis.whole is None


def test_a_question_left_out_of_a_test_is_wrong_and_a_person_who_answered_nothing_is_nobody():
    analysis = gathered(test_form(2), [["2", None], [None, None]])

    assert (analysis.n, analysis.test.n) == (1, 1)
    assert [row.right for row in analysis.test.rows] == [1, 0]


# -- Tables from paper ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "5\t4\n3\t2\n",
        "๕\t๔\r\n๓\t๒",
        "5,4\n3,2",
        "5.0\t4.0\n3\t2",
        "ที่\tA2\tA1\n1\t4\t5\n2\t2\t3",
    ],
)
def test_a_table_is_read_however_it_was_copied(text):
    columns, matrix = read_table(parse(ratings(2)), text)

    assert [dict(zip(columns, row, strict=True)) for row in matrix] == [{"A1": 5, "A2": 4}, {"A1": 3, "A2": 2}]


def test_an_empty_cell_is_no_answer():
    assert read_table(parse(ratings(2)), "5\t\n-\t2")[1] == [[5, None], [None, 2]]


def test_a_choice_may_be_typed_by_its_words():
    assert read_table(parse(test_form(2)), "ข\t1")[1] == [["2", "1"]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "ตารางยังว่าง"),
        ("5\t4\t3", "ตารางมี 3 คอลัมน์ แต่แบบมี 2 ข้อ"),
        ("A1\tA2", "มีแต่แถวหัว"),
        ("A1\tA1\n1\t2", "ซ้ำกัน"),
        ("5\t9\nx\t2", "มีช่องที่อ่านไม่ได้ 2 แห่ง คนที่ 1 ข้อ 2 (A2) “9”"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_at_its_place(text, words):
    with pytest.raises(TryOutRefused) as refusal:
        read_table(parse(ratings(2)), text)

    assert words in str(refusal.value)


# -- In the office -------------------------------------------------------------------------------------------------


@pytest.fixture
def version(world):
    instrument = Instrument.objects.create(area=world.area, code="TRY-1", title="แบบวัดเจตคติ")
    return put(InstrumentVersion.objects.create(instrument=instrument, definition=ratings(4)), "published")


def answered(version, world, collection, values, *, sent=True):
    response = open_response(version, area=world.area, by=world.supervisor, collection=collection)
    events = [
        {"id": str(uuid.uuid4()), "key": f"A{n}", "v": value, "at": "2026-11-18T10:00:00+07:00", "base": None}
        for n, value in enumerate(values, start=1)
    ]
    record_answers(response, batch=uuid.uuid4(), events=events, by=world.supervisor)
    if sent:
        lock_response(response, by=world.supervisor)


@pytest.mark.django_db
def test_answers_of_a_collection_are_analysed_once_they_were_sent(world, version):
    collection = Collection.objects.create(area=world.area, title="ทดลองใช้", counted=False)
    for values in V9:
        answered(version, world, collection, values)
    answered(version, world, collection, [1, 5, 1, 5], sent=False)
    answered(version, world, None, [1, 5, 1, 5])

    tryout = create_tryout(version, area=world.area, by=world.supervisor, title="ครู 5 คน", collection=collection)

    analysis = analysis_of(tryout)
    assert (analysis.n, analysis.whole.alpha) == (5, Decimal("0.946"))


@pytest.mark.django_db
def test_of_an_anonymous_collection_nothing_is_told_below_five(world, version):
    collection = Collection.objects.create(area=world.area, title="ไม่ระบุตัว", counted=False, anonymous=True)
    for values in V9[:4]:
        answered(version, world, collection, values)

    analysis = analysis_of(
        create_tryout(version, area=world.area, by=world.supervisor, title="ก", collection=collection)
    )

    assert (analysis.whole, analysis.test) == (None, None)
    assert "ตั้งแต่ 5 คน" in analysis.warnings[0]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 40])
def test_the_page_costs_the_same_for_one_person_or_many(
    signed_in, world, version, count, django_assert_max_num_queries
):
    collection = Collection.objects.create(area=world.area, title="ทดลองใช้", counted=False)
    for _ in range(count):
        answered(version, world, collection, V9[0])
    tryout = create_tryout(version, area=world.area, by=world.supervisor, title="ก", collection=collection)
    client = signed_in(world.supervisor)
    client.get(tryout.get_absolute_url())

    with django_assert_max_num_queries(9):
        client.get(tryout.get_absolute_url())


@pytest.mark.django_db
def test_a_table_is_pasted_read_and_printed(signed_in, world, version, tmp_path):
    client = signed_in(world.supervisor)
    table = "\n".join("\t".join(map(str, row)) for row in V9)

    response = client.post(
        reverse("appraisal:tryout-new", args=[version.pk]), {"title": "ครู 5 คน", "table": table}, follow=True
    )

    tryout = TryOut.objects.get()
    assert "0.946" in response.text
    printed = client.get(reverse("appraisal:tryout-pdf", args=[tryout.pk]))
    text = packed(by_poppler(printed.content, tmp_path))
    assert "0.946" in text
    assert packed("มีความเชื่อมั่นผ่านเกณฑ์") in text


@pytest.mark.django_db
def test_a_refused_table_stays_in_its_field(signed_in, world, version):
    response = signed_in(world.supervisor).post(
        reverse("appraisal:tryout-new", args=[version.pk]), {"title": "ครู", "table": "5\t4\t99\t1"}
    )

    assert response.status_code == 422
    assert "5\t4\t99\t1" in response.text
    assert "มีช่องที่อ่านไม่ได้ 1 แห่ง" in response.text
    assert not TryOut.objects.exists()


@pytest.mark.django_db
def test_what_was_tried_out_stays_as_it_was_when_the_draft_is_mended(signed_in, world):
    instrument = Instrument.objects.create(area=world.area, code="TRY-3", title="แบบวัดเจตคติ")
    draft = InstrumentVersion.objects.create(instrument=instrument, definition=ratings(4))
    table = "\n".join("\t".join(map(str, row)) for row in V9)
    tryout = create_tryout(draft, area=world.area, by=world.supervisor, title="ครู 5 คน", table=table)
    client = signed_in(world.supervisor)
    assert "ถูกแก้ไขหลังทดลองใช้" not in client.get(tryout.get_absolute_url()).text

    draft.definition = ratings(2)
    draft.save()

    analysis = analysis_of(TryOut.objects.get())
    assert (analysis.whole.k, analysis.whole.alpha) == (4, Decimal("0.946"))
    assert "ถูกแก้ไขหลังทดลองใช้" in client.get(tryout.get_absolute_url()).text


@pytest.mark.django_db
def test_the_way_to_the_answers_of_a_try_out_is_shown(signed_in, world):
    """From a draft: to review, a survey that is ticked as a try-out, its answers, the analysis."""
    instrument = Instrument.objects.create(area=world.area, code="TRY-4", title="แบบวัดเจตคติ")
    draft = InstrumentVersion.objects.create(instrument=instrument, definition=ratings(4))
    quality = reverse("appraisal:quality") + f"?instrument={instrument.pk}"
    asks = reverse("surveys:survey-create") + f"?version={draft.pk}"
    client = signed_in(world.supervisor)

    page = client.get(quality).text
    assert "ฉบับที่ 1 ยังเป็นฉบับร่าง" in page
    assert reverse("builder:version-changes", args=[draft.pk]) in page
    assert asks not in page
    assert "วางตารางคำตอบจากกระดาษได้" in client.get(reverse("appraisal:tryout-new", args=[draft.pk])).text

    perform(draft, "submit", by=world.supervisor)
    assert asks in client.get(quality).text
    form = client.get(asks).context["form"]
    assert (form["version"].value(), form["tryout"].value()) == (draft.pk, True)

    today = timezone.localdate()
    survey = create_survey(
        area=world.area, by=world.supervisor, schools=[], version=draft, title="ทดลองใช้", message="", audience="link",
        opens_on=today, closes_on=today, per_school="many", anonymous=False, tryout=True, remind_days=0,
    )  # fmt: skip
    perform(survey, "open", by=world.supervisor)
    for values in V9:
        answered(draft, world, Survey.objects.get().collection, values)
    analyse = reverse("appraisal:tryout-new", args=[draft.pk]) + f"?collection={Survey.objects.get().collection_id}"
    assert analyse in client.get(survey.get_absolute_url()).text
    offered = client.get(analyse).context["form"]["collection"]
    assert str(offered.value()) == str(Survey.objects.get().collection_id)
    found = client.post(analyse, {"title": "ครู 5 คน", "collection": offered.value()}, follow=True)
    assert "0.946" in found.text


@pytest.mark.django_db
def test_a_shared_form_in_review_may_be_tried_out_too(world):
    instrument = Instrument.objects.create(code="TRY-5", title="แบบกลาง")
    version = put(InstrumentVersion.objects.create(instrument=instrument, definition=ratings(4)), "in_review")

    assert version in usable_versions(world.area, tryout=True)
    assert version not in usable_versions(world.area)


@pytest.mark.django_db
def test_a_form_without_items_is_told_so(world):
    definition = copy.deepcopy(DEFINITION)
    del definition["sections"][0]
    instrument = Instrument.objects.create(area=world.area, code="TRY-2", title="แบบเปิด")
    version = InstrumentVersion.objects.create(instrument=instrument, definition=definition)

    with pytest.raises(TryOutRefused, match="ไม่มีข้อมาตราส่วนประมาณค่า"):
        create_tryout(version, area=world.area, by=world.supervisor, title="ก", table="1")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["far_head", "school_head", "committee", "stranger"])
def test_others_find_no_try_out(signed_in, world, version, who):
    tryout = create_tryout(version, area=world.area, by=world.supervisor, title="ก", table="5\t4\t3\t2")

    assert signed_in(getattr(world, who)).get(tryout.get_absolute_url()).status_code == 404
