"""Recommendations as services: written, answered, verified, carried on; and every refusal leaves no trace."""

import threading
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse

from supervision.models import Recommendation, RecommendationEntry, RecommendationFile
from supervision.services import recommendations as services
from supervision.services.recommendations import (
    answer_plan,
    ask_again,
    carry_over,
    edit_recommendation,
    remove_recommendation,
    report_done,
    settle,
    verify,
    write_recommendation,
)
from tests.supervision.factories import make_recommendation, make_visit, put
from tests.supervision.feedback import DUE, file, pdf, photo, released
from workflows.models import TransitionLog
from workflows.services import NotAllowedError, TransitionError, perform

ASKED = {"text": "จัดทำปฏิทินนิเทศภายใน", "owner": "ฝ่ายวิชาการ", "due_on": DUE}


def stored_files() -> set[Path]:
    return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}


# -- The team writes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["in_progress", "returned"])
def test_the_team_writes_edits_and_removes_while_the_visit_is_being_written(world, state):
    visit = make_visit(world.school, world.supervisor, team=[world.colleague], state=state)

    made = write_recommendation(visit, by=world.colleague, **ASKED)
    assert (made.visit, made.area, made.school, made.state) == (visit, world.area, world.school, "open")

    edit_recommendation(made, text="จัดทำแผนนิเทศ", owner="ผอ.", due_on=date(2031, 2, 1), by=world.supervisor)
    made.refresh_from_db()
    assert (made.text, made.owner, made.due_on) == ("จัดทำแผนนิเทศ", "ผอ.", date(2031, 2, 1))

    remove_recommendation(made, by=world.supervisor)
    assert not Recommendation.objects.exists()


@pytest.mark.parametrize(
    "state", ["planned", "submitted", "checked", "released", "acknowledged", "closed", "postponed", "cancelled"]
)
def test_nothing_is_written_in_any_other_state_and_the_refusal_says_why(world, state):
    visit = make_visit(world.school, world.supervisor, state=state)
    recommendation = make_recommendation(visit)

    for attempt in (
        lambda: write_recommendation(visit, by=world.supervisor, **ASKED),
        lambda: edit_recommendation(recommendation, by=world.supervisor, **ASKED | {"text": "อื่น"}),
        lambda: remove_recommendation(recommendation, by=world.supervisor),
    ):
        with pytest.raises(TransitionError, match="การนิเทศ"):
            attempt()

    assert list(Recommendation.objects.values_list("text", flat=True)) == [recommendation.text]


def test_whoever_is_not_on_the_team_cannot_write(world, people):
    visit = make_visit(world.school, world.supervisor, state="in_progress")

    for name, person in people.items():
        if name != "supervisor":
            with pytest.raises(TransitionError):
                write_recommendation(visit, by=person, **ASKED)

    assert not Recommendation.objects.exists()


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ({"text": "  \n "}, "โปรดเขียนข้อเสนอแนะ"),
        ({"owner": " "}, "โปรดระบุผู้รับผิดชอบ"),
        ({"due_on": None}, "โปรดระบุวันครบกำหนด"),
        ({"text": "ก" * 10_001}, "ข้อความยาวเกิน 10,000 ตัวอักษร"),
    ],
)
def test_a_recommendation_says_what_by_whom_and_by_when(world, missing, sentence):
    visit = make_visit(world.school, world.supervisor, state="in_progress")

    with pytest.raises(TransitionError, match=sentence):
        write_recommendation(visit, by=world.supervisor, **ASKED | missing)

    assert not Recommendation.objects.exists()


def test_typed_text_is_kept_in_normal_form(world):
    visit = make_visit(world.school, world.supervisor, state="in_progress")

    made = write_recommendation(visit, by=world.supervisor, **ASKED | {"text": "เเผนนํ้า\u200b ก\r\nข้อสอง"})

    assert made.text == "แผนน้ำ ก\nข้อสอง"


# -- The school answers --------------------------------------------------------------------------------------------


def test_the_school_plans_reports_with_evidence_and_the_supervisor_verifies(world):
    recommendation = released(world)

    plan = answer_plan(recommendation, text="จะประชุมครู", due_on=DUE, by=world.school_head)
    report = report_done(recommendation, text="ประชุมแล้ว", files=[photo(), pdf()], by=world.school_head)
    verify(recommendation, by=world.supervisor)

    recommendation.refresh_from_db()
    assert recommendation.state == "verified"
    assert [(log.action, log.by) for log in recommendation.transitions.all()] == [
        ("plan", world.school_head), ("report", world.school_head), ("verify", world.supervisor),
    ]  # fmt: skip
    assert (plan.text, plan.due_on, plan.log.action) == ("จะประชุมครู", DUE, "plan")
    kept = list(report.files.all())
    assert [(row.name, row.content_type, row.is_image) for row in kept] == [
        ("ห้องเรียน.jpg", "image/jpeg", True), ("คำสั่งโรงเรียน.pdf", "application/pdf", False),
    ]  # fmt: skip
    assert [bool(row.thumbnail) for row in kept] == [True, False]


