"""A version beside the one before it: what differs, what is decided, the way from draft to published."""

import copy
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from appraisal.services.reviews import open_review
from builder.versions import DecisionsRefusedError, decide
from instruments import guards
from instruments.differences import differences
from instruments.models import Collection, Instrument, InstrumentVersion
from instruments.services import AnswersRefused, new_draft, open_response, record_answers
from supervision.services.visits import create_visit
from surveys.models import Survey
from surveys.services import SurveyRefused, create_survey, extend_survey
from tests.documents.reading import by_poppler, packed
from tests.supervision.factories import DEFINITION, FIRST_DAY
from workflows.services import TransitionError, perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(world):
    """An office's own form, its first version published by the book."""
    instrument = Instrument.objects.create(area=world.area, code="OBS-1", title="แบบสังเกตการสอน")
    first = InstrumentVersion.objects.create(instrument=instrument, definition=copy.deepcopy(DEFINITION))
    perform(first, "submit", by=world.supervisor)
    perform(first, "publish", by=world.head)
    return first


@pytest.fixture
def draft(published, world):
    return new_draft(published, by=world.supervisor)


def reword(draft, key="A1", **changes):
    """Change one question of the draft as a person would in the builder."""
    definition = copy.deepcopy(draft.definition)
    question = next(q for s in definition["sections"] for q in s["questions"] if q["key"] == key)
    question.update(changes or {"text": "จัดกิจกรรมการเรียนรู้เชิงรุกอย่างหลากหลาย"})
    draft.definition = definition
    draft.save()
    return draft


def compared(version):
    return differences(version.predecessor.definition, version.definition)


def page(client, version):
    return client.get(reverse("builder:version-changes", args=[version.pk]))


def send(client, version, **data):
    data = {"revision": version.revision, **data}
    return client.post(reverse("builder:version-decide", args=[version.pk]), data, follow=True)


def question(version, key="A1"):
    version.refresh_from_db()
    return next(q for s in version.definition["sections"] for q in s["questions"] if q["key"] == key)


# -- The page ------------------------------------------------------------------------------------------------------


def test_a_first_version_has_nothing_to_be_compared_with(signed_in, world, published):
    response = page(signed_in(world.supervisor), published)

    assert published.predecessor is None
    assert "เป็นฉบับแรกของเครื่องมือ" in response.text


def test_a_draft_that_changes_nothing_says_so(signed_in, world, draft):
    assert "ถามเหมือนฉบับที่ 1 ทุกข้อ" in page(signed_in(world.supervisor), draft).text


def test_a_rewording_is_shown_word_by_word_and_asks_for_a_decision(signed_in, world, draft):
    response = page(signed_in(world.supervisor), reword(draft))

    assert "<ins>อย่างหลากหลาย</ins>" in response.text
    assert "ยังไม่ได้ตัดสินใจเรื่องแนวโน้มของข้อที่เปลี่ยน 1 ข้อ ได้แก่ ด้านการจัดกระบวนการเรียนรู้ ข้อ 1" in response.text
    assert 'name="d-A1"' in response.text


def test_who_only_reads_is_asked_nothing(signed_in, world, draft):
    response = page(signed_in(world.committee), reword(draft))

    assert response.status_code == 200
    assert 'name="d-A1"' not in response.text


@pytest.mark.parametrize("who", ["far_supervisor", "school_head", "stranger"])
def test_others_find_no_such_page(signed_in, world, draft, who):
    assert page(signed_in(getattr(world, who)), draft).status_code == 404


def test_the_page_costs_the_same_for_few_and_many_changes(signed_in, world, draft, django_assert_max_num_queries):
    client = signed_in(world.supervisor)
    reword(draft)
    page(client, draft)
    with django_assert_max_num_queries(14):
        page(client, draft)
    definition = copy.deepcopy(draft.definition)
    definition["sections"][0]["questions"] += [
        {"key": f"N{n}", "type": "rating", "text": f"ใหม่ {n}"} for n in range(100)
    ]
    draft.definition = definition
    draft.save()
    with django_assert_max_num_queries(14):
        assert page(client, draft).text.count('class="qdiff ') == 101


