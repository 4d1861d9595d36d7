"""Content validation: a round, its links, what the experts mark, and what it comes to."""

import copy
import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from appraisal.models import ContentReview, Expert, ExpertMark
from appraisal.queries.reviews import judged, result_of
from appraisal.services.reviews import (
    LinkRefused,
    ReviewRefused,
    add_expert,
    close_review,
    expert_by,
    extend_link,
    open_review,
    renew_link,
    revoke_link,
    save_marks,
    send_marks,
    token_of,
)
from tests.documents.reading import by_poppler, packed
from tests.supervision.factories import put

pytestmark = pytest.mark.django_db

ALL = {"A1": "1", "A2": "0", "B1": "-1"}


def address(expert, save=False):
    return reverse(f"appraisal:expert-{'save' if save else 'page'}", args=[token_of(expert)])


def expire(expert):
    Expert.objects.filter(pk=expert.pk).update(expires_at=timezone.now() - timedelta(minutes=1))


def send(expert, marks=None, **comments):
    send_marks(expert, ALL | (marks or {}), comments, signature=expert.name)


# -- A round -------------------------------------------------------------------------------------------------------


def test_experts_mark_what_is_asked_and_not_notes_or_known_facts(review):
    assert [question.key for question in judged(review.form)] == ["A1", "A2", "B1"]


@pytest.mark.parametrize("state", ["published", "retired"])
def test_a_round_is_opened_before_publication_only(world, draft, state):
    with pytest.raises(ReviewRefused, match="ทำกับฉบับร่างหรือฉบับที่รอตรวจสอบ"):
        open_review(put(draft, state), area=world.area, by=world.head, due_on=timezone.localdate())


def test_a_round_keeps_the_form_as_the_experts_saw_it(world, draft, review, experts):
    send(experts[0])
    definition = copy.deepcopy(draft.definition)
    definition["sections"][0]["questions"][0]["text"] = "ข้อความใหม่"
    draft.definition = definition
    draft.save()

    rows = {row.question.key: row for row in result_of(ContentReview.objects.get(pk=review.pk)).rows}

    assert rows["A1"].question.text == "จัดกิจกรรมการเรียนรู้เชิงรุก"
    assert rows["A1"].changed == "แก้ไขแล้วหลังการตรวจ"
    assert rows["A2"].changed == ""


def test_ioc_is_worked_out_from_the_experts_who_have_sent(review, experts):
    for expert, mark in zip(experts, ("1", "1", "0"), strict=True):
        send(expert, {"A1": mark, "A2": "1" if expert.place == 1 else "0"}, A1=f"เห็นจากคนที่ {expert.place}")

    result = result_of(review)

    rows = {row.question.key: row for row in result.rows}
    assert (rows["A1"].marks, str(rows["A1"].result.value), rows["A1"].decision) == ((1, 1, 0), "0.67", "ใช้ได้")
    assert (str(rows["A2"].result.value), rows["A2"].decision) == ("0.33", "ปรับปรุงหรือตัดออก")
    assert str(rows["B1"].result.value) == "-1.00"
    assert rows["A1"].comments == tuple((n, f"เห็นจากคนที่ {n}") for n in (1, 2, 3))
    assert (result.passed, result.failed, str(result.average)) == (1, 2, "0.00")
    assert result.warnings == ()


def test_two_experts_decide_nothing_and_the_page_says_so(review, experts):
    for expert in experts[:2]:
        send(expert)

    result = result_of(review)

    assert {row.decision for row in result.rows} == {"-"}
    assert "ยังไม่ถึง 3 คน" in result.warnings[0]


def test_marks_that_were_not_sent_count_nothing(review, experts):
    save_marks(experts[0], ALL, {})

    assert result_of(review).experts == ()


def test_a_result_costs_the_same_for_three_experts_or_nine(world, review, experts, django_assert_num_queries):
    for expert in experts:
        send(expert)
    with django_assert_num_queries(2):
        result_of(review)
    for number in range(6):
        send(add_expert(review, name=f"ผู้เชี่ยวชาญ {number}", by=world.supervisor))
    with django_assert_num_queries(2):
        assert len(result_of(review).experts) == 9


