"""Verbs of meetings and activities: write them, keep the agenda and the minutes, gather files."""

import uuid as uuids
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction

from accounts.models import User
from instruments.files import EXTENSIONS, read_document
from networks.flows.gatherings import MEETING
from networks.models import Activity, ActivityFile, AgendaItem, Gathering, Meeting, Network
from networks.services.attendance import GatheringRefused, announce_to, writable
from networks.services.keeping import stamp
from schools.models import AreaOffice
from schools.queries import period_of
from thai.dates import date_range, time_of_day
from thai.text import normalise
from workflows.models import TransitionLog

FILE_LIMIT = 20
MEETING_FIELDS = (
    "title", "kind", "number", "starts_on", "ends_on", "starts_at", "ends_at", "place", "online_link", "message",
    "chair", "chair_name", "for_all",
)  # fmt: skip
PLAN_FIELDS = (
    "title", "kind", "starts_on", "ends_on", "starts_at", "ends_at", "place", "objective", "target_group", "expected",
    "budget",
)  # fmt: skip
REPORT_FIELDS = ("knowledge", "result", "expense", "problems", "next_steps")
MINUTES_FIELDS = ("chair", "chair_name", "opened_at", "closed_at", "minutes_taker", "direction")
NOT_YOURS = "ท่านจัดการประชุมหรือกิจกรรมนี้ไม่ได้ ผู้ที่ทำได้คือเจ้าหน้าที่ของเขตและประธาน/ผู้ประสานงานเครือข่ายที่จัด"


@dataclass(frozen=True)
class Page:
    """One form about a gathering: its fields, and what else stands on it (rows that other tables keep)."""

    template: str
    fields: tuple[str, ...]
    rows: Callable[[Any], Iterable] = lambda gathering: ()


class GatheringChanged(GatheringRefused):
    """Somebody else saved the same page first; nothing was written. ``stamp`` is that of what is stored now."""

    def __init__(self, stamp: str):
        super().__init__(
            "ขณะที่ท่านแก้ไข มีผู้อื่นบันทึกหน้านี้ไปก่อนแล้ว ข้อความของท่านยังอยู่ด้านล่างแต่ยังไม่ได้บันทึก "
            "โปรดเปิดดูที่บันทึกไว้ในอีกหน้าต่างหนึ่งแล้วเทียบกัน หากกดบันทึกอีกครั้งจะใช้ของท่าน"
        )
        self.stamp = stamp


def stamp_of(gathering: Gathering, page: Page) -> str:
    """Equal for two readings of the page between which nobody saved it."""
    return stamp(gathering, page.fields, *page.rows(gathering))


def _require_unchanged(gathering: Gathering, page: Page, seen: str) -> None:
    """Raises ``GatheringChanged`` where the page is not as ``seen`` told; "" asks nothing."""
    if seen and seen != (now := stamp_of(gathering, page)):
        raise GatheringChanged(now)


def _items(meeting: Meeting) -> list:
    return list(meeting.agenda.values_list("pk", "title", "details", "resolution"))


def _said_in(meeting: Meeting) -> list:
    return [*_items(meeting), *meeting.participants.stayed_away().exclude(note="").values_list("pk", "note")]


DETAILS = Page("meeting_form", MEETING_FIELDS, lambda meeting: sorted(meeting.others.values_list("pk", flat=True)))
AGENDA = Page("meeting_agenda", (), _items)
MINUTES = Page("meeting_minutes", MINUTES_FIELDS, _said_in)
PLAN = Page("activity_form", PLAN_FIELDS)
REPORT = Page("activity_report", REPORT_FIELDS)


def _stamp_period(gathering: Gathering) -> None:
    period = period_of(gathering.area_id, gathering.starts_on)
    gathering.fiscal_year = period.fiscal_year
    gathering.academic_year, gathering.semester = period.academic_year, period.semester


def _fill(gathering: Gathering, allowed: Sequence[str], values: Mapping[str, Any]) -> None:
    if unknown := set(values) - set(allowed):
        raise TypeError(f"not to be written here: {sorted(unknown)}")
    for name, value in values.items():
        setattr(gathering, name, value)
    if gathering.ends_on < gathering.starts_on:
        raise GatheringRefused("วันสุดท้ายต้องไม่อยู่ก่อนวันแรก โปรดตรวจสอบช่วงวันที่")
    _stamp_period(gathering)


# -- Meetings ------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_meeting(
    *, area: AreaOffice, network: Network | None = None, others: Iterable[Network] = (), by: User, **values: Any
) -> Meeting:
    """A draft. Without ``network`` it is the office's own; a network's lead makes one only for that network."""
    meeting = Meeting(area=area, network=network, made_by=by)
    if (network is not None and network.area_id != area.pk) or not by.has_perm("networks.run_meeting", meeting):
        raise GatheringRefused(NOT_YOURS)
    _fill(meeting, MEETING_FIELDS, values)
    meeting.save()
    _ask_networks(meeting, others)
    return meeting