# -- Decisions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("said", "written"), [("continues", {"follows": "A1"}), ("cut", {"break": True})])
def test_a_decision_is_written_into_the_draft(signed_in, world, draft, said, written):
    response = send(signed_in(world.supervisor), reword(draft), **{"d-A1": said})

    assert {k: v for k, v in question(draft).items() if k in ("follows", "break")} == written
    assert "บันทึกการตัดสินใจเรื่องแนวโน้มแล้ว" in response.text
    assert compared(draft).undecided == []
    assert draft.form.questions["A1"].ancestor == ("A1" if said == "continues" else "")


def test_a_decision_may_be_taken_back(signed_in, world, draft):
    client = signed_in(world.supervisor)
    send(client, reword(draft), **{"d-A1": "cut"})
    draft.refresh_from_db()
    send(client, draft, **{"d-A1": "continues"})

    assert "break" not in question(draft)
    assert question(draft)["follows"] == "A1"


def test_all_the_rest_can_be_called_the_same_at_once(signed_in, world, draft):
    reword(reword(draft), "A2", text="ผู้เรียนทุกคนมีส่วนร่วม")
    send(signed_in(world.supervisor), draft, rest="continues", **{"d-A2": "cut"})

    assert question(draft, "A1")["follows"] == "A1"
    assert question(draft, "A2")["break"] is True


def test_a_new_question_may_take_the_place_of_a_dropped_one(signed_in, world, draft):
    definition = copy.deepcopy(draft.definition)
    definition["sections"][0]["questions"][0] = {"key": "A9", "type": "rating", "text": "ใช้การเรียนรู้เชิงรุก"}
    draft.definition = definition
    draft.save()
    client = signed_in(world.supervisor)
    assert "แทนข้อเดิม ด้านการจัดกระบวนการเรียนรู้ ข้อ 1" in page(client, draft).text

    send(client, draft, **{"d-A9": "from:A1"})

    assert question(draft, "A9")["follows"] == "A1"
    assert draft.form.questions["A9"].ancestor == "A1"


def test_no_two_questions_continue_one_trend(world, draft):
    definition = copy.deepcopy(draft.definition)
    definition["sections"][0]["questions"][0:1] = [{"key": key, "type": "rating", "text": key} for key in ("A8", "A9")]
    draft.definition = definition
    draft.save()

    decide(draft, {"A8": "from:A1", "A9": "from:A1"}, seen=draft.revision)

    assert question(draft, "A8")["follows"] == "A1"
    assert "follows" not in question(draft, "A9")


def test_a_scale_of_another_range_is_cut_whatever_is_picked(signed_in, world, draft):
    definition = copy.deepcopy(draft.definition)
    definition["scales"]["level5"]["values"] = definition["scales"]["level5"]["values"][1:]
    draft.definition = definition
    draft.save()
    client = signed_in(world.supervisor)
    assert "ช่วงคะแนนเปลี่ยนจาก 1–5 เป็น 1–4" in page(client, draft).text

    send(client, draft, **{"d-A1": "continues"})

    assert question(draft)["break"] is True
    assert compared(draft).undecided == []


def test_decisions_on_a_draft_that_somebody_changed_meanwhile_come_back_as_picked(signed_in, world, draft):
    reword(draft)
    stale = draft.revision
    InstrumentVersion.objects.filter(pk=draft.pk).update(revision=stale + 1)
    client = signed_in(world.supervisor)

    response = client.post(reverse("builder:version-decide", args=[draft.pk]), {"revision": stale, "d-A1": "cut"})

    assert response.status_code == 422
    assert "มีผู้แก้ไขฉบับร่างนี้หลังจากที่ท่านเปิดหน้านี้" in response.text
    assert 'value="cut" checked' in response.text
    assert "break" not in question(draft)


