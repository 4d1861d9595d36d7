"""What schools need: surveys chosen for the step, their ranking, and the priorities taken from it."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from lxml.html import fromstring

from cycles.models import Cycle
from cycles.services.cycles import choose_source
from cycles.steps.needs import network_facts
from documents.kinds import document_html
from documents.word import render_word
from networks.models import Member, Network
from surveys.incoming import Incoming
from surveys.services import create_survey, door_of, take_answer
from tests.analysis.conftest import BANDS, LEVELS
from tests.cycles.factories import make_cycle, tick
from tests.documents.layout_reading import faults, printed
from tests.documents.word_reading import by_docx, by_html
from tests.supervision.factories import LONG_AGO, make_school, make_version
from workflows.services import TransitionError, perform


def dual(key, text):
    return {"key": key, "type": "dual", "text": text}


FORM = {
    "scales": {"need5": {"title": "ระดับ", "values": LEVELS, "bands": BANDS, "dual": True}},
    "sections": [
        {"key": "A", "title": "ด้านการอ่าน", "scale": "need5", "questions": [dual("A1", "สื่อการอ่าน"), dual("A2", "ครูอ่าน")]},
        {"key": "B", "title": "ด้านการวัดผล", "scale": "need5", "questions": [dual("B1", "ข้อสอบ")]},
    ],
}  # fmt: skip


def answered(now, wanted):
    return {
        f"{key}.{side}": value for key in ("A1", "A2") for side, value in (("current", now), ("desired", wanted))
    } | {"B1.current": 4, "B1.desired": 5}


@pytest.fixture
def version(world, request):
    return make_version(world.instrument, definition=getattr(request, "param", FORM), number=2)


@pytest.fixture
def ask(world, version):
    """A survey of needs sent to schools, some of which have answered."""

    def make(*schools, anonymous=False, answers=(), **fields):
        today = timezone.localdate()
        survey = create_survey(
            area=world.area, by=world.supervisor, version=version, title="ความต้องการรับการนิเทศ", audience="schools",
            schools=list(schools), per_school="one", anonymous=anonymous, opens_on=today,
            closes_on=today + timedelta(days=5), **fields,
        )  # fmt: skip
        perform(survey, "open", by=world.supervisor)
        for school, values in answers:
            door = door_of(survey.places.get(school=school).token)
            take_answer(door, Incoming(uuid.uuid4(), values), by=None)
        return survey

    return make


@pytest.fixture
def cycle(world, edition):
    cycle = make_cycle(world.area, world.head, edition=edition, at=2)
    cycle.rows.filter(number=2).update(owner=world.supervisor)
    return Cycle.objects.get(pk=cycle.pk)


def fresh(cycle, number=2):
    return Cycle.objects.get(pk=cycle.pk).step(number)


def posted(*rows, **fields):
    data = {"problems": "อ่านไม่คล่อง", "priorities-count": str(len(rows)), "seen": ""} | fields
    for place, row in enumerate(rows):
        data |= {f"priorities-{place}-{name}": value for name, value in ({"place": str(place + 1)} | row).items()}
    return data


def test_from_survey_to_priorities_the_gate_says_what_is_missing_until_it_holds(world, cycle, ask, signed_in):
    url = reverse("cycles:step-write", args=[cycle.pk, 2])
    tick(cycle, 2)
    with pytest.raises(TransitionError, match="ยังไม่ได้เลือกแบบสำรวจ"):
        perform(Cycle.objects.get(pk=cycle.pk), "complete_2", by=world.head)

    survey = ask(world.school, world.other_school, answers=[(world.school, answered(2, 4))])
    client = signed_in(world.supervisor)
    client.post(reverse("cycles:step-source", args=[cycle.pk, 2, "surveys"]), {"key": [survey.pk]})
    facts = fresh(cycle).facts["surveys"][0]
    assert (facts["asked"], facts["answered"], facts["silent"]) == (2, 1, [str(world.other_school)])
    assert [(s["title"], s["pni"], s["rank"]) for s in facts["sections"]] == [
        ("ด้านการอ่าน", "1.000", 1), ("ด้านการวัดผล", "0.250", 2),
    ]  # fmt: skip
    assert facts["by_group"]["rows"] == [{"name": world.group.name, "cells": ["0.625", "1.000", "0.250"]}]
    with pytest.raises(TransitionError, match="สิ่งสำคัญที่เลือก"):
        perform(Cycle.objects.get(pk=cycle.pk), "complete_2", by=world.head)

    first = {"text": "ข้อสอบ", "source": f"{survey.pk}:@B", "place": "2", "reason": ""}
    second = {"text": "การอ่าน", "source": f"{survey.pk}:@A", "place": "1", "reason": "ต่ำสุด"}
    assert client.post(url, posted(first, second)).status_code == 302
    kept = fresh(cycle).content["priorities"]
    assert [(row["text"], row["pni"], row["source_label"]) for row in kept] == [
        ("การอ่าน", "1.000", "ด้านการอ่าน"), ("ข้อสอบ", "0.250", "ด้านการวัดผล"),
    ]  # fmt: skip
    with pytest.raises(TransitionError, match="สิ่งสำคัญลำดับที่ 2 ยังไม่มีเหตุผล"):
        perform(Cycle.objects.get(pk=cycle.pk), "complete_2", by=world.head)
    rows = [{"key": row["key"], "text": row["text"], "source": row["source"], "reason": row["reason"]} for row in kept]
    assert client.post(url, posted(rows[0], rows[1] | {"text": ""})).status_code == 422
    gone = client.post(url, posted(rows[0], rows[1] | {"source": "0:@Z", "text": "ยาว" * 200}))
    assert (gone.status_code, "โปรดกรอก “สิ่งสำคัญ" in gone.content.decode()) == (422, False)
    assert client.post(url, posted(rows[0], rows[1] | {"remove": "on"})).status_code == 302
    perform(Cycle.objects.get(pk=cycle.pk), "complete_2", by=world.supervisor)

    door = door_of(survey.places.get(school=world.other_school).token)
    take_answer(door, Incoming(uuid.uuid4(), answered(5, 5)), by=None)
    done = fresh(cycle)
    assert done.facts["surveys"][0]["answered"] == 1
    assert [row["key"] for row in done.kept["priorities"]] == [kept[0]["key"]]
    page = signed_in(world.clerk).get(done.get_absolute_url()).content.decode()
    assert "ด้านการอ่าน (PNI 1.000)" in page
    assert reverse("surveys:survey-schools", args=[survey.pk]) not in page
    assert signed_in(world.head).get(reverse("cycles:step-pdf", args=[cycle.pk, 2])).status_code == 200


def test_the_index_of_a_priority_stays_what_it_was_when_it_was_chosen(world, cycle, ask, signed_in):
    survey = ask(world.school, world.other_school, answers=[(world.school, answered(2, 4))])
    choose_source(cycle.step(2), "surveys", [survey.pk], by=world.supervisor)
    client, url = signed_in(world.supervisor), reverse("cycles:step-write", args=[cycle.pk, 2])
    row = {"text": "การอ่าน", "source": f"{survey.pk}:@A", "reason": "ต่ำสุด"}
    client.post(url, posted(row))
    key = fresh(cycle).content["priorities"][0]["key"]

    door = door_of(survey.places.get(school=world.other_school).token)
    take_answer(door, Incoming(uuid.uuid4(), answered(4, 4)), by=None)
    client.post(url, posted(row | {"key": key, "text": "การอ่านคล่อง"}))

    kept = fresh(cycle).content["priorities"]
    assert [(row["key"], row["text"], row["pni"]) for row in kept] == [(key, "การอ่านคล่อง", "1.000")]
    assert fresh(cycle).facts["surveys"][0]["sections"][0]["pni"] == "0.333"


def test_of_an_anonymous_survey_small_numbers_are_hidden_and_it_must_be_closed_first(world, cycle, ask, signed_in):
    survey = ask(world.school, world.other_school, anonymous=True, answers=[(world.school, answered(2, 4))])
    choose_source(cycle.step(2), "surveys", [survey.pk], by=world.supervisor)

    step = fresh(cycle)
    facts = step.facts["surveys"][0]
    assert all(
        row["hidden"] and row["pni"] == "-" for section in facts["sections"] for row in [section, *section["rows"]]
    )
    assert "1.000" not in signed_in(world.supervisor).get(step.get_absolute_url()).content.decode()
    assert any("ต้องปิดรับก่อน" in gap.text for gap in step.gaps)
    perform(survey, "close", by=world.supervisor)
    assert not any("ต้องปิดรับก่อน" in gap.text for gap in fresh(cycle).gaps)


@pytest.mark.parametrize("schools", [1, 5])
def test_gathering_needs_costs_the_same_for_one_school_or_many(world, cycle, ask, schools, django_assert_num_queries):
    asked = [make_school(world.area, group=world.group) for _ in range(schools + 1)]
    survey = ask(*asked, answers=[(school, answered(2, 4)) for school in asked[1:]])
    choose_source(cycle.step(2), "surveys", [survey.pk], by=world.supervisor)
    step = Cycle.objects.select_related("area").get(pk=cycle.pk).step(2)

    with django_assert_num_queries(13):
        step.gathered()


# -- The report ----------------------------------------------------------------------------------------------------

WORDY = {**FORM, "sections": [*FORM["sections"], {"key": "Z", "title": "ข้อเสนอแนะ", "questions": [
    {"key": "Z1", "type": "text", "text": "ปัญหาที่พบ", "long": True},
]}]}  # fmt: skip


def wrote(words, now=2, wanted=4):
    return answered(now, wanted) | {"Z1": words}


def test_the_report_is_refused_in_words_until_somebody_has_answered(world, cycle, ask, signed_in):
    client, url = signed_in(world.supervisor), reverse("cycles:needs-report", args=[cycle.pk, 2])

    nothing = client.get(url)
    survey = ask(world.school, world.other_school)
    choose_source(cycle.step(2), "surveys", [survey.pk], by=world.supervisor)
    silent = client.get(url)
    door = door_of(survey.places.get(school=world.school).token)
    take_answer(door, Incoming(uuid.uuid4(), answered(2, 4)), by=None)

    assert (nothing.status_code, silent.status_code, client.get(url).status_code) == (403, 403, 200)
    assert "ยังไม่ได้เลือกแบบสำรวจความต้องการ" in nothing.content.decode()
    assert str(world.supervisor) in nothing.content.decode()
    assert "ยังไม่มีผู้ตอบ โปรดให้" in silent.content.decode()
    page = client.get(cycle.step(2).get_absolute_url()).content.decode()
    assert f"{url}?format=docx" in page
    assert client.get(reverse("cycles:needs-report", args=[cycle.pk, 1])).status_code == 404
    assert signed_in(world.far_head).get(url).status_code == 404


@pytest.mark.parametrize("version", [WORDY], indirect=True)
def test_the_report_says_who_was_asked_what_was_found_written_and_chosen(world, cycle, ask, version, tmp_path):
    third = make_school(world.area, group=world.group)
    survey = ask(
        world.school, world.other_school, third,
        answers=[(world.school, wrote("ขาดสื่อ")), (world.other_school, wrote("ขาดสื่อ", 3, 5))],
    )  # fmt: skip
    choose_source(cycle.step(2), "surveys", [survey.pk], by=world.supervisor)
    cycle.rows.filter(number=2).update(
        content={
            "problems": "อ่านไม่คล่อง",
            "priorities": [
                {"key": "p1", "text": "การอ่าน", "source": "", "source_label": "ด้านการอ่าน", "pni": "0.800", "reason": "ต่ำสุด"},
                {"key": "p2", "text": "การวัดผล", "source": "", "source_label": "", "pni": "", "reason": "นโยบาย"},
            ],
        }
    )  # fmt: skip
    cycle.rows.filter(number=3).update(
        content={
            "objectives": [{"key": "o", "text": "พัฒนาสื่อ", "priority": "p1", "target": "ร้อยละ 80"}],
            "left_out": [{"key": "l", "priority": "p2", "reason": "มีโครงการอื่นแล้ว"}],
        }
    )

    html, title, _ = document_html("needs-report", fresh(cycle), world.head)

    words = " ".join(" ".join(fromstring(html).itertext()).split())
    assert "3 2 67 2" in words  # asked, answered, per cent, answers
    assert str(third) in words
    assert "ด้านการอ่าน 4 2.50 0.58 น้อย 4.50 0.58 มาก 0.800 1" in words
    assert "1. สื่อการอ่าน 2 2.50 0.71 น้อย 4.50 0.71 มาก 0.800 1" in words
    assert "ปัญหาที่พบ (2 คำตอบ) ขาดสื่อ (2 คำตอบ)" in words
    assert "อ่านไม่คล่อง" in words
    assert "การอ่าน พัฒนาสื่อ เป้าหมาย ร้อยละ 80" in words
    assert "การวัดผล ไม่อยู่ในแผน เพราะมีโครงการอื่นแล้ว" in words
    assert faults(printed(html), title, tmp_path) == []
    assert by_docx(render_word(html, code="x")) == by_html(html)


@pytest.mark.parametrize("version", [WORDY], indirect=True)
def test_words_of_a_few_anonymous_answers_are_kept_back(world, cycle, ask, version):
    schools = [make_school(world.area, group=world.group) for _ in range(7)]
    few = ask(*schools, anonymous=True, answers=[(school, wrote(f"คำ {school}")) for school in schools[:4]])
    many = ask(*schools, anonymous=True, answers=[(school, wrote(f"คำ {school}")) for school in schools])
    choose_source(cycle.step(2), "surveys", [few.pk, many.pk], by=world.supervisor)

    kept_back, told = fresh(cycle).facts["surveys"]

    assert kept_back["words"] == []
    assert [question["n"] for question in told["words"]] == [7]


HIDING = {**FORM, "sections": [*FORM["sections"], {"key": "Z", "title": "ข้อเสนอแนะ", "questions": [
    {"key": "Z1", "type": "text", "text": "ปัญหาที่พบ", "long": True},
    {"key": "Z2", "type": "text", "text": "เพราะเหตุใด", "show_when": "Z1 = 'มี'"},
]}, {"key": "Y", "title": "เพิ่มเติม", "show_when": "Z1 = 'มี'", "questions": [
    {"key": "Y1", "type": "text", "text": "อื่น ๆ"},
]}]}  # fmt: skip


@pytest.mark.parametrize("version", [HIDING], indirect=True)
def test_words_of_questions_that_a_condition_hides_are_not_told(world, cycle, ask, version):
    def because(first, words):
        return answered(2, 4) | {"Z1": first, "Z2": words, "Y1": words}

    survey = ask(
        world.school, world.other_school,
        answers=[(world.school, because("มี", "งบไม่พอ")), (world.other_school, because("ไม่มี", "พิมพ์ไว้ก่อนเปลี่ยนใจ"))],
    )  # fmt: skip
    choose_source(cycle.step(2), "surveys", [survey.pk], by=world.supervisor)

    told = {row["text"]: [line["text"] for line in row["rows"]] for row in fresh(cycle).facts["surveys"][0]["words"]}

    assert told == {"ปัญหาที่พบ": ["มี", "ไม่มี"], "เพราะเหตุใด": ["งบไม่พอ"], "อื่น ๆ": ["งบไม่พอ"]}


@pytest.mark.parametrize("version", [WORDY], indirect=True)
@pytest.mark.parametrize("words", ["12", "true", "null", '["a"]', '{"v": 1}'])
def test_words_that_look_like_data_are_told_as_they_were_typed(world, cycle, ask, version, words):
    survey = ask(world.school, answers=[(world.school, wrote(words))])
    choose_source(cycle.step(2), "surveys", [survey.pk], by=world.supervisor)

    told = fresh(cycle).facts["surveys"][0]["words"]

    assert [row["text"] for question in told for row in question["rows"]] == [words]


def test_networks_are_counted_by_kind_and_level_and_those_without_a_lead_are_named(world, edition, signed_in):
    led, alone, ended = (
        Network.objects.create(area=world.area, name=name, kind=kind, level="area", started_on=LONG_AGO)
        for name, kind in (("ก", "club"), ("ข", "club"), ("ค", "pair"))
    )
    Network.objects.create(area=world.far_area, name="ไกล", kind="club", started_on=LONG_AGO)
    yesterday = timezone.localdate() - timedelta(days=1)
    Member.objects.create(network=led, kind="person", name="สมศรี", role="chair", joined_on=LONG_AGO)
    Member.objects.create(
        network=ended, kind="person", name="สมชาย", role="chair", joined_on=LONG_AGO, left_on=yesterday
    )
    Member.objects.create(network=led, kind="school", school=world.school, joined_on=LONG_AGO)

    facts = network_facts(world.area.pk)

    assert facts["total"] == 3
    assert {row["kind"]: row["total"] for row in facts["kinds"] if row["total"]} == {"ชมรม": 2, "โรงเรียนคู่พัฒนา": 1}
    assert [row["name"] for row in facts["leaderless_names"]] == ["ข", "ค"]
    assert facts["ended"] == [ended.pk]
    assert [row["n"] for row in facts["members"]] == [1, 1, 0, 0]
    cycle = make_cycle(world.area, world.head, edition=edition, process="P-5.2", year=2569)
    client = signed_in(world.head)
    assert alone.name in client.get(cycle.step(1).get_absolute_url()).content.decode()
    assert client.get(reverse("cycles:step-pdf", args=[cycle.pk, 1])).status_code == 200
