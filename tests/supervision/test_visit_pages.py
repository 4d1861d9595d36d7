"""The pages of a visit as people meet them: lists, the record, the form, pictures, signatures."""

import json
from datetime import date, timedelta
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.flows import Role
from instruments.models import Instrument
from supervision.models import Visit
from supervision.queries import visits as visit_queries
from supervision.services.visit_records import add_photo, sign
from tests.supervision.factories import (
    FIRST_DAY,
    make_person,
    make_recommendation,
    make_school,
    make_version,
    make_visit,
    put,
)
from tests.supervision.pictures import drawn_signature, photograph
from workflows.services import perform

DEVICE = "tablet"


@pytest.fixture
def visit(world):
    """A visit that สมใจ and มานะ are writing, with one form."""
    return make_visit(
        world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument], state="in_progress"
    )


def url(name, visit, *more, **query):
    address = reverse(f"supervision:{name}", args=[visit.pk, *more])
    return f"{address}?{urlencode(query)}" if query else address


def events(key, value, number=1):
    return [{"id": f"00000000-0000-4000-8000-{number:012d}", "key": key, "v": value, "base": None}]


def save(client, visit, events, *, number=1, **more):
    """What the module of the page sends."""
    data = {"batch": f"10000000-0000-4000-8000-{number:012d}", "events": events, "device": DEVICE, "revision": 0}
    address = url("visit-form-save", visit, visit.forms.get().pk)
    return client.post(
        address, json.dumps(data | more), content_type="application/json", headers={"accept": "application/json"}
    )


def answers(visit):
    return {key: entry.get("v") for key, entry in visit.forms.get().response.answers.items()}


def status(client, address):
    response = client.get(address)
    if response.streaming:
        assert b"".join(response.streaming_content)
    return response.status_code


# -- The list ------------------------------------------------------------------------------------------------------


def listed(client, **query):
    response = client.get(reverse("supervision:visit-list"), query)
    return [visit.pk for visit in response.context["page"].rows]


def test_each_role_meets_what_waits_for_it_first(world, signed_in):
    mine = make_visit(world.school, world.supervisor, state="in_progress")
    sent = make_visit(world.school, world.colleague, state="submitted")
    checked = make_visit(world.school, world.colleague, state="checked")
    released = make_visit(world.school, world.colleague, state="released")
    make_visit(world.other_school, world.colleague, state="released")
    make_visit(world.far_school, world.far_supervisor, state="submitted")

    assert listed(signed_in(world.supervisor)) == [mine.pk]
    assert listed(signed_in(world.workgroup_head), tab="check") == [sent.pk]
    assert listed(signed_in(world.director)) == [checked.pk]
    assert listed(signed_in(world.school_head)) == [released.pk]
    assert listed(signed_in(world.stranger)) == []


def test_a_school_reads_states_in_its_own_words(world, signed_in):
    make_visit(world.school, world.supervisor, state="released")

    page = signed_in(world.school_head).get(reverse("supervision:visit-list")).content.decode()

    assert "รอโรงเรียนรับทราบ" in page
    assert "ส่งผลให้โรงเรียนแล้ว" not in page


def test_the_list_is_narrowed_by_what_one_asks_for(world, signed_in):
    one = make_visit(world.school, world.supervisor)
    two = make_visit(world.other_school, world.colleague, state="cancelled", starts_on=date(2026, 6, 1))
    client = signed_in(world.head)

    assert listed(client, tab="all") == [one.pk, two.pk]
    assert listed(client, q="พญาไท") == [two.pk]
    assert listed(client, state="planned") == [one.pk]
    assert listed(client, period="f2569") == [two.pk]
    assert listed(client, period="s2569-2") == [one.pk]
    assert listed(client, since="1/7/2569") == [one.pk]
    assert listed(client, until="๑ มิ.ย. ๒๕๖๙") == [two.pk]
    assert listed(client, q="ไม่มีโรงเรียนนี้") == []
    assert listed(client, tab="all", state="รัฐ", period="x", since="ไม่ใช่วัน") == [one.pk, two.pk]
    assert listed(signed_in(world.colleague), who="mine") == [two.pk]