def test_nothing_is_decided_on_a_version_in_review(world, draft):
    reword(draft, follows="A1", text="ใหม่")
    perform(draft, "submit", by=world.supervisor)

    with pytest.raises(DecisionsRefusedError, match="รอตรวจสอบ"):
        decide(draft, {"A1": "cut"}, seen=draft.revision)


def test_decisions_on_a_draft_that_was_just_deleted_are_refused_with_a_sentence(world, draft):
    opened = InstrumentVersion.objects.get(pk=draft.pk)
    draft.delete()

    with pytest.raises(DecisionsRefusedError, match="ถูกลบไปเมื่อสักครู่"):
        decide(opened, {"A1": "cut"}, seen=opened.revision)


def test_a_reader_can_decide_nothing(signed_in, world, draft):
    reword(draft)

    assert send(signed_in(world.committee), draft, **{"d-A1": "cut"}).status_code == 403
    assert "break" not in question(draft)


# -- From draft to published ---------------------------------------------------------------------------------------


def press(client, version, name, **data):
    version.refresh_from_db()
    data = {"revision": version.revision, **data}
    return client.post(reverse("builder:version-transition", args=[version.pk, name]), data, follow=True)


def test_a_rewording_is_decided_before_the_draft_goes_to_review(signed_in, world, draft):
    client = signed_in(world.supervisor)
    reword(draft)

    refused = press(client, draft, "submit")
    draft.refresh_from_db()
    assert draft.state == "draft"
    assert "ยังไม่ได้ตัดสินใจเรื่องแนวโน้ม" in refused.text

    send(client, draft, **{"d-A1": "continues"})
    press(client, draft, "submit")
    draft.refresh_from_db()
    assert draft.state == "in_review"


def test_the_head_returns_with_a_reason_that_is_read_on_the_page(signed_in, world, draft):
    reword(draft, follows="A1", text="ใหม่")
    perform(draft, "submit", by=world.supervisor)

    press(signed_in(world.head), draft, "return", reason="ข้อ 1 กำกวม โปรดระบุช่วงชั้น")

    response = page(signed_in(world.supervisor), draft)
    assert "ส่งกลับแก้ไขโดย นายวิภา ใจดี" in response.text
    assert "ข้อ 1 กำกวม โปรดระบุช่วงชั้น" in response.text


def test_publication_keeps_its_digest_on_the_page(signed_in, world, draft):
    reword(draft, follows="A1", text="ใหม่")
    perform(draft, "submit", by=world.supervisor)

    response = press(signed_in(world.head), draft, "publish")

    assert draft.transitions.get(action="publish").digest in response.text
    assert response.redirect_chain[-1][0] == reverse("builder:version-changes", args=[draft.pk])


def test_a_later_draft_is_compared_with_the_last_published_version_only(world, draft):
    reword(draft, follows="A1", text="ฉบับสองที่ยังไม่เผยแพร่")
    later = InstrumentVersion.objects.create(
        instrument=draft.instrument, number=3, definition=copy.deepcopy(DEFINITION)
    )

    assert later.predecessor.number == 1


def test_a_new_draft_starts_without_the_decisions_of_the_version_it_copies(world, draft):
    reword(draft, follows="A1", text="ใหม่")
    perform(draft, "submit", by=world.supervisor)
    perform(draft, "publish", by=world.head)

    third = new_draft(draft, by=world.supervisor)

    assert "follows" not in question(third)
    assert not compared(third).any


