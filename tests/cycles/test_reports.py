"""The report of a cycle: written, approved along its chain, sent, opened, published; and what everybody reads of it."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from accounts.flows import Role
from cycles.models import Cycle, Delivery, Report
from cycles.services import reports
from cycles.services.cycles import ChangedMeanwhileError, CycleRefusedError
from cycles.services.reports import begin_report, remind, send_to_partners, send_to_schools, write_report
from documents import kinds
from documents.kinds import document_html, render_document
from tests.cycles.factories import make_cycle, tick
from tests.cycles.supervised import DECISION, METHODS, again, answered, planned_cycle, written
from tests.supervision.factories import make_person, make_school, put
from thai.dates import short_date
from workflows.models import ApprovalRule, Notice
from workflows.services import NotAllowedError, TransitionError, perform

TEXTS = {
    "title": "รายงานผลการนิเทศ 2570",
    "preface": "คำนำของรายงาน",
    "summary": "ผลถึงเป้าหมาย",
    "suggestions": "ทำต่อเนื่อง",
}
PARTNERS = [("สพฐ.", "saraban@obec.go.th"), ("ศธจ.", "office@moe.go.th")]


@pytest.fixture
def cycle(world, edition):
    """At step 6; steps 4 and 5 are done and frozen."""
    cycle = planned_cycle(world, edition)
    cycle = written(cycle, 4, world.supervisor, METHODS | {"methods": "สอนงานโดยนางลับเฉพาะ"})
    perform(cycle, "complete_4", by=world.supervisor)
    answered(world, school=world.school)
    cycle = written(cycle, 5, world.supervisor, DECISION | {"grounds": "เหตุผลภายใน"})
    Cycle.objects.filter(pk=cycle.pk).update(state="step_6")
    tick(cycle, 6)
    return again(cycle)


@pytest.fixture
def report(world, cycle):
    report = begin_report(cycle, by=world.supervisor)
    return write_report(report, TEXTS, by=world.supervisor)


def fresh(report) -> Report:
    return Report.objects.get(pk=report.pk)


@pytest.fixture
def approved(world, report):
    perform(report, "submit", by=world.supervisor)
    perform(report, "endorse", by=world.head)
    perform(report, "approve", by=world.director)
    return fresh(report)


@pytest.fixture
def quick_pdf(monkeypatch):
    monkeypatch.setattr(kinds, "render_pdf", lambda html, *args, **kwargs: b"%PDF-1.7")


@pytest.mark.parametrize("process", ["P-5.1", "P-5.2"])
def test_the_summary_of_a_cycle_is_one_page_that_says_when_a_step_was_done(world, edition, cycle, process):
    if process == "P-5.2":
        cycle = make_cycle(world.area, world.head, edition=edition, process=process, at=7)

    pdf = render_document("cycle", cycle, world.head).content

    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    if process == "P-5.1":
        log = cycle.transitions.get(action="complete_4")
        assert f"เสร็จ {short_date(timezone.localdate(log.at))}" in document_html("cycle", cycle, world.head)[0]


@pytest.mark.parametrize(("who", "led"), [("supervisor", True), ("director", True), ("committee", False)])
def test_the_page_of_a_cycle_leads_those_who_see_its_report_to_it(world, report, cycle, signed_in, who, led):
    page = signed_in(getattr(world, who)).get(cycle.get_absolute_url())

    assert page.status_code == 200
    assert (f'href="{report.get_absolute_url()}"' in page.content.decode()) is led


def test_a_report_goes_along_its_chain_and_comes_back_with_a_reason(world, report):
    with pytest.raises(NotAllowedError):
        perform(fresh(report), "submit", by=world.clerk)
    perform(report, "submit", by=world.supervisor)
    assert report.records == report.present_records()
    assert len(report.records) == 1  # step 5 was not left by its own move
    with pytest.raises(CycleRefusedError, match="แก้ไขไม่ได้"):
        write_report(report, TEXTS, by=world.supervisor)
    for person in (world.director, world.supervisor, world.far_head):
        with pytest.raises(TransitionError):
            perform(fresh(report), "endorse", by=person)
    perform(report, "endorse", by=world.head)
    with pytest.raises(TransitionError, match="เหตุผล"):
        perform(fresh(report), "return", by=world.director)
    report = fresh(report)
    perform(report, "return", by=world.director, reason="เพิ่มตารางผลการนิเทศ")
    write_report(report, TEXTS, by=world.colleague)
    report = fresh(report)
    perform(report, "submit", by=world.colleague)
    perform(report, "endorse", by=world.head)
    perform(report, "approve", by=world.director)

    assert report.state == "approved"
    assert report.transitions.last().digest
    html, _, _ = document_html("cycle-report", fresh(report), world.head)
    for words in (str(world.supervisor), str(world.head), str(world.director), "คำนำของรายงาน", "สอนงานโดยนางลับเฉพาะ"):
        assert words in html


def test_an_empty_report_or_one_before_its_step_is_not_submitted_and_nobody_approves_their_own(world, cycle):
    report = begin_report(cycle, by=world.head)
    assert begin_report(cycle, by=world.supervisor) == report
    with pytest.raises(TransitionError, match="คำนำและบทสรุป"):
        perform(report, "submit", by=world.head)
    write_report(report, TEXTS, by=world.head)
    Cycle.objects.filter(pk=cycle.pk).update(state="step_5")
    with pytest.raises(TransitionError, match="ยังไม่ถึงขั้นรายงาน"):
        perform(fresh(report), "submit", by=world.head)
    Cycle.objects.filter(pk=cycle.pk).update(state="step_6")
    report = fresh(report)
    perform(report, "submit", by=world.head)

    with pytest.raises(NotAllowedError):
        perform(fresh(report), "approve", by=world.head)
    perform(fresh(report), "approve", by=world.director)  # the head's own link was left out
    assert fresh(report).state == "approved"


def test_two_who_write_the_report_never_overwrite_each_other(world, report, signed_in):
    url = reverse("cycles:report-edit", args=[report.pk])
    client = signed_in(world.colleague)

    refused = client.post(url, TEXTS | {"seen": "0", "summary": "ของฉัน"})

    assert refused.status_code == 409
    assert "ของฉัน" in refused.content.decode()
    assert fresh(report).summary == "ผลถึงเป้าหมาย"
    with pytest.raises(ChangedMeanwhileError):
        write_report(report, TEXTS, by=world.supervisor, seen=0)
    assert client.post(url, TEXTS | {"seen": "1", "summary": "ของฉัน"}).status_code == 302
    assert fresh(report).summary == "ของฉัน"


def test_the_gate_of_the_last_step_asks_for_approval_sending_and_publication(world, report, cycle):
    def said() -> str:
        return " ".join(gap.text for gap in again(cycle).step(6).gaps)

    assert "ยังไม่ได้รับอนุมัติ" in said()
    assert "ยังไม่ได้เผยแพร่" in said()
    with pytest.raises(CycleRefusedError, match="ต้องได้รับอนุมัติก่อน"):
        send_to_schools(report, by=world.supervisor)
    perform(report, "submit", by=world.supervisor)
    perform(report, "endorse", by=world.head)
    perform(report, "approve", by=world.director)
    assert "โรงเรียน 2 แห่ง" in said()
    with pytest.raises(NotAllowedError):
        send_to_schools(report, by=world.director)
    send_to_schools(report, by=world.clerk)
    assert "โรงเรียน" not in said()
    assert "ต้นสังกัด" in said()
    send_to_partners(report, PARTNERS, by=world.clerk)
    perform(fresh(report), "publish", by=world.head)
    assert said() == ""
    present = again(cycle)
    perform(present, "complete_6", by=world.supervisor)
    assert present.is_finished
    frozen = again(cycle).step(6).facts
    perform(fresh(report), "withdraw", by=world.head, reason="แก้ข้อมูลคลาดเคลื่อน")
    assert again(cycle).step(6).facts == frozen


def test_schools_get_news_partners_a_letter_and_each_opens_it_once(world, approved, client, signed_in):
    silent = make_school(world.area, "ไร้ผู้บริหาร")
    done = send_to_schools(approved, by=world.supervisor)
    assert (done.schools, done.without_head, done.letters) == (3, 1, 0)
    assert Notice.objects.get(user=world.school_head).url == Delivery.objects.get(school=world.school).url
    assert Delivery.objects.get(school=silent).sent_at is None
    assert send_to_schools(approved, by=world.supervisor).schools == 1  # only the one that was not reached
    send_to_partners(approved, PARTNERS, by=world.supervisor)
    send_to_partners(approved, PARTNERS, by=world.supervisor)
    assert [letter.to for letter in mail.outbox] == [["saraban@obec.go.th"], ["office@moe.go.th"]]
    partner, to_school = Delivery.objects.get(email="saraban@obec.go.th"), Delivery.objects.get(school=world.school)
    assert client.get(f"/cycles/r/{partner.token[:-1]}%00/").status_code == 404
    assert partner.url in mail.outbox[0].body

    assert signed_in(world.supervisor).get(partner.url).status_code == 200
    assert signed_in(world.other_school_head).get(to_school.url).status_code == 200
    assert not Delivery.objects.filter(opened_at__isnull=False).exists()
    signed_in(world.school_head).get(to_school.url)
    client.logout()
    client.get(partner.url)
    first = {d.pk: d.opened_at for d in Delivery.objects.filter(opened_at__isnull=False)}
    assert set(first) == {partner.pk, to_school.pk}
    client.get(partner.url)
    client.get(to_school.url)
    assert {d.pk: d.opened_at for d in Delivery.objects.filter(opened_at__isnull=False)} == first
    assert Delivery.objects.get(pk=to_school.pk).opened_by == world.school_head

    with pytest.raises(CycleRefusedError, match="ไม่มีผู้ที่ต้องเตือน"):
        remind(approved, by=world.supervisor)
    Delivery.objects.filter(sent_at__isnull=False).update(sent_at=timezone.now() - timedelta(days=2))
    mail.outbox.clear()
    remind(approved, by=world.supervisor)
    assert [letter.to for letter in mail.outbox] == [["office@moe.go.th"]]
    assert Notice.objects.filter(user=world.other_school_head, text__startswith="โปรดเปิดอ่าน").count() == 1
    assert not Notice.objects.filter(user=world.school_head, text__startswith="โปรดเปิดอ่าน").exists()


def test_a_letter_that_fails_is_told_and_sent_again_and_a_wrong_line_keeps_what_was_typed(
    world, approved, signed_in, monkeypatch
):
    client, url = signed_in(world.clerk), reverse("cycles:report-send", args=[approved.pk, "partners"])
    refused = client.post(url, {"partners": "สพฐ. ไม่มีอีเมล\nศธจ. office@moe.go.th"})
    assert refused.status_code == 422
    assert "ศธจ. office@moe.go.th" in refused.content.decode()

    def broken(*args, **kwargs):
        raise OSError("no mail today")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", broken)
        said = client.post(url, {"partners": "ศธจ. office@moe.go.th"}, follow=True).content.decode()
    assert "ส่งอีเมลไม่สำเร็จ" in said
    assert Delivery.objects.get().sent_at is None
    client.post(url, {"partners": "ศธจ. office@moe.go.th"})
    assert Delivery.objects.get().sent_at
    assert client.post(reverse("cycles:report-send", args=[approved.pk, "nobody"])).status_code == 404


def test_the_public_reads_what_is_published_and_nothing_personal(world, approved, client, quick_pdf):
    listing = reverse("cycles:public-list")
    public, pdf = approved.public_url, reverse("cycles:public-pdf", args=[approved.slug])
    for url in (public, pdf):
        assert client.get(url).status_code == 404
    assert approved.title not in client.get(listing).content.decode()
    perform(fresh(approved), "publish", by=world.director)

    assert approved.title in client.get(listing).content.decode()
    page = client.get(public).content.decode()
    paper, _, _ = document_html("cycle-report-public", fresh(approved), None)
    for text in (page, paper):
        assert "ผลถึงเป้าหมาย" in text
        assert "นิเทศแล้ว 2 จาก 2 ครั้ง" in text
        for personal in (world.supervisor.first_name, world.head.first_name, "วัดสุทธิ", "ลับเฉพาะ", "เหตุผลภายใน"):
            assert personal not in text
    assert client.get(pdf).status_code == 200
    send_to_partners(approved, PARTNERS, by=world.clerk)
    link = Delivery.objects.first().url
    perform(fresh(approved), "withdraw", by=world.head, reason="ข้อมูลคลาดเคลื่อน")
    for url in (public, pdf, link):
        assert client.get(url).status_code == 404


def test_an_office_may_set_its_own_chain_and_who_may_read_is_one_policy(world, report):
    ApprovalRule.objects.create(area=world.area, kind="cycles.report", place=1, role=Role.COMMITTEE, label="ให้ความเห็น")
    perform(report, "submit", by=world.supervisor)

    perform(fresh(report), "approve", by=world.committee)

    assert fresh(report).state == "approved"
    for person in (world.school_head, world.far_head, world.stranger):
        assert not Report.objects.visible_to(person).exists()
    put(report, "draft")
    assert not Report.objects.visible_to(world.clerk).exists()


def test_pressed_again_while_it_is_sent_each_school_is_told_once(world, approved, monkeypatch):
    tell, sent = reports.tell, []

    def pressing(people, text, url):
        monkeypatch.setattr(reports, "tell", tell)
        sent.append(send_to_schools(approved, by=world.head))
        tell(people, text, url)

    monkeypatch.setattr(reports, "tell", pressing)
    sent.append(send_to_schools(approved, by=world.supervisor))

    assert [done.schools for done in sent] == [1, 1]
    told = Notice.objects.filter(text__startswith=world.area.short_name).values_list("user", "url")
    assert len(told) == len(set(told)) > 0
    assert not Delivery.objects.filter(school=world.school, sent_at__isnull=True).exists()


def test_the_pages_of_a_report_cost_the_same_for_three_schools_or_many(
    world, approved, signed_in, django_assert_max_num_queries
):
    client = signed_in(world.head)
    send_to_schools(approved, by=world.supervisor)
    urls = [reverse(f"cycles:{name}", args=[approved.pk]) for name in ("report-detail", "deliveries")]
    urls.append(reverse("cycles:step", args=[approved.cycle_id, 6]))
    for url in urls:
        client.get(url)
    counts = []
    for url in urls:
        with django_assert_max_num_queries(100) as few:
            client.get(url)
        counts.append(len(few))
    for place in range(6):
        make_person(Role.SCHOOL_HEAD, school=make_school(world.area, f"ที่ {place}"))
    send_to_schools(approved, by=world.supervisor)

    for url, most in zip(urls, counts, strict=True):
        with django_assert_max_num_queries(most):
            client.get(url)


def test_a_cycle_of_networks_ends_with_the_same_report(world, edition):
    cycle = make_cycle(world.area, world.head, edition=edition, process="P-5.2", year=2569, at=7)

    step = cycle.step(7)

    assert step.kind.title == "สรุป รายงาน และเผยแพร่"
    assert "ยังไม่มีรายงาน" in " ".join(gap.text for gap in step.gaps)
    assert step.facts["networks"] == []
    assert step.facts["report"] is None
    assert date(2027, 4, 30) == step.ends_on
