"""The travel report: a memo of who went, by whose leave, how, and what was found; by hand or along the chain."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from correspondence import drafts
from correspondence.models import Paper
from correspondence.services.papers import create_paper, decide, submit
from documents.kinds import NothingToPrint, document_html
from documents.wording import get_wording_kind, save_texts
from supervision.models import Finding, VisitPhoto
from supervision.papers import DOTS
from supervision.queries.journeys import Journey, in_order, visits_beside
from supervision.views import visits as views
from tests.supervision.factories import make_item, make_plan, make_recommendation, make_school, make_visit, put
from workflows.services import perform

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


# -- A journey of several visits -----------------------------------------------------------------------------------


@pytest.fixture
def beside(world, visit):
    """Another visit of the same team to another school: ``beside(days later, **changes)``."""

    def make(later: int = 0, **changes):
        fields = {
            "state": "in_progress", "visited_on": visit.visited_on + timedelta(days=later), "summary": "ผู้เรียนอ่านคล่องขึ้น",
            "purpose": "การอ่าน", "team": [world.colleague],
        }  # fmt: skip
        fields |= changes
        return make_visit(fields.pop("school", world.other_school), fields.pop("lead", world.supervisor), **fields)

    return make


def address_of(visit) -> str:
    return reverse("supervision:visit-travel-report", args=[visit.pk])


def memo_of(visit) -> str:
    return f"{reverse('correspondence:paper-create', args=['memo'])}?draft=travel-report&of={visit.pk}"


def offered(page: str) -> dict[int, bool]:
    """{visit: whether it is chosen beforehand} of the checkboxes on the page."""
    boxes = re.findall(r'<input [^>]*type="checkbox" name="also" value="(\d+)"([^>]*)>', page)
    return {int(pk): "checked" in rest for pk, rest in boxes}


def test_a_journey_tells_its_schools_in_the_order_of_the_days_each_with_what_was_found_there(world, visit, beside):
    before = beside(-1, team=[], lead=world.supervisor)
    make_recommendation(before, "จัดมุมอ่านหนังสือ")

    text = said(Journey(visit, [before]))

    whole = (
        "รายงานการเดินทางไปราชการเพื่อนิเทศโรงเรียนพญาไท และโรงเรียนวัดสุทธิ", "เมื่อวันที่ ๓๐ พฤศจิกายน – ๑ ธันวาคม ๒๕๖๙",
        "ออกเดินทางวันที่ ๓๐ พฤศจิกายน ๒๕๖๙ เวลา", "จำนวน ๒ คน", "เรื่อง การอ่าน และการจัดการเรียนรู้เชิงรุก",
        f"รหัส {before.record_code}", f"รหัส {visit.record_code}",
    )  # fmt: skip
    for words in whole:
        assert words in text, words
    told = [
        text.index(words)
        for words in (
            f"๔. วันที่ ๓๐ พฤศจิกายน ๒๕๖๙ นิเทศโรงเรียนพญาไท เรื่อง การอ่าน คณะผู้นิเทศ คือ {world.supervisor}", "๔.๑ สรุปผลการนิเทศ ผู้เรียนอ่านคล่องขึ้น",
            "จัดมุมอ่านหนังสือ", "๕. วันที่ ๑ ธันวาคม ๒๕๖๙ นิเทศโรงเรียนวัดสุทธิ เรื่อง การจัดการเรียนรู้เชิงรุก", "ครูจัดกิจกรรมเชิงรุกได้ดี", "จัดทำปฏิทินนิเทศภายใน",
        )
    ]  # fmt: skip
    assert told == sorted(told)


def test_visits_of_one_day_are_told_in_the_order_in_which_they_were_begun(world, visit, beside):
    first, second = beside(state="planned"), beside(state="planned", school=world.school)
    for begun, hour in ((first, 13), (second, 9)):
        with time_machine.travel(f"{visit.visited_on}T{hour:02d}:00:00+07:00"):
            perform(begun, "start", by=world.supervisor)

    fresh = [type(visit).objects.get(pk=one.pk) for one in (first, second)]

    assert in_order(fresh) == [second, first]


def test_more_than_three_schools_are_named_by_their_number(world, visit, beside):
    schools = [make_school(world.area, f"บ้านที่ {number}") for number in range(4)]
    others = [beside(number + 1, school=school) for number, school in enumerate(schools)]

    subject = drafts.find("travel-report").build(visit, world.supervisor, *others)["subject"]

    assert subject.endswith("เพื่อนิเทศโรงเรียนวัดสุทธิ, โรงเรียนบ้านที่ 0, โรงเรียนบ้านที่ 1 และอีก 2 แห่ง")


def test_the_reporters_held_visits_of_the_days_in_a_row_are_offered_and_those_of_the_same_day_chosen(
    client, world, visit, beside
):
    same, next_day, after = beside(), beside(1), beside(2)
    beside(4)
    beside(-1, state="cancelled")
    beside(-1, summary=" ")
    beside(-2)
    beside(0, lead=world.colleague, team=[])
    beside(0, school=world.far_school)
    client.force_login(world.supervisor)

    expected = {same.pk: True, next_day.pk: False, after.pk: False}
    assert offered(client.get(visit.get_absolute_url()).content.decode()) == expected
    assert offered(client.get(memo_of(visit)).content.decode()) == expected


def test_whoever_was_not_on_the_team_is_offered_what_its_lead_did(client, world, visit, beside):
    same = beside()
    beside(0, lead=world.head, team=[])
    for person in (world.head, world.clerk):
        client.force_login(person)
        assert offered(client.get(visit.get_absolute_url()).content.decode()) == {same.pk: True}


def test_the_address_chooses_and_what_is_not_offered_is_ignored(client, world, visit, beside, monkeypatch):
    same, next_day = beside(), beside(1)
    strange = [beside(4).pk, beside(0, lead=world.colleague, team=[]).pk, beside(0, school=world.far_school).pk]
    told = []
    real = views.document_response
    monkeypatch.setattr(
        views, "document_response", lambda request, kind, obj: told.append(obj) or real(request, kind, obj)
    )
    client.force_login(world.supervisor)

    for also in ([""], ["", next_day.pk], ["", same.pk, next_day.pk, *strange, visit.pk, "x", "๑", "9" * 30]):
        assert client.get(address_of(visit), {"also": also}).status_code == 200
    assert client.get(address_of(visit), {"also": ["", same.pk], "format": "docx"}).status_code == 200
    assert client.get(address_of(visit)).status_code == 200

    assert [one.others for one in told] == [[], [next_day], [same, next_day], [same], [same]]


def test_the_memo_is_drafted_of_what_is_chosen_and_keeps_the_choice_while_it_is_mended(client, world, visit, beside):
    same = beside()
    client.force_login(world.supervisor)

    whole = client.get(memo_of(visit)).context["form"].initial
    alone = client.get(f"{memo_of(visit)}&also=").context["form"].initial
    refused = client.post(memo_of(visit), {"draft": "travel-report", "of": visit.pk, "also": "", "subject": ""})

    assert "โรงเรียนพญาไท" in whole["subject"]
    assert same.record_code in str(whole["enclosures"])
    assert "พญาไท" not in str(alone)
    assert refused.status_code == 422
    assert offered(refused.content.decode()) == {same.pk: False}


def test_a_visit_alone_is_offered_nothing_more(client, world, visit):
    client.force_login(world.supervisor)
    for address in (visit.get_absolute_url(), memo_of(visit)):
        page = client.get(address).content.decode()
        assert 'name="also"' not in page
    assert f'href="{address_of(visit)}"' in client.get(visit.get_absolute_url()).content.decode()


def test_the_visits_of_a_journey_are_found_in_as_many_questions_however_many_they_are(
    world, visit, beside, django_assert_num_queries
):
    for count in (2, 5):
        while len(visits_beside(visit, world.supervisor)) < count:
            beside()
        with django_assert_num_queries(3):
            assert len(visits_beside(visit, world.supervisor)) == count