def test_a_plan_may_be_said_anew_until_the_result_is_reported(world):
    recommendation = released(world)

    answer_plan(recommendation, text="แผนแรก", due_on=DUE, by=world.school_head)
    answer_plan(recommendation, text="แผนใหม่", due_on=DUE, by=world.school_head)
    report_done(recommendation, text="เสร็จแล้ว", by=world.school_head)

    with pytest.raises(TransitionError, match="รอศึกษานิเทศก์ยืนยัน|รายงานผลแล้ว"):
        answer_plan(recommendation, text="แผนที่สาม", due_on=DUE, by=world.school_head)
    assert [entry.text for entry in recommendation.entries.all()] == ["แผนแรก", "แผนใหม่", "เสร็จแล้ว"]


def test_asking_again_needs_a_reason_and_lets_the_school_report_once_more(world):
    recommendation = released(world, state="reported")

    with pytest.raises(TransitionError, match="โปรดระบุเหตุผล"):
        ask_again(recommendation, reason=" ", by=world.supervisor)
    ask_again(recommendation, reason="ขอเห็นปฏิทิน", by=world.supervisor)
    report_done(recommendation, text="แนบปฏิทิน", files=[pdf()], by=world.school_head)

    assert [log.action for log in recommendation.transitions.all()] == ["ask_again", "report"]


def test_only_the_head_of_that_school_answers(world, people):
    recommendation = released(world)

    for name, person in people.items():
        if name != "school_head":
            with pytest.raises(NotAllowedError):
                answer_plan(recommendation, text="แผน", due_on=DUE, by=person)

    assert not RecommendationEntry.objects.exists()
    assert not TransitionLog.objects.exists()


@pytest.mark.parametrize("state", ["in_progress", "submitted", "checked", "returned"])
def test_the_school_does_not_answer_what_it_has_not_been_given(world, state):
    recommendation = make_recommendation(make_visit(world.school, world.supervisor, state=state))

    with pytest.raises(NotAllowedError):
        answer_plan(recommendation, text="แผน", due_on=DUE, by=world.school_head)

    assert not RecommendationEntry.objects.exists()


def test_the_school_never_verifies_its_own_result(world):
    recommendation = released(world, state="reported")

    for person in (world.school_head, world.teacher, world.committee, world.clerk, world.far_head):
        with pytest.raises(NotAllowedError):
            verify(recommendation, by=person)

    recommendation.refresh_from_db()
    assert recommendation.state == "reported"


# -- Evidence ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (lambda: file("รายงาน.jpg", b"MZ\x90\x00" + b"\x00" * 500, "image/jpeg"), "ไม่ใช่ภาพที่ระบบเปิดได้"),
        (lambda: file("รายงาน.pdf", b"MZ\x90\x00" + b"\x00" * 500, "application/pdf"), "ไม่ใช่ภาพถ่ายหรือ PDF"),
        (lambda: file("ภาพ.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "image/svg+xml"), "ไม่ใช่ภาพถ่ายหรือ PDF"),
        (lambda: file("หน้า.png", b"<html><script>alert(1)</script></html>", "image/png"), "ไม่ใช่ภาพที่ระบบเปิดได้"),
        (lambda: file("ว่าง.pdf", b"", "application/pdf"), "ไฟล์ว่างเปล่า"),
        (lambda: file("เสีย.pdf", b"%PDF-1.7\n" + b"garbage " * 50, "application/pdf"), "เสียหายหรือไม่มีหน้าเอกสาร"),
        (lambda: file("ใหญ่.pdf", b"%PDF-1.7\n" + b"0" * (10 * 1024 * 1024), "application/pdf"), "เกินกว่าที่รับได้"),
        (lambda: photo("ยักษ์.png", size=(8000, 6000), kind="PNG"), "ล้านจุด"),
        (lambda: pdf("ลับ.pdf", password="1234"), "มีรหัสผ่าน"),
    ],
)  # fmt: skip
def test_a_bad_file_refuses_the_whole_report_and_leaves_nothing(world, bad, sentence):
    recommendation = released(world, state="planned")
    before = stored_files()

    with pytest.raises(TransitionError, match=sentence) as refusal:
        report_done(recommendation, text="เสร็จแล้ว", files=[photo("ดี.jpg"), bad()], by=world.school_head)

    assert "ดี.jpg" not in str(refusal.value)
    recommendation.refresh_from_db()
    assert (recommendation.state, recommendation.revision) == ("planned", 0)
    assert not RecommendationEntry.objects.exists()
    assert not TransitionLog.objects.exists()
    assert stored_files() == before