def test_a_visit_begun_on_an_old_version_finishes_on_it_and_new_visits_take_the_new(world, published, draft):
    begun = visit_with(world, published)
    perform(begun, "start", by=world.supervisor)
    reword(draft, follows="A1", text="ใหม่")
    perform(draft, "submit", by=world.supervisor)
    perform(draft, "publish", by=world.head)

    event = {"id": str(uuid.uuid4()), "key": "A1", "v": 4, "at": "2026-11-18T10:00:00+07:00", "base": None}
    response = begun.forms.get().response
    outcome = record_answers(response, batch=uuid.uuid4(), events=[event], by=world.supervisor)

    assert [saved["key"] for saved in outcome.saved] == ["A1"]
    assert response.version == published
    assert response.form.questions["A1"].text == "จัดกิจกรรมการเรียนรู้เชิงรุก"
    offered = [
        version for version in InstrumentVersion.objects.usable_in(world.area) if version.instrument == draft.instrument
    ]
    assert offered == [draft]
    assert visit_with(world, offered[0], world.other_school).forms.get().response.version == draft


def visit_with(world, version, school=None):
    return create_visit(
        school=school or world.school, purpose="เยี่ยมชั้นเรียน", starts_on=FIRST_DAY, ends_on=FIRST_DAY,
        lead=world.supervisor, team=[], versions=[version], by=world.supervisor,
    )  # fmt: skip


def test_a_version_is_retired_and_the_visits_planned_with_it_are_carried_out_on_it(signed_in, world, published):
    planned = visit_with(world, published)

    press(signed_in(world.head), published, "retire", reason="ใช้ฉบับใหม่ของส่วนกลาง")

    published.refresh_from_db()
    assert published.state == "retired"
    assert published not in InstrumentVersion.objects.usable_in(world.area)
    perform(planned, "start", by=world.supervisor)
    response = planned.forms.get().response
    assert answer(response, world.supervisor).saved
    page = signed_in(world.supervisor).get(reverse("supervision:visit-form", args=[planned.pk, planned.forms.get().pk]))
    assert "จัดกิจกรรมการเรียนรู้เชิงรุก" in page.text
    with pytest.raises(AnswersRefused, match="เลิกใช้แล้ว จึงเริ่มกรอกไม่ได้"):
        visit_with(world, published, world.other_school)


def answer(response, by, value=4):
    event = {"id": str(uuid.uuid4()), "key": "A1", "v": value, "at": "2026-11-18T10:00:00+07:00", "base": None}
    return record_answers(response, batch=uuid.uuid4(), events=[event], by=by)


# -- Tried out before it is published ------------------------------------------------------------------------------


@pytest.fixture
def reviewed(world, draft):
    reword(draft, follows="A1", text="จัดกิจกรรมเชิงรุก")
    perform(draft, "submit", by=world.supervisor)
    return draft


def try_out(version, world):
    collection = Collection.objects.create(area=world.area, title="ทดลองใช้", counted=False)
    response = open_response(version, area=world.area, by=world.supervisor, collection=collection)
    answer(response, world.supervisor)
    return response


def make_survey(world, **values):
    today = timezone.localdate()
    survey = create_survey(
        area=world.area, by=world.supervisor, schools=[], title="ทดลองใช้กับครู", audience="link", opens_on=today,
        closes_on=today + timedelta(days=6), message="", per_school="many", anonymous=False, remind_days=0, **values,
    )  # fmt: skip
    perform(survey, "open", by=world.supervisor)
    return survey


def test_what_was_tried_out_is_not_reopened_but_mended_in_the_version_after_it(signed_in, world, reviewed):
    response = try_out(reviewed, world)
    asked = copy.deepcopy(reviewed.definition)
    client = signed_in(world.supervisor)

    assert "ส่งกลับแก้ไข" not in page(client, reviewed).text
    refused = press(client, reviewed, "return", reason="ข้อ 1 จำแนกไม่ได้")
    assert "เรียบร้อยแล้ว" not in refused.text
    went = press(client, reviewed, "rework", reason="ข้อ 1 จำแนกไม่ได้")

    reviewed.refresh_from_db()
    third = reviewed.instrument.versions.get(number=3)
    assert went.redirect_chain[-1][0] == reverse("builder:form-edit", args=[third.pk])
    assert (reviewed.state, reviewed.published_at, reviewed.definition) == ("retired", None, asked)
    assert (third.state, third.predecessor) == ("draft", reviewed)
    response.refresh_from_db()
    assert (response.version, response.answers["A1"]["v"]) == (reviewed, 4)


