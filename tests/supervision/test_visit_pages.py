"""The page of a visit as people meet it, how a visit is made and moved, and the text of its record."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from supervision.models import Visit
from supervision.services.visit_records import add_photo, sign
from tests.supervision.factories import (
    FIRST_DAY,
    make_recommendation,
    make_visit,
    put,
)
from tests.supervision.pictures import drawn_signature, photograph
from tests.supervision.visiting import events, queries_of, save, status, url, visit
from workflows.services import perform

__all__ = ["visit"]


# -- One visit -----------------------------------------------------------------------------------------------------


def fill(world, visit, count):
    for number in range(count):
        make_recommendation(visit, f"ข้อที่ {number}")
        visit.findings.create(kind="strength", text=f"จุดเด่นที่ {number}")
        add_photo(visit, photograph(), by=world.supervisor)


def test_the_page_of_a_visit_costs_the_same_however_much_is_in_it(world, visit, signed_in):
    client = signed_in(world.supervisor)
    fill(world, visit, 1)
    few = queries_of(client, visit.get_absolute_url())
    fill(world, visit, 12)

    assert queries_of(client, visit.get_absolute_url()) == few


def test_what_is_open_from_before_stands_on_top(world, visit, signed_in):
    earlier = make_visit(world.school, world.colleague, state="acknowledged", starts_on=FIRST_DAY - timedelta(days=200))
    make_recommendation(earlier, "ปรับปรุงห้องสมุด")

    page = signed_in(world.supervisor).get(visit.get_absolute_url()).content.decode()

    assert page.index("ปรับปรุงห้องสมุด") < page.index("แบบนิเทศ</h2>")


def test_a_change_after_signing_is_said(world, visit, signed_in):
    client = signed_in(world.supervisor)
    sign(visit, side="school", name="นายประยูร ใจดี", typed=True, by=world.supervisor)
    assert "เนื้อหาเปลี่ยนหลังลงนาม" not in client.get(visit.get_absolute_url()).content.decode()

    save(client, visit, events("A1", 4))

    assert "เนื้อหาเปลี่ยนหลังลงนาม" in client.get(visit.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("state", "seen_by"),
    [
        ("in_progress", {"head", "supervisor", "colleague", "workgroup_head", "director", "clerk"}),
        (
            "released",
            {
                "head", "supervisor", "colleague", "workgroup_head", "director", "clerk", "committee",
                "school_head", "teacher",
            },
        ),
    ],
)  # fmt: skip
def test_every_page_and_picture_of_a_visit_is_for_those_who_may_see_it(people, visit, signed_in, state, seen_by):
    photo = add_photo(visit, photograph(), by=people["supervisor"])
    sign(visit, side="school", name="นายประยูร ใจดี", drawing=drawn_signature(), by=people["supervisor"])
    Visit.objects.filter(pk=visit.pk).update(state=state)
    form = visit.forms.get()
    addresses = [
        visit.get_absolute_url(),
        url("visit-form", visit, form.pk),
        url("visit-form-changes", visit, form.pk),
        url("visit-photo", visit, photo.pk),
        url("visit-photo", visit, photo.pk, thumb=1),
        url("visit-signature", visit, "school"),
    ]

    for address in addresses:
        allowed = {name for name, person in people.items() if status(signed_in(person), address) == 200}
        assert allowed == seen_by, address


def test_a_form_is_not_reached_through_another_visit(world, visit, signed_in):
    other = make_visit(world.school, world.supervisor, instruments=[world.instrument], state="in_progress")

    response = signed_in(world.supervisor).get(url("visit-form", visit, other.forms.get().pk))

    assert response.status_code == 404


# -- Making and moving ---------------------------------------------------------------------------------------------


def test_a_supervisor_makes_a_visit_that_no_plan_foresaw(world, signed_in):
    client = signed_in(world.supervisor)
    assert client.get(reverse("supervision:visit-create")).status_code == 200

    response = client.post(
        reverse("supervision:visit-create"),
        {
            "school": world.school.pk, "purpose": "โรงเรียนร้องขอ", "starts_on": "1/12/2569", "ends_on": "",
            "lead": world.supervisor.pk, "team": [world.colleague.pk], "versions": [world.instrument.current.pk],
        },
    )  # fmt: skip

    visit = Visit.objects.get()
    assert response.url == visit.get_absolute_url()
    assert (visit.starts_on, visit.ends_on, visit.team_ids) == (
        FIRST_DAY, FIRST_DAY, {world.supervisor.pk, world.colleague.pk},
    )  # fmt: skip


def test_a_refused_visit_keeps_what_was_typed(world, signed_in):
    response = signed_in(world.supervisor).post(
        reverse("supervision:visit-create"), {"purpose": "โรงเรียนร้องขอ", "starts_on": "31/2/2569"}
    )

    assert response.status_code == 422
    assert "โรงเรียนร้องขอ" in response.content.decode()
    assert not Visit.objects.exists()


def test_new_days_and_a_new_team_through_their_pages(world, signed_in):
    visit = make_visit(world.school, world.supervisor)
    client = signed_in(world.supervisor)

    client.post(url("visit-reschedule", visit), {"starts_on": "5/1/2570", "ends_on": "6/1/2570", "reason": "สอบ"})
    client.post(url("visit-team", visit), {"lead": world.colleague.pk, "team": [world.supervisor.pk]})

    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.starts_on, visit.lead_id) == (date(2027, 1, 5), world.colleague.pk)


def test_a_form_joins_the_visit_through_its_page(world, signed_in):
    visit = make_visit(world.school, world.supervisor, state="in_progress")
    client = signed_in(world.supervisor)
    assert url("visit-forms", visit) in client.get(visit.get_absolute_url()).content.decode()

    page = client.post(url("visit-forms", visit), {"versions": [world.instrument.current.pk]}, follow=True)

    assert world.instrument.title in page.content.decode()
    assert visit.forms.get().response.version == world.instrument.current


def test_a_colleague_is_told_who_arranges_the_visit(world, visit, signed_in):
    page = signed_in(world.colleague).get(url("visit-team", visit), follow=True)

    assert "ผู้ที่กำหนดได้คือหัวหน้าคณะ" in page.content.decode()


# -- The text of the record ----------------------------------------------------------------------------------------


def record_post(page, **changes):
    """What a browser would send from the page, with some fields changed."""
    form, findings = page.context["form"], page.context["findings"]
    data = {bound.html_name: bound.value() or "" for bound in form}
    for name in ("TOTAL_FORMS", "INITIAL_FORMS"):
        data[f"findings-{name}"] = findings.management_form[name].value()
    for row in findings:
        data |= {bound.html_name: bound.value() or "" for bound in row}
    return data | changes


def test_the_record_is_written_on_its_page(world, visit, signed_in):
    client = signed_in(world.supervisor)
    page = client.get(url("visit-edit", visit))

    data = record_post(page, summary="ครูจัดการเรียนรู้ได้ดี", visited_on="21/11/2569")
    data |= {"findings-0-kind": "improve", "findings-0-text": "สื่อยังไม่พอ"}
    response = client.post(url("visit-edit", visit), data)

    assert response.status_code == 302
    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.summary, visit.visited_on) == ("ครูจัดการเรียนรู้ได้ดี", date(2026, 11, 21))
    assert list(visit.findings.values_list("kind", "text")) == [("improve", "สื่อยังไม่พอ")]


def test_two_who_edit_the_same_text_both_see_both(world, visit, signed_in):
    client = signed_in(world.supervisor)
    page = client.get(url("visit-edit", visit))
    Visit.objects.filter(pk=visit.pk).update(summary="ของมานะ")

    refused = client.post(url("visit-edit", visit), record_post(page, summary="ของสมใจ"))

    assert refused.status_code == 422
    assert "ของมานะ" in refused.content.decode()
    assert refused.context["form"]["summary"].value() == "ของสมใจ"
    again = client.post(url("visit-edit", visit), record_post(refused))
    assert again.status_code == 302
    assert Visit.objects.get(pk=visit.pk).summary == "ของสมใจ"


def test_a_day_to_come_is_refused_and_nothing_typed_is_lost(world, visit, signed_in):
    client = signed_in(world.supervisor)
    page = client.get(url("visit-edit", visit))
    tomorrow = timezone.localdate() + timedelta(days=1)

    refused = client.post(url("visit-edit", visit), record_post(page, summary="พิมพ์ไว้ยาว", visited_on=str(tomorrow)))

    assert refused.status_code == 422
    assert "วันที่นิเทศต้องไม่อยู่หลังวันนี้" in refused.content.decode()
    assert "พิมพ์ไว้ยาว" in refused.content.decode()


def test_a_record_that_was_sent_keeps_what_one_typed_too_late(world, visit, signed_in):
    client = signed_in(world.supervisor)
    page = client.get(url("visit-edit", visit))
    Visit.objects.filter(pk=visit.pk).update(state="submitted")

    refused = client.post(url("visit-edit", visit), record_post(page, summary="พิมพ์ช้าไป"))

    assert refused.status_code == 422
    assert "พิมพ์ช้าไป" in refused.content.decode()
    assert "ส่งกลับแก้ไข" in refused.content.decode()


# -- What is read first --------------------------------------------------------------------------------------------


def test_who_checks_reads_each_form_in_numbers_on_the_page_of_the_visit(world, visit, signed_in):
    for number, (key, value) in enumerate({"A1": 4, "A2": 5}.items(), start=1):
        save(signed_in(world.supervisor), visit, events(key, value, number), number=number)

    row = signed_in(world.head).get(visit.get_absolute_url()).context["forms"][0]

    assert (row["whole"].n, row["whole"].mean, row["whole"].sd, row["whole"].level) == (2, "4.50", "0.71", "มาก")
    assert [part.n for _section, part in row["sections"] if part.is_rated] == [2]


def test_why_a_visit_was_called_off_is_read_first_and_nothing_empty_stands_below(world, signed_in):
    visit = make_visit(world.school, world.supervisor, instruments=[world.instrument])
    perform(visit, "cancel", by=world.supervisor, reason="โรงเรียนใช้อาคารเป็นหน่วยเลือกตั้ง")

    page = signed_in(world.head).get(visit.get_absolute_url()).content.decode()

    assert page.index("การนิเทศนี้ถูกยกเลิก") < page.index("โรงเรียนใช้อาคาร") < page.index("ข้อมูลการนิเทศ")
    assert not any(empty in page for empty in ('id="record"', 'id="photos"', 'id="signatures"', 'id="forms-title"'))


def test_what_was_written_before_a_visit_was_called_off_is_still_read(world, visit, signed_in):
    save(signed_in(world.supervisor), visit, events("A1", 4))
    perform(Visit.objects.get(pk=visit.pk), "cancel", by=world.supervisor, reason="น้ำท่วมระหว่างนิเทศ")

    page = signed_in(world.head).get(visit.get_absolute_url())

    assert page.context["is_begun"]
    assert 'id="forms-title"' in page.content.decode()


def test_why_a_record_came_back_is_read_first(world, visit, signed_in):
    sent = put(visit, "submitted")
    perform(sent, "return", by=world.head, reason="โปรดเพิ่มหลักฐานด้านที่ 2")

    page = signed_in(world.supervisor).get(visit.get_absolute_url()).content.decode()

    assert page.index("บันทึกถูกส่งกลับให้แก้ไข") < page.index("โปรดเพิ่มหลักฐานด้านที่ 2") < page.index('id="forms-title"')