def _ask_networks(meeting: Meeting, others: Iterable[Network]) -> None:
    rows = [] if meeting.for_all else [one for one in others if one.pk != meeting.network_id]
    meeting.others.set(rows)
    if not meeting.for_all and meeting.network_id is None and not rows:
        raise GatheringRefused("โปรดเลือกเครือข่ายที่เกี่ยวข้องอย่างน้อย 1 เครือข่าย หรือเลือก “ทุกเครือข่ายของเขต”")


@transaction.atomic
def update_meeting(
    meeting: Meeting, *, others: Iterable[Network] = (), by: User, seen: str = "", **values: Any
) -> Meeting:
    """Change a meeting that has not been held. Those who were asked are told of another day, time or place.

    Here and below ``seen`` is the stamp that the person's page showed; raises ``GatheringChanged`` where it is old.
    """
    fresh = writable(meeting, by)
    if fresh.state not in ("draft", "announced"):
        raise GatheringRefused("การประชุมที่จัดแล้วแก้ไขรายละเอียดการเชิญไม่ได้ แก้ไขได้เฉพาะรายงานการประชุม")
    _require_unchanged(fresh, DETAILS, seen)
    before = _when_and_where(fresh)
    _fill(fresh, MEETING_FIELDS, values)
    fresh.save()
    _ask_networks(fresh, others)
    after = _when_and_where(fresh)
    if fresh.state == "announced" and before != after:
        text = f"{fresh.get_kind_display()} “{fresh.title}” เปลี่ยนเป็น {after}"
        announce_to(fresh, fresh.participants.filter(invited=True), text=text)
    return fresh


def _when_and_where(meeting: Meeting) -> str:
    time = f" เวลา {time_of_day(meeting.starts_at)}" if meeting.starts_at else ""
    where = meeting.place or meeting.online_link
    return f"{date_range(meeting.starts_on, meeting.ends_on)}{time} {where}".strip()


@transaction.atomic
def save_agenda(meeting: Meeting, rows: Iterable[Mapping[str, Any]], *, by: User, seen: str = "") -> None:
    """Write the agenda in this order; a row is ``{"pk", "title", "details"}``, without ``pk`` new, without title gone."""
    fresh = writable(meeting, by)
    _require_unchanged(fresh, AGENDA, seen)
    known = {item.pk: item for item in fresh.agenda.all()}
    place = 0
    for row in rows:
        item = known.pop(row["pk"], None) if row.get("pk") else AgendaItem(meeting=fresh)
        if item is None:
            continue
        if not row["title"]:
            if item.pk:
                _drop(item)
            continue
        place += 1
        item.place, item.title, item.details = place, row["title"], row["details"]
        item.save()
    for item in known.values():  # written by somebody else meanwhile: they follow
        place += 1
        item.place = place
        item.save(update_fields=["place"])


def _drop(item: AgendaItem) -> None:
    if item.resolution:
        raise GatheringRefused(f"วาระ “{item.title}” มีมติที่ประชุมแล้ว จึงลบไม่ได้")
    item.delete()


@MEETING.effect("announce")
def _announce(meeting: Meeting, log: TransitionLog) -> None:
    meeting.announced_at = log.at
    meeting.save(update_fields=["announced_at"])
    announce_to(meeting, meeting.participants.filter(invited=True))


@MEETING.effect("cancel")
def _call_off(meeting: Meeting, log: TransitionLog) -> None:
    if meeting.announced_at:
        text = f"ยกเลิก{meeting.get_kind_display()} “{meeting.title}” {meeting.days}: {log.reason}"
        announce_to(meeting, meeting.participants.filter(invited=True), text=text)


@MEETING.effect("approve")
def _share_minutes(meeting: Meeting, log: TransitionLog) -> None:
    text = f"รับรองรายงานการประชุม “{meeting.title}” แล้ว เปิดอ่านได้"
    announce_to(meeting, meeting.participants.all(), text=text)