def test_pages_follow_each_other_without_a_gap_or_a_double(world, signed_in, monkeypatch):
    monkeypatch.setattr(visit_queries, "PER_PAGE", 3)
    visits = [
        make_visit(world.school, world.supervisor, starts_on=FIRST_DAY + timedelta(days=n // 3)) for n in range(8)
    ]
    newest_first = [visit.pk for visit in reversed(visits)]
    client = signed_in(world.head)
    address = reverse("supervision:visit-list")

    first = client.get(address, {"tab": "all"}).context["page"]
    second = client.get(address, {"tab": "all", "after": first.after}).context["page"]
    third = client.get(address, {"tab": "all", "after": second.after}).context["page"]
    back = client.get(address, {"tab": "all", "before": third.before}).context["page"]

    assert [v.pk for page in (first, second, third) for v in page.rows] == newest_first
    assert (first.before, third.after) == ("", "")
    assert back.rows == second.rows
    assert client.get(address, {"tab": "all", "before": back.before}).context["page"].before == ""


def test_many_rows_are_counted_only_so_far(world, signed_in, monkeypatch):
    monkeypatch.setattr(visit_queries, "COUNTED", 2)
    monkeypatch.setattr(visit_queries, "PER_PAGE", 1)
    for _ in range(4):
        make_visit(world.school, world.supervisor)

    page = signed_in(world.head).get(reverse("supervision:visit-list"), {"tab": "all"})

    assert page.context["page"].total == 3
    assert "มากกว่า 2 รายการ" in page.content.decode()


@pytest.mark.parametrize("count", [1, 25])
def test_the_list_costs_the_same_for_one_row_or_many(world, signed_in, count, django_assert_num_queries):
    for number in range(count):
        school = make_school(world.area, f"ที่ {number}", group=world.group)
        make_visit(school, world.supervisor, team=[world.colleague])
    client = signed_in(world.head)
    client.get(reverse("home"))

    with django_assert_num_queries(6):
        response = client.get(reverse("supervision:visit-list"), {"tab": "all"})
    assert len(response.context["page"].rows) == count


# -- One visit -----------------------------------------------------------------------------------------------------


def fill(world, visit, count):
    for number in range(count):
        make_recommendation(visit, f"ข้อที่ {number}")
        visit.findings.create(kind="strength", text=f"จุดเด่นที่ {number}")
        add_photo(visit, photograph(), by=world.supervisor)


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


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


# -- The form ------------------------------------------------------------------------------------------------------


def test_a_form_opens_at_the_first_section_that_is_not_finished(world, visit, signed_in):
    client = signed_in(world.supervisor)
    address = url("visit-form", visit, visit.forms.get().pk)
    assert client.get(address).context["section"].key == "A"

    save(client, visit, [*events("A1", 4), {"id": "00000000-0000-4000-8000-000000000002", "key": "A2", "na": True}])

    page = client.get(address)
    assert (page.context["section"].key, page.context["number"]) == ("B", 2)
    assert "ตอบแล้ว 2 จาก 3" in page.content.decode()


def test_one_answer_is_saved_as_it_is_given(world, visit, signed_in):
    reply = save(signed_in(world.supervisor), visit, events("A1", 4))

    assert reply.status_code == 200
    assert reply.json()["progress"]["answered"] == 1
    assert answers(visit) == {"A1": 4}


def test_sending_again_changes_nothing(world, visit, signed_in):
    client = signed_in(world.supervisor)
    save(client, visit, events("A1", 4))

    again = save(client, visit, events("A1", 4))

    assert again.status_code == 200
    assert again.json()["revision"] == 1


def test_who_is_signed_out_is_told_so_and_not_redirected(client, visit):
    reply = save(client, visit, events("A1", 4))
    changes = client.get(url("visit-form-changes", visit, visit.forms.get().pk), headers={"accept": "application/json"})

    assert (reply.status_code, changes.status_code) == (401, 401)
    assert "เก็บอยู่ในเครื่องนี้" in reply.json()["message"]
    plain = client.post(url("visit-form-save", visit, visit.forms.get().pk), {})
    assert plain.status_code == 302
    assert reverse("accounts:login") in plain.url
    assert answers(visit) == {}


def test_an_answer_after_sending_is_refused_in_words(world, visit, signed_in):
    Visit.objects.filter(pk=visit.pk).update(state="submitted")

    reply = save(signed_in(world.supervisor), visit, events("A1", 4))

    assert reply.status_code == 409
    assert "ส่งกลับแก้ไข" in reply.json()["message"]
    assert answers(visit) == {}


def test_only_the_team_answers(world, visit, signed_in):
    reply = save(signed_in(world.workgroup_head), visit, events("A1", 4))
    unseen = save(signed_in(world.far_supervisor), visit, events("A1", 4))

    assert reply.status_code == 409
    assert "ไม่ได้อยู่ในคณะ" in reply.json()["message"]
    assert unseen.status_code == 404
    assert answers(visit) == {}


def test_a_second_person_in_the_form_is_seen(world, visit, signed_in):
    save(signed_in(world.colleague), visit, events("A2", 3), section="A")

    reply = save(signed_in(world.supervisor), visit, events("A1", 4, 2), number=2, section="A").json()

    assert [other["name"] for other in reply["others"]] == [str(world.colleague)]
    assert reply["changes"]["A2"]["v"] == 3


def test_an_answer_that_both_gave_is_shown_to_both_to_settle(world, visit, signed_in):
    save(signed_in(world.colleague), visit, events("A1", 2))

    reply = save(signed_in(world.supervisor), visit, events("A1", 4, 2), number=2).json()
    page = signed_in(world.colleague).get(url("visit-form", visit, visit.forms.get().pk, section="A")).content.decode()

    assert [conflict["key"] for conflict in reply["conflicts"]] == ["A1"]
    assert "คำตอบไม่ตรงกัน" in page
    detail = signed_in(world.supervisor).get(visit.get_absolute_url()).content.decode()
    assert "ตอบไม่ตรงกัน 1 ข้อ" in detail


def test_the_whole_form_is_had_on_one_page(world, visit, signed_in):
    client = signed_in(world.supervisor)
    form = visit.forms.get()
    page = client.get(url("visit-form", visit, form.pk, section="all"))

    posted = shown_inputs(page) | {"section": "all", "a-A1": "5", "a-B1": "ห้องเรียนสะอาด"}
    response = client.post(url("visit-form-save", visit, form.pk), posted)

    assert response.url == url("visit-form", visit, form.pk, section="all")
    assert answers(visit) == {"A1": 5, "B1": "ห้องเรียนสะอาด"}


class Marks(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = {}

    def handle_starttag(self, tag, attrs):
        row = dict(attrs)
        if tag == "input" and row.get("name", "").startswith("was-"):
            self.found[row["name"]] = row["value"]


def shown_inputs(page):
    """The hidden marks that a page without scripts gives back."""
    marks = Marks()
    marks.feed(page.content.decode())
    return marks.found


def test_without_scripts_a_section_is_saved_and_the_next_one_opens(world, visit, signed_in):
    client = signed_in(world.supervisor)
    form = visit.forms.get()
    page = client.get(url("visit-form", visit, form.pk, section="A"))

    response = client.post(
        url("visit-form-save", visit, form.pk),
        shown_inputs(page) | {"section": "A", "a-A1": "5", "na-A2": "on", "go": "B"},
    )

    assert response.url == url("visit-form", visit, form.pk, section="B")
    assert answers(visit) == {"A1": 5, "A2": None}


def test_without_scripts_a_refused_answer_keeps_one_in_the_section(world, visit, signed_in):
    client = signed_in(world.supervisor)
    form = visit.forms.get()
    page = client.get(url("visit-form", visit, form.pk, section="A"))

    response = client.post(
        url("visit-form-save", visit, form.pk),
        shown_inputs(page) | {"section": "A", "a-A1": "9", "go": "B"},
        follow=True,
    )

    assert response.context["section"].key == "A"
    assert "โปรดเลือกคะแนน" in response.content.decode()


def test_a_form_that_can_not_be_filled_now_is_read(world, visit, signed_in):
    save(signed_in(world.supervisor), visit, events("A1", 4))

    page = signed_in(world.head).get(url("visit-form", visit, visit.forms.get().pk)).content.decode()

    assert "ไม่ได้อยู่ในคณะนิเทศครั้งนี้" in page
    assert 'name="a-A1"' not in page
    assert ">4</strong>" in page


def test_a_form_costs_the_same_for_few_questions_or_many(world, signed_in):
    client = signed_in(world.supervisor)
    scale = {"title": "ระดับ", "values": [{"v": 2, "t": "มาก"}, {"v": 1, "t": "น้อย"}], "bands": []}
    costs = set()
    for count in (2, 40):
        questions = [{"key": f"Q{n}", "type": "rating", "text": f"ข้อ {n}", "with_evidence": True} for n in range(count)]
        section = {"key": "A", "title": "ด้าน", "scale": "s", "questions": questions}
        instrument = Instrument.objects.create(code=f"N-{count}", title="แบบ")
        make_version(instrument, definition={"scales": {"s": scale}, "sections": [section]})
        visit = make_visit(world.school, world.supervisor, instruments=[instrument], state="in_progress")
        costs.add(queries_of(client, url("visit-form", visit, visit.forms.get().pk)))

    assert len(costs) == 1


# -- Pictures and signatures ---------------------------------------------------------------------------------------


def test_a_photograph_is_turned_upright_made_small_and_loses_its_place(world, visit, signed_in):
    client = signed_in(world.supervisor)

    client.post(url("visit-photo-add", visit), {"photo": photograph(size=(3000, 2000), rotated=True)})

    photo = visit.photos.get()
    assert (photo.width, photo.height) == (1067, 1600)
    picture = b"".join(client.get(url("visit-photo", visit, photo.pk)).streaming_content)
    assert b"Exif" not in picture


def test_a_photograph_sent_twice_is_kept_once(world, visit, signed_in):
    client = signed_in(world.supervisor)
    for _ in range(2):
        reply = client.post(
            url("visit-photo-add", visit),
            {"photo": photograph(), "uuid": "20000000-0000-4000-8000-000000000001"},
            headers={"accept": "application/json"},
        )

    assert reply.status_code == 200
    assert visit.photos.count() == 1


def test_what_is_no_picture_is_refused_in_words(world, visit, signed_in):
    fake = SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>", "image/jpeg")

    page = signed_in(world.supervisor).post(url("visit-photo-add", visit), {"photo": fake}, follow=True)

    assert "ไม่ใช่ภาพ" in page.content.decode()
    assert not visit.photos.exists()


def test_photographs_are_captioned_and_taken_away_by_the_team_alone(world, visit, signed_in):
    photo = add_photo(visit, photograph(), by=world.supervisor)

    signed_in(world.head).post(url("visit-photo-delete", visit, photo.pk))
    signed_in(world.colleague).post(url("visit-photo-caption", visit, photo.pk), {"caption": "ห้องเรียน ป.1"})
    assert [p.caption for p in visit.photos.all()] == ["ห้องเรียน ป.1"]

    signed_in(world.colleague).post(url("visit-photo-delete", visit, photo.pk))
    assert not visit.photos.exists()


def test_both_sides_sign_on_their_page(world, visit, signed_in):
    client = signed_in(world.supervisor)
    assert client.get(url("visit-sign", visit, side="school")).status_code == 200

    drawn = {"side": "school", "name": "นายประยูร ใจดี", "position": "ผู้อำนวยการโรงเรียน", "drawing": drawn_signature()}
    client.post(url("visit-sign", visit), drawn)
    client.post(url("visit-sign", visit), {"side": "supervisor", "name": str(world.supervisor), "typed": "on"})

    assert {s.side: bool(s.image) for s in visit.signatures.all()} == {"school": True, "supervisor": False}
    refused = client.post(url("visit-sign", visit), {"side": "school", "name": "นายประยูร ใจดี"})
    assert refused.status_code == 422
    assert "โปรดลงลายมือชื่อในช่อง" in refused.content.decode()


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


def test_who_has_nothing_of_ones_own_to_do_meets_what_others_wait_for(world, signed_in):
    sent = make_visit(world.school, world.colleague, state="submitted")
    client = signed_in(world.head)

    assert listed(client) == [sent.pk]
    assert listed(client, tab="mine") == []


def test_a_person_of_one_school_is_not_asked_for_a_school(world, signed_in):
    address = reverse("supervision:visit-list")

    assert "ค้นหาสถานศึกษา" not in signed_in(world.school_head).get(address).content.decode()
    assert "ค้นหาสถานศึกษา" in signed_in(world.head).get(address).content.decode()


def test_people_are_offered_in_the_order_of_a_thai_dictionary(world, signed_in):
    for name in ("เกษม", "ขวัญ"):
        make_person(Role.SUPERVISOR, area=world.area, first_name=name)
    visit = make_visit(world.school, world.supervisor)

    form = signed_in(world.head).get(url("visit-team", visit)).context["form"]
    names = [label.split()[0].removeprefix("นาย") for _value, label in form.fields["lead"].choices]

    assert names == ["เกษม", "ขวัญ", "ปรีชา", "มานะ", "วิภา", "สมใจ"]


def test_the_page_of_a_school_lists_its_visits_as_far_as_the_person_sees_them(world, signed_in):
    make_visit(world.school, world.supervisor)
    released = make_visit(world.school, world.supervisor, state="released")
    make_visit(world.other_school, world.supervisor, state="released")
    make_recommendation(released, "จัดชั่วโมงซ่อมเสริม")
    page = signed_in(world.head).get(world.school.get_absolute_url())
    ((_, inside),) = page.context["panels"]
    ((_, outside),) = signed_in(world.school_head).get(world.school.get_absolute_url()).context["panels"]

    assert len(inside["visits"]) == 2
    assert [visit.pk for visit in outside["visits"]] == [released.pk]
    assert outside["outside"]
    assert inside["open"] == outside["open"] == 1


def test_the_page_of_a_school_costs_the_same_for_one_visit_or_many(world, signed_in):
    make_visit(world.school, world.supervisor, state="released")
    client, address = signed_in(world.head), world.school.get_absolute_url()
    client.get(address)
    before = queries_of(client, address)
    for _ in range(4):
        make_recommendation(make_visit(world.school, world.colleague, state="released"))

    assert queries_of(client, address) == before


def test_why_a_record_came_back_is_read_first(world, visit, signed_in):
    sent = put(visit, "submitted")
    perform(sent, "return", by=world.head, reason="โปรดเพิ่มหลักฐานด้านที่ 2")

    page = signed_in(world.supervisor).get(visit.get_absolute_url()).content.decode()

    assert page.index("บันทึกถูกส่งกลับให้แก้ไข") < page.index("โปรดเพิ่มหลักฐานด้านที่ 2") < page.index('id="forms-title"')
