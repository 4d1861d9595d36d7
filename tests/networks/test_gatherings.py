"""Meetings and activities of networks: arranged, announced, held, minuted, reported."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from networks.models import Activity, AgendaItem, Meeting, Member, Network
from networks.queries.gatherings import activities_per_semester, participants_of
from networks.services.attendance import GatheringRefused
from networks.services.gatherings import create_activity, create_meeting, update_meeting
from tests.networks.gatherings import MINUTES, make_activity, make_meeting, make_participant
from tests.standing.district import settle_people
from tests.supervision.factories import LONG_AGO, put
from tests.supervision.pictures import photograph
from workflows.models import Notice
from workflows.services import NotAllowedError, TransitionError, perform

TODAY = timezone.localdate


@pytest.fixture
def office(world):
    return settle_people(world)


def told(user) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


# -- Meetings ------------------------------------------------------------------------------------------------------


def test_a_lead_arranges_a_meeting_from_the_first_page_to_approved_minutes(
    signed_in, office, django_capture_on_commit_callbacks
):
    client = signed_in(office.network_lead)
    made = client.post(
        "/networks/meetings/new/",
        {"title": "ประชุมวางแผน", "kind": "seminar", "network": office.network.pk, "starts_on": TODAY().isoformat(),
         "starts_at": "9.30", "place": "โรงเรียนวัดสุทธิ"},
    )  # fmt: skip
    meeting = Meeting.objects.get()
    assert made.url == reverse("networks:meeting-agenda", args=[meeting.pk])
    agenda = {
        "agenda-TOTAL_FORMS": "2",
        "agenda-INITIAL_FORMS": "0",
        "agenda-0-title": "เรื่องแจ้ง",
        "agenda-1-title": "แนวทาง",
    }
    client.post(made.url, agenda)
    client.post(
        f"/networks/meetings/{meeting.pk}/invite/", {"members": "on", "people": "นางแขก รับเชิญ, วิทยากร, มหาวิทยาลัย"}
    )

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/networks/meetings/{meeting.pk}/do/announce/")
    assert [item.title for item in meeting.agenda.all()] == ["เรื่องแจ้ง", "แนวทาง"]
    assert [(str(row), row.place) for row in meeting.participants.all()] == [
        ("นางแขก รับเชิญ", "มหาวิทยาลัย"), ("ผู้แทนโรงเรียนวัดสุทธิ", "โรงเรียนวัดสุทธิ")
    ]  # fmt: skip
    assert told(office.school_head)[0].startswith("ขอเชิญสัมมนา “ประชุมวางแผน”")

    guest = meeting.participants.get(name="นางแขก รับเชิญ")
    client.post(f"/networks/meetings/{meeting.pk}/attendance/", {"came": [guest.pk]})
    client.post(f"/networks/meetings/{meeting.pk}/do/hold/")
    first, second = meeting.agenda.all()
    said = MINUTES | {f"resolution-{second.pk}": "เห็นชอบ", f"details-{first.pk}": "ประธานแจ้ง"}
    added = AgendaItem.objects.create(meeting=meeting, place=3, title="เพิ่มขณะพิมพ์", details="ไม่หาย", resolution="ทราบ")
    client.post(f"/networks/meetings/{meeting.pk}/minutes/", said)
    meeting.refresh_from_db()
    added.refresh_from_db()
    assert (added.details, added.resolution) == ("ไม่หาย", "ทราบ")
    assert (meeting.state, meeting.direction) == ("held", "จัดกิจกรรมภาคเรียนละครั้ง")

    with pytest.raises(NotAllowedError, match="ผู้อำนวยการกลุ่มนิเทศฯ"):
        perform(meeting, "approve", by=office.network_lead)
    with django_capture_on_commit_callbacks(execute=True):
        log = perform(meeting, "approve", by=office.head)
    assert log.digest
    assert told(office.school_head)[-1].startswith("รับรองรายงานการประชุม")
    with pytest.raises(GatheringRefused, match="แก้ไขไม่ได้แล้ว"):
        update_meeting(meeting, by=office.head, title="ใหม่")


def test_each_missing_thing_is_named_before_a_meeting_moves_on(office):
    meeting = make_meeting(office, place="")
    AgendaItem.objects.all().delete()
    with pytest.raises(TransitionError, match=r"สถานที่.*ระเบียบวาระ.*ยังไม่ได้เชิญใคร"):
        perform(meeting, "announce", by=office.supervisor)

    ahead = make_meeting(office, "announced", day=TODAY() + timedelta(days=1))
    with pytest.raises(TransitionError, match=r"ยังไม่ถึงวันจัด.*ยังไม่มีผู้ลงทะเบียน"):
        perform(ahead, "hold", by=office.supervisor)

    held = make_meeting(office, "held", chair=office.head)
    with pytest.raises(TransitionError, match=r"เวลาเริ่มประชุม เวลาเลิกประชุม ผู้จดรายงานการประชุม มติ.*แนวทางการพัฒนา"):
        perform(held, "approve", by=office.head)
    with pytest.raises(TransitionError, match="เหตุผล"):
        perform(meeting, "cancel", by=office.supervisor)


def test_whoever_wrote_the_minutes_does_not_approve_them_but_the_chair_may(office):
    fields = {"opened_at": "09:00", "closed_at": "12:00", "minutes_taker": "ก", "direction": "ข"}
    own = make_meeting(office, "held", chair=office.supervisor, minutes_by=office.head, **fields)
    own.agenda.update(resolution="รับทราบ")

    with pytest.raises(NotAllowedError):
        perform(own, "approve", by=office.head)
    with pytest.raises(NotAllowedError):
        perform(own, "approve", by=office.colleague)
    assert perform(own, "approve", by=office.supervisor).to_state == "minuted"


def test_those_asked_hear_of_another_day_and_of_a_meeting_called_off(office, django_capture_on_commit_callbacks):
    meeting = make_meeting(office, "announced")
    make_participant(meeting, user=office.teacher)
    day = TODAY() + timedelta(days=3)
    with django_capture_on_commit_callbacks(execute=True):
        update_meeting(meeting, by=office.supervisor, starts_on=day, ends_on=day)
        update_meeting(meeting, by=office.supervisor, message="เตรียมเอกสาร")
    meeting.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        perform(meeting, "cancel", by=office.supervisor, reason="น้ำท่วม")

    assert len(told(office.teacher)) == 2
    assert "เปลี่ยนเป็น" in told(office.teacher)[0]
    assert told(office.teacher)[1].endswith("น้ำท่วม")


def test_a_lead_arranges_only_for_the_own_network(signed_in, office):
    other = Network.objects.create(area=office.area, name="เครือข่ายอื่น", kind="pair", started_on=LONG_AGO)
    with pytest.raises(GatheringRefused):
        create_meeting(
            area=office.area, network=other, by=office.network_lead, title="ก", starts_on=TODAY(), ends_on=TODAY()
        )
    with pytest.raises(GatheringRefused):
        create_meeting(
            area=office.area, by=office.network_lead, title="ก", starts_on=TODAY(), ends_on=TODAY(), for_all=True
        )

    client = signed_in(office.network_lead)
    refused = client.post(
        "/networks/meetings/new/",
        {"title": "ของเครือข่ายอื่น", "kind": "meeting", "network": other.pk, "starts_on": TODAY().isoformat()},
    )
    assert refused.status_code == 422
    assert "ของเครือข่ายอื่น" in refused.content.decode()
    assert client.post("/networks/activities/new/", {"network": other.pk}).status_code == 404
    assert not Meeting.objects.exists()
    assert not Activity.objects.exists()


def test_members_read_what_was_announced_and_minutes_only_when_approved(signed_in, office):
    other = Network.objects.create(area=office.area, name="เครือข่ายอื่น", kind="pair", started_on=LONG_AGO)
    draft = make_meeting(office)
    foreign = make_meeting(office, "announced", network=other)
    joint = make_meeting(office, "held", network=other, direction="ทำแผน", minutes_by=office.supervisor)
    joint.others.add(office.network)
    everybody = make_meeting(
        office, "minuted", network=None, for_all=True, direction="ทำแผนร่วม", minutes_by=office.supervisor
    )
    asked = make_meeting(office, "announced", network=other)
    make_participant(asked, user=office.teacher)
    client = signed_in(office.teacher)

    assert set(Meeting.objects.visible_to(office.teacher)) == {joint, everybody, asked}
    assert set(Meeting.objects.visible_to(office.network_lead)) == {draft, joint, everybody}
    assert client.get(foreign.get_absolute_url()).status_code == 404
    assert "ทำแผน" not in client.get(joint.get_absolute_url()).content.decode()
    assert client.get(f"{joint.get_absolute_url()}minutes.pdf").status_code == 404
    assert "ทำแผนร่วม" in client.get(everybody.get_absolute_url()).content.decode()


def test_minutes_and_invitation_are_printed_whole(office):
    from documents.kinds import document_html

    meeting = make_meeting(
        office, "held", number="1/2569", direction="แลกเปลี่ยน 2 ครั้ง", opened_at="09:00", closed_at="12:00"
    )
    meeting.agenda.update(resolution="เห็นชอบ")
    meeting.refresh_from_db()
    make_participant(meeting, "นายมา ประชุม", came=True)
    make_participant(meeting, "นายไม่มา ประชุม", note="ติดราชการ")
    make_participant(meeting, "นางสาวจร มาเอง", came=True, invited=False)

    minutes, _, code = document_html("network-minutes", meeting, office.head)
    letter, _, _ = document_html("network-invitation", meeting, office.head)

    assert code == meeting.record_code
    came, absent, joined = (minutes.index(word) for word in ("ผู้มาประชุม", "ผู้ไม่มาประชุม", "ผู้เข้าร่วมประชุม"))
    assert came < minutes.index("นายมา ประชุม") < absent < minutes.index("ติดราชการ") < joined < minutes.index("นางสาวจร")
    for word in (
        "ครั้งที่ ๑/๒๕๖๙",
        "เริ่มประชุมเวลา ๐๙.๐๐ น.",
        "มติที่ประชุม",
        "แลกเปลี่ยน ๒ ครั้ง",
        "เลิกประชุมเวลา ๑๒.๐๐ น.",
        "ผู้จดรายงานการประชุม",
        "ฉบับร่าง",
    ):
        assert word in minutes, word
    assert "นายไม่มา ประชุม" in letter
    assert "นางสาวจร มาเอง" not in letter


# -- Activities ----------------------------------------------------------------------------------------------------


def test_a_lead_plans_holds_and_reports_an_activity(signed_in, office):
    client = signed_in(office.network_lead)
    made = client.post(
        "/networks/activities/new/",
        {"network": office.network.pk, "title": "เปิดชั้นเรียน", "kind": "club", "starts_on": TODAY().isoformat(),
         "objective": "แลกเปลี่ยน", "budget": "๑,๒๐๐"},
    )  # fmt: skip
    activity = Activity.objects.get()
    address = made.url
    client.post(f"{address}attendance/add/", {"name": "ครูมานี มีนา", "place": "วัดสุทธิ"})
    client.post(f"{address}do/hold/")
    refused = client.post(f"{address}do/report/", follow=True).content.decode()
    client.post(
        f"{address}report/",
        {
            "result": "ได้ผล",
            "knowledge": "เทคนิค",
            "expense": "1,000.50",
            "problems": "ฝนตก ย้ายเข้าอาคาร",
            "next_steps": "ทำต่อ",
        },
    )
    client.post(f"{address}files/", {"file": [photograph(), photograph()], "caption": "ห้องเรียน"})
    client.post(f"{address}do/report/")

    activity.refresh_from_db()
    assert activity.budget == 1200
    assert activity.expense == Decimal("1000.50")
    assert activity.problems == "ฝนตก ย้ายเข้าอาคาร"
    assert "ผลที่เกิดขึ้น องค์ความรู้" in refused
    assert [row.is_photo for row in activity.files.all()] == [True, True]
    assert activity.state == "reported"
    assert [(name, place) for name, place, _ in participants_of(activity)] == [("ครูมานี มีนา", "โรงเรียนวัดสุทธิ")]
    photo = activity.files.first()
    assert client.post(f"{address}files/{photo.pk}/delete/", follow=True).content.decode().count("แก้ไขไม่ได้แล้ว") == 1
    with photo.file.open() as stored:
        assert b"Exif" not in stored.read()

    with pytest.raises(NotAllowedError):
        perform(activity, "reopen", by=office.network_lead, reason="แก้")
    assert perform(activity, "reopen", by=office.head, reason="โปรดเพิ่มผลเชิงปริมาณ").to_state == "held"


def test_a_file_that_is_none_is_refused_by_name_and_the_others_are_kept(signed_in, office):
    from django.core.files.uploadedfile import SimpleUploadedFile

    activity = make_activity(office)
    bad = SimpleUploadedFile("virus.exe", b"MZ\x00\x01")
    page = signed_in(office.supervisor).post(
        f"{activity.get_absolute_url()}files/", {"file": [bad, photograph()]}, follow=True
    )

    assert "virus.exe: " in page.content.decode()
    assert activity.files.count() == 1


def test_an_activity_stands_in_the_semester_of_its_day_and_within_the_networks_life(office):
    Network.objects.filter(pk=office.network.pk).update(ended_on=date(2026, 12, 31))
    office.network.refresh_from_db()

    def plan(day):
        return create_activity(
            network=office.network,
            by=office.supervisor,
            title="ก",
            kind="club",
            objective="ข",
            starts_on=day,
            ends_on=day,
        )

    found = [
        (one.academic_year, one.semester, one.fiscal_year)
        for one in map(plan, [date(2026, 5, 16), date(2026, 10, 20), date(2026, 11, 1)])
    ]

    assert found == [(2569, 1, 2569), (2569, 1, 2570), (2569, 2, 2570)]
    with pytest.raises(GatheringRefused, match="ไม่ได้ดำเนินงาน"):
        plan(date(2027, 1, 5))


@pytest.mark.parametrize("networks", [1, 6])
def test_the_office_sees_which_network_acted_in_which_semester(office, networks, django_assert_num_queries):
    for number in range(networks):
        other = Network.objects.create(area=office.area, name=f"ก {number}", kind="club", started_on=LONG_AGO)
        make_activity(office, "reported", network=other, semester=1)
        make_activity(office, "planned", network=other, semester=1)
        make_activity(office, "held", network=other, semester=1, academic_year=2568)
    Network.objects.create(area=office.area, name="เลิกแล้ว", kind="club", started_on=LONG_AGO, ended_on=date(2024, 1, 1))
    make_activity(office, "held")
    put(make_activity(office, "held"), "cancelled")

    with django_assert_num_queries(3):
        rows = activities_per_semester(office.area, 2569)

    found = {row.network.name: (row.first, row.second, row.missing) for row in rows}
    assert found == {f"ก {n}": (1, 0, [2]) for n in range(networks)} | {office.network.name: (0, 1, [1])}


@pytest.mark.parametrize("what", ["meeting", "activity"])
def test_lists_are_filtered_and_say_when_nothing_is_found(signed_in, office, what):
    make = make_meeting if what == "meeting" else make_activity
    wanted = make(office, title="ประชุมอ่านเขียน")
    make(office, title="อื่น", academic_year=2567)
    client = signed_in(office.supervisor)
    address = reverse(f"networks:{what}-list")

    def found(**query):
        return list(client.get(address, query).context["page"].object_list)

    assert found(q="อ่าน", year="๒๕๖๙", network=office.network.pk, state=wanted.state) == [wanted]
    assert len(found(year="x", network="9999999", state="nonsense")) == 2
    assert "ไม่พบ" in client.get(address, {"q": "ไม่มีคำนี้"}).content.decode()


@pytest.mark.parametrize("what", ["meeting", "activity"])
def test_a_list_costs_the_same_for_many(signed_in, office, what, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make = make_meeting if what == "meeting" else make_activity
    address = reverse(f"networks:{what}-list")
    make_participant(make(office), came=True)
    client = signed_in(office.network_lead)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in range(5):
        make_participant(make(office, title=f"ครั้งที่ {number}"), came=True)

    with django_assert_num_queries(len(one)):
        assert len(client.get(address).context["page"].object_list) == 6


def test_members_are_asked_once_however_many_terms_they_hold(signed_in, office):
    for role in ("member", "committee"):
        Member.objects.create(network=office.network, kind="person", user=office.teacher, role=role, joined_on=LONG_AGO)
    meeting = make_meeting(office)
    address = f"{meeting.get_absolute_url()}invite/"
    client = signed_in(office.supervisor)

    client.post(address, {"members": "on", "schools": [office.school.pk]})
    again = client.post(address, {"members": "on"}, follow=True).content.decode()
    nobody = client.post(address, {"people": ""})

    assert {row.key for row in meeting.participants.all()} == {f"u:{office.teacher.pk}", f"s:{office.school.pk}"}
    assert "อยู่ในรายชื่อแล้ว" in again
    assert nobody.status_code == 422
    bad = client.post(address, {"people": "ก, ข, ค, ง"})
    assert "ก, ข, ค, ง" in bad.content.decode()


# -- Two who write the same page -----------------------------------------------------------------------------------


def shown(client, url) -> str:
    return re.search(r'name="seen" value="(\w{16})"', client.get(url).content.decode())[1]


def pages(office) -> dict[str, tuple]:
    """{page: (address, what one writes, what the other writes, what is kept of it)}."""
    meeting, held = make_meeting(office), make_meeting(office, "held", title="ประชุมแล้ว")
    activity, done = make_activity(office), make_activity(office, "held", title="จัดแล้ว")
    item = held.agenda.get()

    def details(title):
        return {"title": title, "kind": "meeting", "starts_on": TODAY().isoformat()}

    def plan(title):
        return {"title": title, "kind": "club", "starts_on": TODAY().isoformat(), "objective": "ก"}

    def agenda(title):
        first = meeting.agenda.get().pk
        return {
            "agenda-TOTAL_FORMS": "1", "agenda-INITIAL_FORMS": "1", "agenda-0-pk": first, "agenda-0-title": title
        }  # fmt: skip

    return {
        "details": (
            f"/networks/meetings/{meeting.pk}/edit/",
            details,
            lambda: Meeting.objects.get(pk=meeting.pk).title,
        ),
        "agenda": (f"/networks/meetings/{meeting.pk}/agenda/", agenda, lambda: meeting.agenda.get().title),
        "minutes": (
            f"/networks/meetings/{held.pk}/minutes/",
            lambda text: {f"resolution-{item.pk}": text},
            lambda: AgendaItem.objects.get(pk=item.pk).resolution,
        ),
        "plan": (f"/networks/activities/{activity.pk}/edit/", plan, lambda: Activity.objects.get(pk=activity.pk).title),
        "report": (
            f"/networks/activities/{done.pk}/report/",
            lambda text: {"result": text},
            lambda: Activity.objects.get(pk=done.pk).result,
        ),
    }


@pytest.mark.parametrize("name", ["details", "agenda", "minutes", "plan", "report"])
def test_the_second_who_saves_a_page_keeps_what_they_typed_and_is_told(signed_in, office, name):
    url, typed, kept = pages(office)[name]
    mine, other = signed_in(office.supervisor), signed_in(office.head)
    seen = shown(mine, url)

    assert other.post(url, typed("ของหัวหน้า") | {"seen": shown(other, url)}).status_code == 302
    late = mine.post(url, typed("ของศึกษานิเทศก์") | {"seen": seen})
    body = late.content.decode()

    assert late.status_code == 409
    assert "มีผู้อื่นบันทึกหน้านี้ไปก่อนแล้ว" in body
    assert "ของศึกษานิเทศก์" in body
    assert kept() == "ของหัวหน้า"
    again = re.search(r'name="seen" value="(\w{16})"', body)[1]
    assert mine.post(url, typed("ของศึกษานิเทศก์") | {"seen": again}).status_code == 302
    assert kept() == "ของศึกษานิเทศก์"