@transaction.atomic
def save_minutes(
    meeting: Meeting,
    *,
    values: Mapping[str, Any],
    resolutions: Mapping[int, Mapping[str, str]] | None = None,
    notes: Mapping[int, str] | None = None,
    by: User,
    seen: str = "",
) -> Meeting:
    """Write the minutes of a meeting that was held (or is under way).

    ``resolutions`` is {agenda item: {"details", "resolution"}}, ``notes`` {participant: why absent, in whose stead}.
    """
    fresh = writable(meeting, by)
    if fresh.state not in ("announced", "held") or fresh.starts_on > fresh.today:
        raise GatheringRefused("เขียนรายงานการประชุมได้ตั้งแต่วันประชุม หลังจากแจ้งการประชุมแล้ว")
    _require_unchanged(fresh, MINUTES, seen)
    opened, closed = values.get("opened_at"), values.get("closed_at")
    if opened and closed and fresh.starts_on == fresh.ends_on and closed <= opened:
        raise GatheringRefused("เวลาเลิกประชุมต้องอยู่หลังเวลาเริ่มประชุม")
    _fill(fresh, MINUTES_FIELDS, values)
    fresh.minutes_by = by
    fresh.save()
    for item in fresh.agenda.filter(pk__in=resolutions or {}):
        said = (resolutions or {})[item.pk]
        if (item.details, item.resolution) != (said["details"], said["resolution"]):
            item.details, item.resolution = said["details"], said["resolution"]
            item.save()
    for row in fresh.participants.filter(pk__in=notes or {}):
        note = normalise((notes or {})[row.pk])[:200]
        if note != row.note:
            row.note = note
            row.save(update_fields=["note"])
    return fresh


# -- Activities ----------------------------------------------------------------------------------------------------


@transaction.atomic
def create_activity(*, network: Network, by: User, **values: Any) -> Activity:
    """Plan an activity of the network; its academic year and semester follow from its first day."""
    activity = Activity(area_id=network.area_id, network=network, made_by=by)
    if not by.has_perm("networks.run_activity", activity):
        raise GatheringRefused(NOT_YOURS)
    _fill(activity, PLAN_FIELDS, values)
    _check_life_of(activity)
    activity.save()
    return activity


@transaction.atomic
def update_activity(activity: Activity, *, by: User, seen: str = "", **values: Any) -> Activity:
    """Change the plan while it is one."""
    fresh = writable(activity, by)
    if fresh.state != "planned":
        raise GatheringRefused("กิจกรรมที่จัดแล้วแก้ไขแผนไม่ได้ เขียนผลที่ต่างจากแผนไว้ในรายงานผล")
    _require_unchanged(fresh, PLAN, seen)
    _fill(fresh, PLAN_FIELDS, values)
    _check_life_of(fresh)
    fresh.save()
    return fresh


def _check_life_of(activity: Activity) -> None:
    network = activity.network
    if activity.starts_on < network.started_on or (network.ended_on and activity.starts_on > network.ended_on):
        raise GatheringRefused(f"{network} ไม่ได้ดำเนินงานในวันที่เลือก โปรดตรวจสอบวันจัดกิจกรรม")


@transaction.atomic
def save_report(activity: Activity, *, by: User, seen: str = "", **values: Any) -> Activity:
    """Write what came of the activity."""
    fresh = writable(activity, by)
    if fresh.starts_on > fresh.today:
        raise GatheringRefused("ยังไม่ถึงวันจัดกิจกรรม เขียนรายงานผลได้ตั้งแต่วันจัด")
    _require_unchanged(fresh, REPORT, seen)
    _fill(fresh, REPORT_FIELDS, values)
    fresh.save()
    return fresh


def add_file(activity: Activity, upload, *, caption: str = "", by: User) -> ActivityFile:
    """Keep a photograph (made small, its place taken off) or a document. Raises ``FileRefused`` or ``GatheringRefused``."""
    document = read_document(upload)  # outside the transaction: a big picture takes a second
    with transaction.atomic():
        fresh = writable(activity, by)
        if fresh.files.count() >= FILE_LIMIT:
            raise GatheringRefused(f"กิจกรรมหนึ่งแนบภาพและไฟล์ได้ไม่เกิน {FILE_LIMIT} รายการ โปรดลบรายการที่ไม่ใช้ก่อน")
        row = ActivityFile(
            activity=fresh, uuid=uuids.uuid4(), name=document.name[:150], content_type=document.content_type,
            size=len(document.content), sha256=document.sha256, caption=normalise(caption)[:200], by=by,
        )  # fmt: skip
        ending = EXTENSIONS[document.content_type]
        row.file.save(f"file.{ending}", ContentFile(document.content), save=False)
        if document.thumbnail:
            row.thumbnail.save("thumb.jpg", ContentFile(document.thumbnail), save=False)
        row.save()
    return row


@transaction.atomic
def caption_file(row: ActivityFile, caption: str, *, by: User) -> None:
    writable(row.activity, by)
    row.caption = normalise(caption)[:200]
    row.save(update_fields=["caption"])


@transaction.atomic
def remove_file(row: ActivityFile, *, by: User) -> None:
    """Take a file away, once the change is certain."""
    writable(row.activity, by)
    row.delete()
    for stored in (row.file, row.thumbnail):
        if stored:
            transaction.on_commit(partial(stored.delete, save=False))