def test_no_more_experts_than_a_round_takes(world, review):
    for number in range(9):
        add_expert(review, name=f"ผู้เชี่ยวชาญ {number}", by=world.supervisor)

    with pytest.raises(ReviewRefused, match="ไม่เกิน 9 คน"):
        add_expert(review, name="คนที่สิบ", by=world.supervisor)


# -- Links ---------------------------------------------------------------------------------------------------------


def test_the_token_is_stored_only_as_its_hash(experts):
    token = token_of(experts[0])

    stored = Expert.objects.get(pk=experts[0].pk)
    assert token not in {str(value) for value in vars(stored).values()}
    assert expert_by(token) == experts[0]


@pytest.mark.parametrize("spoil", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: "9" + t, lambda t: "x"])
def test_a_tampered_link_opens_nothing(client, experts, spoil):
    response = client.get(reverse("appraisal:expert-page", args=[spoil(token_of(experts[0]))]))

    assert response.status_code == 404
    assert "ลิงก์นี้ใช้ไม่ได้" in response.text


def test_a_renewed_link_stops_the_old_one_and_keeps_what_was_saved(client, world, experts):
    old = address(experts[0])
    save_marks(experts[0], {"A1": "1"}, {})

    renewed = renew_link(experts[0], by=world.supervisor)

    assert client.get(old).status_code == 404
    assert client.get(address(renewed)).status_code == 200
    assert renewed.marks.get().mark == 1


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (lambda world, expert: expire(expert), "ลิงก์นี้หมดอายุแล้ว"),
        (lambda world, expert: revoke_link(expert, by=world.supervisor), "ยกเลิกลิงก์นี้แล้ว"),
        (lambda world, expert: close_review(expert.review, by=world.supervisor), "ปิดรับผลการตรวจของแบบนี้แล้ว"),
    ],
)
def test_a_link_that_takes_nothing_says_why_and_who_can_help(client, world, experts, act, words):
    act(world, experts[0])

    response = client.get(address(experts[0]))

    assert response.status_code == 410
    assert words in response.text
    assert "โปรดติดต่อนายสมใจ ใจดี" in response.text
    with pytest.raises(LinkRefused):
        save_marks(experts[0], {"A1": "1"}, {})


def test_an_extended_link_works_again_under_the_same_address(client, world, experts):
    expire(experts[0])
    assert client.get(address(experts[0])).status_code == 410

    extend_link(experts[0], until=timezone.localdate() + timedelta(days=3), by=world.supervisor)

    assert client.get(address(experts[0])).status_code == 200


# -- The expert's page ---------------------------------------------------------------------------------------------


def test_the_page_needs_no_account_and_leads_nowhere_else(client, experts):
    response = client.get(address(experts[0]))

    assert response.status_code == 200
    links = set(re.findall(r'href="(/[^"]*)"', response.text))
    assert {link for link in links if not link.startswith("/static/")} == set()
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, no-store"


def test_what_is_marked_is_kept_without_scripts_and_shown_again(client, experts):
    client.post(address(experts[0], save=True), {"m-A1": "-1", "c-A1": "กำกวม", "m-A2": "7", "m-XX": "1"})

    page = client.get(address(experts[0])).text
    assert [(mark.question, mark.mark) for mark in experts[0].marks.all()] == [("A1", -1)]
    assert re.search(r'name="m-A1" value="-1" checked', page)
    assert "กำกวม" in page


def test_the_module_is_told_how_many_marks_are_missing(client, experts):
    response = client.post(address(experts[0], save=True), {"m-A1": "1"}, headers={"accept": "application/json"})

    assert response.json() == {"missing": 2, "total": 3}


def test_what_was_typed_on_an_expired_link_stands_on_the_page(client, experts):
    expire(experts[0])

    response = client.post(address(experts[0], save=True), {"m-A1": "1", "c-A1": "พิมพ์มายาวมาก", "remark": "ทั้งฉบับ"})

    assert response.status_code == 410
    assert "พิมพ์มายาวมาก" in response.text
    assert "ทั้งฉบับ" in response.text
    assert 'name="m-A1" value="1" checked' in response.text
    assert "บันทึกอีกครั้ง" in response.text
    assert not ExpertMark.objects.exists()


