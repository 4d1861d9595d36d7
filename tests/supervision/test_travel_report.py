"""The travel report: a memo of who went, by whose leave, how, and what was found; by hand or along the chain."""

import re

import pytest
from django.urls import reverse

from correspondence import drafts
from correspondence.models import Paper
from correspondence.services.papers import create_paper, decide, submit
from documents.kinds import NothingToPrint, document_html
from documents.wording import get_wording_kind, save_texts
from supervision.models import Finding, VisitPhoto
from supervision.papers import DOTS
from tests.supervision.factories import make_item, make_plan, make_recommendation, make_visit, put

LEAVE = "visit-travel"


@pytest.fixture
def visit(world):
    visit = make_visit(
        world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument], state="in_progress",
        plan_item=make_item(make_plan(world.area, world.supervisor, "approved"), world.school, world.supervisor),
        visited_on="2026-12-01", summary="ครูจัดกิจกรรมเชิงรุกได้ดี",
    )  # fmt: skip
    Finding.objects.create(visit=visit, kind="strength", text="ครูใช้สื่อที่ทำเอง")
    make_recommendation(visit, "จัดทำปฏิทินนิเทศภายใน")
    return type(visit).objects.get(pk=visit.pk)


def said(visit, user=None) -> str:
    html = document_html("travel-report", visit, user)[0]
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.S).split())


def signed(record, key, world) -> Paper:
    """A paper of that draft about the record, written, endorsed and signed."""
    draft = drafts.find(key)
    words = draft.build(record, world.supervisor)
    words.pop("asked", None)
    paper = create_paper(area=world.area, kind=draft.kind, by=world.supervisor, draft=key, source=record, **words)
    submit(paper, by=world.supervisor)
    for person in (world.head, world.director):
        decide(Paper.objects.select_related("area").get(pk=paper.pk), by=person, word="อนุมัติ")
    return Paper.objects.get(pk=paper.pk)


def test_it_says_who_went_where_what_was_done_and_found_and_leaves_room_for_the_rest(visit, world):
    VisitPhoto.objects.create(
        visit=visit, uuid="00000000-0000-4000-8000-000000000001", image="a.jpg", thumbnail="b.jpg", width=1, height=1,
        by=world.supervisor,
    )  # fmt: skip
    text = said(visit)

    for words in (
        "บันทึกข้อความ", "รายงานการเดินทางไปราชการเพื่อนิเทศโรงเรียนวัดสุทธิ", f"(๑) {world.supervisor} ศึกษานิเทศก์ชำนาญการพิเศษ (๒) {world.colleague}",
        "ออกเดินทางวันที่ ๑ ธันวาคม ๒๕๖๙ เวลา ....", "โดยพาหนะ ....", visit.purpose, world.instrument.title,
        "ครูจัดกิจกรรมเชิงรุกได้ดี", "ครูใช้สื่อที่ทำเอง", "จัดทำปฏิทินนิเทศภายใน", "ภาพกิจกรรม จำนวน ๑ ภาพ",
    ):  # fmt: skip
        assert words in text, words
    signers = [text.index(f"({person})") for person in (world.supervisor, world.head, world.director)]
    assert signers == sorted(signers)


def test_the_leave_is_named_by_the_newest_paper_that_stands_and_dotted_without_one(visit, world):
    assert f"บันทึกข้อความ ที่ {DOTS} ลงวันที่ {DOTS}" in said(visit)

    order = signed(visit.plan_item.plan, "plan-order", world)
    assert (
        drafts.find("travel-report").build(visit, world.supervisor)["body"][0].count(f"คำสั่ง ที่ {order.number} ลงวันที่")
        == 1
    )

    leave = signed(visit, LEAVE, world)
    assert f"บันทึกข้อความ ที่ {leave.number} ลงวันที่" in drafts.find("travel-report").build(visit, None)["body"][0]

    Paper.objects.filter(pk=leave.pk).update(state="cancelled")
    assert leave.number not in drafts.find("travel-report").build(visit, None)["body"][0]


def test_whoever_of_the_team_prints_it_reports_and_a_head_needs_no_endorsement_of_the_own_post(visit, world):
    assert f"({world.colleague})" in said(visit, world.colleague)
    assert f"({world.supervisor})" in said(visit, world.clerk)

    visit.members.filter(is_lead=True).update(user=world.head)
    text = said(visit, world.head)
    assert text.count(f"({world.head})") == 1
    assert f"({world.director})" in text


def test_the_memo_in_the_system_says_the_same_words_and_the_office_may_change_them_once_for_both(visit, world):
    own = get_wording_kind("travel-report").passages["ending"].default + " จบรายงาน"
    save_texts(world.area, get_wording_kind("travel-report"), {"ending": own}, by=world.clerk)

    words = drafts.find("travel-report").build(visit, world.supervisor)

    assert words["asked"] == "ทราบ"
    assert words["body"][-1] == own
    assert own in said(visit)


def test_long_texts_are_told_by_their_beginning(visit):
    visit.summary = "คำ " * 4000

    told = drafts.find("travel-report").build(visit, None)["body"]

    assert max(map(len, told)) < 1000
    assert any(part.endswith("…") for part in told)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"visited_on": None}, "วันที่นิเทศจริง"),
        ({"summary": ""}, "สรุปผลการนิเทศ"),
        ({"state": "cancelled"}, "ถูกยกเลิก"),
    ],
)
def test_a_visit_that_was_not_held_is_refused_with_the_reason_and_drafts_nothing(client, world, visit, changes, why):
    address = reverse("supervision:visit-travel-report", args=[visit.pk])
    client.force_login(world.supervisor)
    assert client.get(address).status_code == 200
    assert address in client.get(visit.get_absolute_url()).content.decode()

    type(visit).objects.filter(pk=visit.pk).update(**changes)

    refused = client.get(address, follow=True)
    page = refused.content.decode()
    assert refused.redirect_chain == [(visit.get_absolute_url(), 302)]
    assert why in page
    assert address not in page
    fresh = type(visit).objects.get(pk=visit.pk)
    assert "travel-report" not in {draft.key for draft in drafts.drafts_for(fresh)}
    with pytest.raises(NothingToPrint, match=why):
        document_html("travel-report", fresh)


def test_the_report_is_the_offices_own_even_where_a_school_reads_the_visit(client, people, visit, world):
    address = reverse("supervision:visit-travel-report", args=[put(visit, "released").pk])
    answers = {}
    for name, person in people.items():
        client.force_login(person)
        answers[name] = client.get(address).status_code

    visit = type(visit).objects.get(pk=visit.pk)
    readers = {name for name, person in people.items() if person.has_perm("supervision.see_visit", visit)} - {
        "school_head", "teacher", "committee",
    }  # fmt: skip
    assert {name for name, status in answers.items() if status == 200} == readers
    assert set(answers.values()) == {200, 404}
