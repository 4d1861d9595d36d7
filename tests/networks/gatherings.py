"""Dull makers of meetings and activities; states are set around the kernel."""

from datetime import date, time

from django.utils import timezone

from networks.models import Activity, AgendaItem, Meeting, Network, Participant
from networks.services.gatherings import add_file
from tests.supervision.factories import put
from tests.supervision.pictures import photograph


def make_meeting(world, state: str = "draft", *, day: date | None = None, **fields) -> Meeting:
    """A meeting of the world's network today with one item; of another state as if it had come there by the book."""
    day = day or timezone.localdate()
    network = fields.pop("network", world.network)
    values = {
        "area": world.area, "network": network, "title": "ประชุมเครือข่าย", "starts_on": day, "ends_on": day,
        "starts_at": time(9, 0), "place": "ห้องประชุม 1", "made_by": world.supervisor, "fiscal_year": 2570,
        "academic_year": 2569, "semester": 2,
    }  # fmt: skip
    if state != "draft":
        values["announced_at"] = timezone.now()
    meeting = Meeting.objects.create(**(values | fields))
    AgendaItem.objects.create(meeting=meeting, place=1, title="แนวทางการพัฒนา")
    return put(meeting, state)


def make_activity(world, state: str = "planned", *, day: date | None = None, **fields) -> Activity:
    day = day or timezone.localdate()
    network: Network = fields.pop("network", world.network)
    values = {
        "area_id": network.area_id, "network": network, "title": "เปิดชั้นเรียน", "starts_on": day, "ends_on": day,
        "kind": "club", "objective": "แลกเปลี่ยน", "made_by": world.supervisor, "fiscal_year": 2570,
        "academic_year": 2569, "semester": 2,
    }  # fmt: skip
    return put(Activity.objects.create(**(values | fields)), state)


def make_participant(gathering, name: str = "นายมานะ อดทน", *, came: bool = False, **fields) -> Participant:
    values = {"name": name, "organisation": "ชุมชนวัด", "invited": True}
    if came:
        values |= {"attended_at": timezone.now(), "how": "list"}
    return Participant.objects.create(**{gathering.word: gathering}, **(values | fields))


MINUTES = {
    "chair_name": "นายประธาน ใจดี", "opened_at": "09:05", "closed_at": "15:30", "minutes_taker": "นางสาวจด ดี",
    "direction": "จัดกิจกรรมภาคเรียนละครั้ง",
}  # fmt: skip


def settle_meeting(world, state: str) -> None:
    """A meeting of the world's network in that state, with one who was asked and has not come."""
    world.meeting = make_meeting(world, state)
    world.guest = make_participant(world.meeting)


def settle_activity(world, state: str) -> None:
    """An activity in that state, with a photograph and one who was asked."""
    activity = make_activity(world)
    world.activity_photo = add_file(activity, photograph(), by=world.supervisor)
    world.guest = make_participant(activity)
    world.activity = put(activity, state)