def test_more_than_five_files_are_refused_with_the_number(world):
    recommendation = released(world, state="planned")

    with pytest.raises(TransitionError, match="ไม่เกิน 5 ไฟล์ .ท่านเลือก 6 ไฟล์."):
        report_done(recommendation, text="เสร็จ", files=[photo() for _ in range(6)], by=world.school_head)

    assert not RecommendationFile.objects.exists()


def test_files_are_taken_back_when_the_rows_cannot_be_written(world, monkeypatch):
    recommendation = released(world, state="planned")
    before, calls = stored_files(), []

    def fail_on_second(row, *args, **kwargs):
        calls.append(row)
        if len(calls) == 2:
            raise RuntimeError
        return real(row, *args, **kwargs)

    real = RecommendationFile.save
    monkeypatch.setattr(RecommendationFile, "save", fail_on_second)
    with pytest.raises(RuntimeError):
        report_done(recommendation, text="เสร็จแล้ว", files=[photo(), photo()], by=world.school_head)

    recommendation.refresh_from_db()
    assert recommendation.state == "planned"
    assert not RecommendationFile.objects.exists()
    assert stored_files() == before


def test_a_photo_keeps_its_picture_and_nothing_else(world):
    recommendation = released(world, state="planned")
    sent = photo("../../etc/ภาพ\x00ลับ.jpg", size=(3000, 2000))

    report = report_done(recommendation, text="เสร็จแล้ว", files=[sent], by=world.school_head)

    row = report.files.get()
    assert row.name == "ภาพลับ.jpg"
    assert row.file.name.startswith(f"recommendations/{recommendation.pk}/{row.uuid}")
    assert row.size == row.file.size < len(sent)


# -- The next visit ------------------------------------------------------------------------------------------------


def test_what_is_carried_over_closes_here_and_is_asked_anew_there(world):
    old = released(world, state="planned")
    later = make_visit(world.school, world.colleague, state="in_progress")

    new = carry_over(old, into=later, due_on=DUE, by=world.colleague)

    old.refresh_from_db()
    assert old.state == "carried_over"
    assert (new.visit, new.text, new.owner, new.due_on, new.state) == (later, old.text, old.owner, DUE, "open")
    assert new.carried_from == old
    assert list(Recommendation.objects.marked_at(later)) == [old]
    assert list(Recommendation.objects.left_from_before(later)) == []


def test_what_was_seen_to_be_done_is_settled_with_words(world):
    waiting, reported = released(world), released(world, state="reported")
    later = make_visit(world.school, world.colleague, state="in_progress")

    for recommendation in (waiting, reported):
        with pytest.raises(TransitionError, match="โปรดเขียนสิ่งที่พบ"):
            settle(recommendation, into=later, text="", by=world.colleague)
        entry = settle(recommendation, into=later, text="เห็นปฏิทินติดที่ห้องประชุม", by=world.colleague)
        recommendation.refresh_from_db()
        assert recommendation.state == "verified"
        assert (entry.text, entry.log.data) == ("เห็นปฏิทินติดที่ห้องประชุม", {"into": later.pk})

    assert list(Recommendation.objects.marked_at(later)) == [waiting, reported]


def test_only_the_team_of_a_visit_to_the_same_school_marks_and_only_while_writing(world):
    old = released(world)
    elsewhere = make_visit(world.other_school, world.supervisor, state="in_progress")
    planned = make_visit(world.school, world.supervisor)
    later = make_visit(world.school, world.colleague, state="in_progress")

    for into, by in [
        (elsewhere, world.supervisor),
        (planned, world.supervisor),
        (later, world.supervisor),
        (later, world.head),
    ]:
        with pytest.raises(TransitionError):
            carry_over(old, into=into, due_on=DUE, by=by)
        with pytest.raises(TransitionError):
            settle(old, into=into, text="เห็นแล้ว", by=by)

    old.refresh_from_db()
    assert old.state == "open"
    assert Recommendation.objects.count() == 1


def test_what_was_carried_into_a_visit_can_be_reworded_but_never_lost(world):
    old = released(world)
    later = make_visit(world.school, world.colleague, state="in_progress")
    new = carry_over(old, into=later, due_on=DUE, by=world.colleague)

    edit_recommendation(new, text="ทำต่อให้ครบ", owner="ผอ.", due_on=DUE, by=world.colleague)
    with pytest.raises(TransitionError, match="ยกมาจากการนิเทศครั้งก่อน"):
        remove_recommendation(new, by=world.colleague)
    with pytest.raises(TransitionError, match="จึงยกเลิกไม่ได้"):
        perform(later, "cancel", by=world.colleague, reason="ฝนตก")

    later.refresh_from_db()
    assert later.state == "in_progress"
    assert Recommendation.objects.filter(carried_from=old, text="ทำต่อให้ครบ").exists()