def test_an_unfinished_review_is_not_sent_but_kept(client, experts):
    response = client.post(address(experts[0], save=True), {"m-A1": "1", "send": "1", "signature": "วันดี"})

    experts[0].refresh_from_db()
    assert response.status_code == 422
    assert "ยังไม่ได้ให้คะแนน 2 ข้อ" in response.text
    assert experts[0].sent_at is None
    assert experts[0].marks.count() == 1


def test_sending_needs_a_typed_name(client, experts):
    data = {f"m-{key}": value for key, value in ALL.items()} | {"send": "1", "signature": " "}

    response = client.post(address(experts[0], save=True), data)

    assert response.status_code == 422
    assert "พิมพ์ชื่อและนามสกุล" in response.text
    assert experts[0].marks.count() == 3


def test_after_sending_the_link_shows_what_was_given_and_takes_no_more(client, experts):
    data = {f"m-{key}": value for key, value in ALL.items()} | {"send": "1", "signature": "ผศ.ดร.วันดี มีสุข"}
    client.post(address(experts[0], save=True), data)

    page = client.get(address(experts[0]))
    again = client.post(address(experts[0], save=True), {"m-A1": "-1", "send": "1", "signature": "อื่น"})

    experts[0].refresh_from_db()
    assert page.status_code == 200
    assert "ท่านส่งผลการตรวจแล้ว" in page.text
    assert "<button" not in page.text
    assert again.status_code == 200
    assert experts[0].signature == "ผศ.ดร.วันดี มีสุข"
    assert experts[0].marks.get(question="A1").mark == 1


@pytest.mark.django_db(transaction=True)
def test_an_expert_who_sends_twice_at_once_is_taken_once(world, experts):
    gate = threading.Barrier(2)
    told = []

    def press(name):
        gate.wait()
        try:
            send_marks(Expert.objects.get(pk=experts[0].pk), ALL, {}, signature=name)
            told.append("taken")
        except LinkRefused as error:
            told.append(error.why)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(name,)) for name in ("ชื่อแรก", "ชื่อหลัง")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["sent", "taken"]
    assert ExpertMark.objects.filter(expert=experts[0]).count() == 3
    assert Expert.objects.get(pk=experts[0].pk).signature in {"ชื่อแรก", "ชื่อหลัง"}


# -- The office's pages --------------------------------------------------------------------------------------------


def test_a_round_is_opened_with_its_experts_from_the_browser(signed_in, world, draft):
    client = signed_in(world.supervisor)
    url = reverse("appraisal:review-new", args=[draft.pk])
    data = {
        "due_on": "30/12/2580", "note": "วัดการสอน", "expert-TOTAL_FORMS": "5", "expert-INITIAL_FORMS": "0",
        "expert-0-name": "ผศ.ดร.วันดี", "expert-0-position": "มรภ.", "expert-1-name": "รศ.ดร.ชาติ",
    }  # fmt: skip

    response = client.post(url, data, follow=True)

    review = ContentReview.objects.get()
    assert [expert.name for expert in review.experts.all()] == ["ผศ.ดร.วันดี", "รศ.ดร.ชาติ"]
    for expert in review.experts.all():
        assert address(expert) in response.text


def test_a_refused_form_shows_what_was_typed(signed_in, world, draft):
    url = reverse("appraisal:review-new", args=[draft.pk])
    data = {
        "due_on": "ไม่ใช่วันที่", "note": "พิมพ์ยาว", "expert-TOTAL_FORMS": "5", "expert-INITIAL_FORMS": "0",
        "expert-0-position": "ลืมชื่อ",
    }  # fmt: skip

    response = signed_in(world.supervisor).post(url, data)

    assert response.status_code == 422
    for words in ("ไม่ใช่วันที่", "พิมพ์ยาว", "ลืมชื่อ"):
        assert words in response.text
    assert not ContentReview.objects.exists()


def test_links_are_shown_to_who_runs_the_round_and_to_nobody_else(signed_in, world, review, experts):
    url = review.get_absolute_url()

    assert address(experts[0]) in signed_in(world.supervisor).get(url).text
    assert address(experts[0]) not in signed_in(world.director).get(url).text
    for stranger in (world.far_head, world.school_head, world.committee, world.stranger):
        assert signed_in(stranger).get(url).status_code == 404