def test_a_version_that_nobody_tried_out_is_returned_and_not_reworked(signed_in, world, reviewed):
    client = signed_in(world.head)

    assert "ปรับปรุงหลังทดลองใช้" not in page(client, reviewed).text
    press(client, reviewed, "rework", reason="ก")
    reviewed.refresh_from_db()
    assert reviewed.state == "in_review"

    press(client, reviewed, "return", reason="ก")
    reviewed.refresh_from_db()
    assert reviewed.state == "draft"


def test_a_form_is_not_returned_while_a_survey_asks_with_it(signed_in, world, reviewed):
    survey = make_survey(world, version=reviewed, tryout=True)
    client = signed_in(world.head)

    refused = press(client, reviewed, "return", reason="แก้ข้อ 1")

    reviewed.refresh_from_db()
    assert reviewed.state == "in_review"
    assert f"แบบสำรวจทดลองใช้ “{survey.title}” กำลังเปิดรับคำตอบ" in refused.text
    assert "แก้ข้อ 1" in refused.text

    perform(survey, "close", by=world.supervisor)
    press(client, reviewed, "return", reason="แก้ข้อ 1")
    reviewed.refresh_from_db()
    assert reviewed.state == "draft"
    with pytest.raises(SurveyRefused, match="ถูกส่งกลับไปเป็นฉบับร่าง"):
        extend_survey(
            Survey.objects.get(),
            closes_on=survey.closes_on + timedelta(days=3),
            reason="ยังตอบไม่ครบ",
            by=world.supervisor,
        )


def test_a_draft_that_experts_have_judged_is_not_thrown_away(signed_in, world, draft):
    open_review(draft, area=world.area, by=world.supervisor, due_on=timezone.localdate())

    response = signed_in(world.supervisor).post(reverse("builder:form-discard", args=[draft.pk]), follow=True)

    assert "ผลการตรวจของผู้เชี่ยวชาญ" in response.text
    assert InstrumentVersion.objects.filter(pk=draft.pk).exists()


# -- Who may, and what never changes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("move", "may"),
    [
        ("submit", {"supervisor", "colleague", "head", "workgroup_head"}),
        ("return", {"supervisor", "colleague", "head", "workgroup_head"}),
        ("publish", {"head"}),
        ("retire", {"head"}),
    ],
)
def test_each_move_is_made_by_those_who_may_and_by_nobody_else(signed_in, world, published, draft, move, may):
    reword(draft, follows="A1", text="ใหม่")
    if move != "submit":
        perform(draft, "submit", by=world.supervisor)
    version = published if move == "retire" else draft
    before = version.state
    people = [
        "supervisor",
        "colleague",
        "head",
        "workgroup_head",
        "director",
        "committee",
        "clerk",
        "school_head",
        "teacher",
        "far_head",
    ]

    moved = set()
    for who in people:
        press(signed_in(getattr(world, who)), version, move, reason="เหตุผล")
        version.refresh_from_db()
        if version.state != before:
            moved.add(who)
            _put_back(version, before)
    assert moved == may


def _put_back(version, state):
    """As if nobody had pressed: straight in the table, past the guard, which is laid anew."""
    with connection.cursor() as cursor:
        drop = "DROP TRIGGER instruments_version_kept"
        cursor.execute(drop if connection.vendor == "sqlite" else f"{drop} ON instruments_instrumentversion")
        cursor.execute("UPDATE instruments_instrumentversion SET state = %s WHERE id = %s", [state, version.pk])
    guards.install()
    version.refresh_from_db()