def test_earlier_recommendations_are_those_that_the_school_has_and_has_not_settled(world):
    open_one, planned = released(world), released(world, state="planned")
    released(world, state="verified")
    make_recommendation(make_visit(world.school, world.supervisor, state="submitted"))
    make_recommendation(make_visit(world.other_school, world.supervisor, state="released"))
    later = make_visit(world.school, world.supervisor, state="in_progress")
    make_recommendation(later)

    assert list(Recommendation.objects.left_from_before(later)) == [open_one, planned]


# -- Two people at once --------------------------------------------------------------------------------------------


def test_an_answer_to_an_older_page_is_refused_with_who_came_first(world):
    recommendation = released(world)
    stale = Recommendation.objects.get(pk=recommendation.pk)

    answer_plan(recommendation, text="แผนของ ผอ.", due_on=DUE, by=world.school_head, seen=0)
    with pytest.raises(TransitionError, match="มีผู้ดำเนินการกับรายการนี้ไปก่อนแล้ว"):
        answer_plan(stale, text="แผนอีกฉบับ", due_on=DUE, by=world.school_head, seen=0)

    assert [entry.text for entry in recommendation.entries.all()] == ["แผนของ ผอ."]


@pytest.mark.django_db(transaction=True)
def test_of_two_reports_at_the_same_moment_one_is_kept_whole_and_the_other_leaves_nothing(world):
    recommendation = released(world, state="planned")
    start, outcomes = threading.Barrier(2), []
    before = stored_files()

    def report(word: str) -> None:
        mine = Recommendation.objects.select_related("visit").get(pk=recommendation.pk)
        start.wait()
        try:
            services.report_done(mine, text=word, files=[photo()], by=world.school_head, seen=0)
        except TransitionError as refusal:
            outcomes.append(str(refusal))
        else:
            outcomes.append("kept")
        finally:
            connection.close()

    threads = [threading.Thread(target=report, args=(word,)) for word in ("รายงานหนึ่ง", "รายงานสอง")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("kept") == 1
    assert RecommendationEntry.objects.count() == RecommendationFile.objects.count() == 1
    assert len(stored_files() - before) == 2  # the picture and its small form


# -- Who sees ------------------------------------------------------------------------------------------------------


def test_the_list_form_and_the_single_form_of_the_right_to_see_agree_for_everyone(world, people):
    visits = [
        put(make_visit(school, world.supervisor), state)
        for school in (world.school, world.other_school, world.far_school)
        for state in ("planned", "in_progress", "submitted", "returned", "checked", "released", "acknowledged", "closed", "cancelled")
    ]  # fmt: skip
    rows = [make_recommendation(visit) for visit in visits]

    for person in people.values():
        for model, permission, objects in (
            (Recommendation, "supervision.see_recommendation", rows),
            (type(visits[0]), "supervision.see_visit", visits),
        ):
            listed = set(model.objects.visible_to(person))
            assert listed == {row for row in objects if person.has_perm(permission, row)}

    mine = Recommendation.objects.visible_to(world.school_head)
    assert {row.visit.state for row in mine} == {"released", "acknowledged", "closed"}
    assert {row.school for row in mine} == {world.school}


def test_a_second_editor_is_shown_the_first_ones_words_and_loses_none_of_his_own(world, signed_in):
    visit = make_visit(world.school, world.supervisor, team=[world.colleague], state="in_progress")
    recommendation = write_recommendation(visit, by=world.supervisor, **ASKED)
    client = signed_in(world.colleague)
    url = reverse("supervision:recommendation-edit", args=[recommendation.pk])
    seen = client.get(url).context["form"]["seen"].value()
    edit_recommendation(recommendation, text="ของคนแรก", owner="ฝ่ายวิชาการ", due_on=DUE, by=world.supervisor)

    mine = {"text": "ของคนที่สอง", "owner": "ฝ่ายวิชาการ", "due_on": DUE.isoformat(), "seen": seen}
    refused = client.post(url, mine)
    recommendation.refresh_from_db()
    assert recommendation.text == "ของคนแรก"
    assert "ของคนแรก" in refused.content.decode()
    assert "ของคนที่สอง" in refused.content.decode()

    client.post(url, mine | {"seen": refused.context["form"]["seen"].value()})
    recommendation.refresh_from_db()
    assert recommendation.text == "ของคนที่สอง"