@pytest.mark.parametrize("action", ["renew", "revoke", "extend", "mail"])
def test_who_only_reads_does_nothing_to_links(signed_in, world, experts, action):
    before = Expert.objects.filter(pk=experts[0].pk).values().get()

    response = signed_in(world.director).post(reverse("appraisal:expert-act", args=[experts[0].pk, action]))

    assert response.status_code == 403
    assert Expert.objects.filter(pk=experts[0].pk).values().get() == before


def test_the_link_is_mailed(signed_in, world, experts):
    signed_in(world.supervisor).post(reverse("appraisal:expert-act", args=[experts[0].pk, "mail"]))

    assert mail.outbox[0].to == ["e0@example.ac.th"]
    assert address(experts[0]) in mail.outbox[0].body


def test_a_date_that_cannot_be_read_extends_nothing(signed_in, world, experts):
    url = reverse("appraisal:expert-act", args=[experts[0].pk, "extend"])

    response = signed_in(world.supervisor).post(url, {"until": "พรุ่งนี้มั้ง"}, follow=True)

    assert "โปรดระบุวันที่ที่ขยายถึง" in response.text


def test_the_result_page_shows_marks_decisions_and_comments(signed_in, world, review, experts):
    for expert in experts:
        send(expert, A1="ควรระบุช่วงชั้น")

    page = signed_in(world.head).get(review.get_absolute_url()).text

    assert "ปรับปรุงหรือตัดออก" in page
    assert page.count("ควรระบุช่วงชั้น") == 3
    assert "−1" in page


@pytest.mark.parametrize(("kind", "words"), [("form", "แน่ใจว่าสอดคล้อง"), ("result", "IOC เฉลี่ยทั้งฉบับ")])
def test_form_and_result_are_printed(signed_in, world, review, experts, tmp_path, kind, words):
    for expert in experts:
        send(expert, A1="ควรระบุช่วงชั้น")

    response = signed_in(world.head).get(reverse(f"appraisal:review-{kind}-pdf", args=[review.pk]))

    text = packed(by_poppler(response.content, tmp_path))
    assert packed(words) in text
    assert packed("จัดกิจกรรมการเรียนรู้เชิงรุก") in text
    assert packed("ขอบคุณ") not in text


def test_the_newest_round_stands_first(signed_in, world, draft, review):
    later = open_review(draft, area=world.area, by=world.supervisor, due_on=review.due_on)

    assert signed_in(world.head).get(reverse("appraisal:quality")).context["reviews"] == [later, review]


def test_whose_link_was_withdrawn_is_waited_for_no_more(signed_in, world, review, experts, tmp_path):
    send(experts[0])
    revoke_link(experts[1], by=world.supervisor)
    client = signed_in(world.head)

    [row] = client.get(reverse("appraisal:quality")).context["reviews"]
    assert (row.sent_count, row.expert_count) == (1, 2)
    assert "ส่งผลแล้ว 1 จาก 2 คน" in client.get(review.get_absolute_url()).text
    printed = client.get(reverse("appraisal:review-result-pdf", args=[review.pk]))
    assert packed("ส่งผล 1 จาก 2 คน") in packed(by_poppler(printed.content, tmp_path))


@pytest.mark.parametrize("who", ["supervisor", "workgroup_head", "head", "director", "clerk"])
def test_the_quality_of_forms_is_found_from_the_list_and_from_each_form(signed_in, world, draft, who):
    client = signed_in(getattr(world, who))
    own = reverse("appraisal:quality") + f"?instrument={draft.instrument_id}"
    may = who != "clerk"

    listed = client.get(reverse("instruments:instrument-list"))
    assert (reverse("appraisal:quality") in listed.text) == may
    assert (own in client.get(draft.instrument.get_absolute_url()).text) == may
    if may:
        page = client.get(reverse("appraisal:quality"))
        assert draft.instrument in page.context["instruments"]
        assert 'aria-current="page"' in page.text


def test_a_stranger_without_a_link_meets_a_plain_page():
    response = Client().get("/appraisal/e/what-ever/")

    assert response.status_code == 404
    assert "โปรดเปิดจากลิงก์ล่าสุด" in response.text