def test_two_who_press_publish_publish_once(world, reviewed):
    one, other = InstrumentVersion.objects.get(pk=reviewed.pk), InstrumentVersion.objects.get(pk=reviewed.pk)
    perform(one, "publish", by=world.head)

    with pytest.raises(TransitionError, match="มีผู้ดำเนินการกับรายการนี้ไปก่อนแล้ว"):
        perform(other, "publish", by=world.head)

    assert reviewed.transitions.filter(action="publish").count() == 1


@pytest.mark.parametrize("state", ["in_review", "published", "retired"])
@pytest.mark.parametrize(
    "change",
    [
        "definition = '{}'", "content_hash = 'x'", "number = 9",
        "definition = '{}', state = 'draft'",
    ],
)  # fmt: skip
def test_the_database_itself_keeps_a_version_as_it_was(world, reviewed, state, change):
    for name in {"in_review": [], "published": ["publish"], "retired": ["publish", "retire"]}[state]:
        perform(reviewed, name, by=world.head, reason="ก")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE instruments_instrumentversion SET {change} WHERE id = %s", [reviewed.pk])


def test_a_published_version_is_not_reopened_past_the_model(published):
    with pytest.raises(IntegrityError), transaction.atomic():
        InstrumentVersion.objects.filter(pk=published.pk).update(state="draft")


def test_a_published_version_is_neither_saved_nor_deleted(published):
    published.definition = {"sections": []}

    with pytest.raises(ValidationError, match="ฉบับที่เผยแพร่แล้วแก้ไขไม่ได้"):
        published.save()
    with pytest.raises(ValidationError, match="ลบได้เฉพาะฉบับร่าง"):
        published.delete()
    with pytest.raises(ValidationError, match="ลบไม่ได้"), transaction.atomic():
        InstrumentVersion.objects.filter(pk=published.pk).delete()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite empties test tables with plain DELETE")
def test_postgresql_deletes_no_published_version(published):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM instruments_instrumentversion WHERE id = %s", [published.pk])


def test_the_admin_changes_and_deletes_no_version(signed_in, world, published):
    world.stranger.is_staff = world.stranger.is_superuser = True
    world.stranger.save()
    client = signed_in(world.stranger)
    change = reverse("admin:instruments_instrumentversion_change", args=[published.pk])
    before = (published.definition, published.state)

    assert client.post(change, {"definition": "{}", "state": "draft", "number": 1}).status_code == 403
    assert client.post(change.replace("change", "delete"), {"post": "yes"}).status_code == 403
    assert client.post(reverse("admin:instruments_instrumentversion_add"), {}).status_code == 403
    published.refresh_from_db()
    assert (published.definition, published.state) == before


def test_the_page_of_a_version_leads_on(signed_in, world, published, draft):
    quality = reverse("appraisal:quality") + f"?instrument={draft.instrument_id}"
    edit = reverse("builder:form-edit", args=[draft.pk])
    revise = reverse("builder:form-revise", args=[published.pk])

    shown = page(signed_in(world.supervisor), draft).text
    assert quality in shown
    assert edit in shown
    assert revise not in page(signed_in(world.supervisor), published).text
    draft.delete()
    assert revise in page(signed_in(world.supervisor), published).text
    assert revise not in page(signed_in(world.director), published).text


# -- On paper ------------------------------------------------------------------------------------------------------


def test_the_comparison_is_printed_old_beside_new(signed_in, world, draft, tmp_path):
    reword(draft)

    response = signed_in(world.supervisor).get(reverse("builder:version-changes-pdf", args=[draft.pk]))

    text = by_poppler(response.content, tmp_path)
    assert response["Content-Type"] == "application/pdf"
    assert packed("แบบเปรียบเทียบฉบับ") in packed(text)
    assert packed("จัดกิจกรรมการเรียนรู้เชิงรุกอย่างหลากหลาย") in packed(text)
    assert packed("ยังไม่ตัดสินใจ") in packed(text)
