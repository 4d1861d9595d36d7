"""What networks do together: meetings with agenda and minutes, and activities with plan and report."""

import secrets
from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import SUPERVISION_STAFF, Role
from networks.flows.gatherings import ACTIVITY, MEETING
from networks.models.attendance import Participant
from networks.models.network import Network
from thai.dates import date_range
from workflows.machine import state_field
from workflows.models import Stateful

ARRANGERS = (*SUPERVISION_STAFF, Role.CLERK)
"""Who arranges meetings and activities in the office."""


def new_nonce() -> str:
    return secrets.token_hex(4)


class Gathering(Stateful):
    """What a meeting and an activity share: their days, their place, and a door at which people check in.

    ``network_id`` is the network that holds it; its lead arranges it as the office's staff does. The periods are stored,
    derived from the first day, because the year table may change later.
    """

    word: ClassVar[str]
    """How addresses call it."""
    noun: ClassVar[str]
    """How people call it."""
    at_the_door: ClassVar[tuple[str, ...]]
    """The states in which people may be put down as having come."""
    participants: Any
    area: Any
    network: Any
    network_id: Any

    title = models.CharField("เรื่อง", max_length=250)
    starts_on = models.DateField("วันที่จัด")
    ends_on = models.DateField("ถึงวันที่")
    starts_at = models.TimeField("เวลาเริ่ม", null=True, blank=True)
    ends_at = models.TimeField("เวลาสิ้นสุด", null=True, blank=True)
    place = models.CharField("สถานที่", max_length=250, blank=True)
    fiscal_year = models.PositiveSmallIntegerField("ปีงบประมาณ", editable=False)
    academic_year = models.PositiveSmallIntegerField("ปีการศึกษา", editable=False)
    semester = models.PositiveSmallIntegerField("ภาคเรียนที่", editable=False)
    nonce = models.CharField(max_length=8, default=new_nonce, editable=False)
    """Part of the check-in link; a new one makes every link given out before worthless."""
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ผู้จัดทำ", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("สร้างเมื่อ", default=timezone.now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def today(self) -> date:
        return timezone.localdate()

    @property
    def days(self) -> str:
        return date_range(self.starts_on, self.ends_on)

    @property
    def takes_check_in(self) -> bool:
        """Whether the link lets people in today."""
        return self.state in self.at_the_door and self.starts_on <= self.today <= self.ends_on

    @property
    def takes_attendance(self) -> bool:
        """Whether the organiser may tick who came: from the first day until the record is finished."""
        return self.state in self.at_the_door and self.starts_on <= self.today

    def refusal_to_check_in(self) -> str:
        """Why nobody checks in by the link now, as a Thai sentence; empty where people do."""
        if self.state not in (*self.at_the_door, "minuted", "reported"):
            return f"{self.noun}นี้อยู่ในสถานะ “{self.status.outside_label}” จึงยังไม่เปิดให้ลงทะเบียน"
        if self.today < self.starts_on:
            return f"ยังไม่ถึงวันจัด ลงทะเบียนได้ใน{self.days}"
        if not self.takes_check_in:
            return f"หมดเวลาลงทะเบียนแล้ว ({self.days}) หากท่านเข้าร่วมจริงโปรดแจ้งผู้จัดให้ลงชื่อในรายชื่อ"
        return ""


# -- Meetings ------------------------------------------------------------------------------------------------------


_WRITTEN = (
    (Q(chair__isnull=False) | ~Q(chair_name=""))
    & Q(opened_at__isnull=False, closed_at__isnull=False)
    & ~Q(minutes_taker="")
    & ~Q(direction="")
)


def _resolved() -> Q:
    """At least one item of the agenda has a resolution."""
    return Q(Exists(AgendaItem.objects.filter(meeting=OuterRef("pk")).exclude(resolution="")))


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``networks.see_meeting``."""
        own = Network.objects.visible_to(user)
        asked = Meeting.others.through.objects.filter(network__in=own).values("meeting")
        invited = Participant.objects.filter(user=user, meeting__isnull=False)
        concerned = (
            Q(network__in=own)
            | Q(pk__in=asked)
            | Q(for_all=True, area__in=own.values("area"))
            | Q(pk__in=invited.values("meeting"))
            | Q(area__in=user.areas_as(Role.COMMITTEE))
        )
        return self.filter(
            Q(area__in=user.areas_as(*ARRANGERS))
            | Q(network__in=user.networks_as(Role.NETWORK_LEAD))
            | (Q(announced_at__isnull=False) & concerned)
        )

    def with_whole_minutes(self):
        """The list form of ``gaps_of_minutes`` being empty."""
        return self.filter(_resolved(), _WRITTEN)

    def without_whole_minutes(self):
        return self.exclude(_resolved() & _WRITTEN)


class Meeting(Gathering):
    """การประชุม/สัมมนาเครือข่าย — announced with an agenda, held, and closed by its approved minutes.

    A meeting without ``network`` is the office's own. Who was not asked reads nothing of it before it was announced.
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", "ประชุม"
        SEMINAR = "seminar", "สัมมนา"
        WORKSHOP = "workshop", "ประชุมเชิงปฏิบัติการ"

    machine = MEETING
    word, noun = "meeting", "การประชุม"
    at_the_door = ("announced", "held")
    _history_user: Any

    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="network_meetings"
    )
    network = models.ForeignKey(
        "networks.Network", verbose_name="เครือข่ายที่จัด", on_delete=models.PROTECT, null=True, blank=True,
        related_name="meetings",
    )  # fmt: skip
    others = models.ManyToManyField(
        "networks.Network", verbose_name="เครือข่ายที่เกี่ยวข้อง", blank=True, related_name="joint_meetings"
    )
    for_all = models.BooleanField("ทุกเครือข่ายของเขต", default=False)
    kind = models.CharField("ประเภท", max_length=10, choices=Kind.choices, default=Kind.MEETING)
    number = models.CharField("ครั้งที่", max_length=20, blank=True, help_text="เช่น 1/2569")
    online_link = models.URLField("ลิงก์ประชุมออนไลน์", max_length=500, blank=True)
    message = models.TextField("ข้อความถึงผู้รับเชิญ", blank=True)
    state = state_field(MEETING)
    announced_at = models.DateTimeField("แจ้งเมื่อ", null=True, editable=False)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="ประธานในที่ประชุม", on_delete=models.PROTECT, null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    chair_name = models.CharField("ประธานที่ไม่มีบัญชี", max_length=200, blank=True, help_text="ชื่อและตำแหน่ง")
    opened_at = models.TimeField("เริ่มประชุมเวลา", null=True, blank=True)
    closed_at = models.TimeField("เลิกประชุมเวลา", null=True, blank=True)
    minutes_taker = models.CharField("ผู้จดรายงานการประชุม", max_length=200, blank=True)
    minutes_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    """Who wrote the minutes last; that person does not approve them."""
    direction = models.TextField("แนวทางการพัฒนาที่ตกลงร่วมกัน", blank=True)

    objects = MeetingQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["state", "revision", "nonce"])

    class Meta:
        verbose_name = "การประชุมเครือข่าย"
        verbose_name_plural = "การประชุมเครือข่าย"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="meeting_ends_after_it_starts",
                violation_error_message="วันสุดท้ายต้องไม่อยู่ก่อนวันแรก",
            ),
            models.CheckConstraint(condition=Q(state__in=MEETING.keys), name="meeting_state_is_known"),
        ]
        indexes = [models.Index(fields=["area", "-starts_on", "-id"])]

    def get_absolute_url(self) -> str:
        return reverse("networks:meeting-detail", args=[self.pk])

    @property
    def record_code(self) -> str:
        return f"NM-{self.fiscal_year}-{self.pk:05d}"

    @property
    def chaired_by(self) -> str:
        return str(self.chair) if self.chair else self.chair_name

    def is_for(self, user) -> bool:
        """Whether the person sees a network that holds the meeting or was asked to it, or was asked in person."""
        own = Network.objects.visible_to(user)
        if self.for_all and own.filter(area=self.area_id).exists():
            return True
        asked = Q(pk=self.network_id) | Q(joint_meetings=self.pk)
        return own.filter(asked).exists() or self.participants.filter(user=user).exists()

    def gaps_of_minutes(self) -> list[str]:
        """What the minutes still need before they can be approved, in words."""
        missing = []
        if not self.chaired_by:
            missing.append("ประธานในที่ประชุม")
        if self.opened_at is None:
            missing.append("เวลาเริ่มประชุม")
        if self.closed_at is None:
            missing.append("เวลาเลิกประชุม")
        if not self.minutes_taker.strip():
            missing.append("ผู้จดรายงานการประชุม")
        if not self.agenda.exclude(resolution="").exists():
            missing.append("มติที่ประชุมอย่างน้อย 1 วาระ")
        if not self.direction.strip():
            missing.append("แนวทางการพัฒนาที่ตกลงร่วมกัน")
        return missing

    def content_for_digest(self) -> dict:
        came = self.participants.filter(attended_at__isnull=False)
        return {
            "title": self.title,
            "days": [self.starts_on, self.ends_on],
            "times": [self.opened_at, self.closed_at],
            "chair": self.chaired_by,
            "taker": self.minutes_taker,
            "direction": self.direction,
            "agenda": list(self.agenda.values_list("place", "title", "details", "resolution")),
            "came": sorted(came.values_list("name", "organisation", "school_id")),
        }


class AgendaItem(models.Model):
    """ระเบียบวาระ — one item: what it is about, and afterwards what was resolved."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    place = models.PositiveSmallIntegerField("วาระที่", default=1)
    title = models.CharField("เรื่อง", max_length=300)
    details = models.TextField("รายละเอียด", blank=True)
    resolution = models.TextField("มติที่ประชุม", blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "ระเบียบวาระ"
        verbose_name_plural = "ระเบียบวาระ"
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return f"ระเบียบวาระที่ {self.place} {self.title}"


# -- Activities ----------------------------------------------------------------------------------------------------


class ActivityQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``networks.see_activity``."""
        taken_part = Participant.objects.filter(user=user, activity__isnull=False)
        return self.filter(
            Q(network__in=Network.objects.visible_to(user))
            | Q(area__in=user.areas_as(*ARRANGERS))
            | Q(network__in=user.networks_as(Role.NETWORK_LEAD))
            | Q(pk__in=taken_part.values("activity"))
        )


class Activity(Gathering):
    """กิจกรรมพัฒนาเครือข่าย — what one network does to develop: planned, held, reported."""

    class Kind(models.TextChoices):
        """The five kinds of step 4 of the handbook's process P-5.2, by their numbers."""

        PERSON = "person", "4.1 เครือข่ายบุคคล (ครูแกนนำ ครูต้นแบบ)"
        CLUB = "club", "4.2 เครือข่ายในรูปชมรม"
        LEVEL = "level", "4.3 เครือข่ายตามระดับการศึกษา"
        COMMUNITY = "community", "4.4 เครือข่ายในรูปของชุมชน"
        CLASSROOM = "classroom", "4.5 เครือข่ายห้องเรียนหรือสถานศึกษา"

    machine = ACTIVITY
    word, noun = "activity", "กิจกรรม"
    at_the_door = ("planned", "held")
    _history_user: Any

    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="network_activities"
    )
    network = models.ForeignKey(
        "networks.Network", verbose_name="เครือข่าย", on_delete=models.PROTECT, related_name="activities"
    )
    kind = models.CharField("รูปแบบตามคู่มือ", max_length=20, choices=Kind.choices)
    objective = models.TextField("วัตถุประสงค์")
    target_group = models.CharField("กลุ่มเป้าหมาย", max_length=300, blank=True)
    expected = models.TextField("ผลที่คาดว่าจะได้รับ", blank=True)
    budget = models.DecimalField("งบประมาณตามแผน (บาท)", max_digits=12, decimal_places=2, default=0)
    state = state_field(ACTIVITY)
    knowledge = models.TextField("องค์ความรู้/นวัตกรรมที่แลกเปลี่ยน", blank=True)
    result = models.TextField("ผลที่เกิดขึ้น", blank=True)
    expense = models.DecimalField("ค่าใช้จ่ายจริง (บาท)", max_digits=12, decimal_places=2, null=True, blank=True)
    problems = models.TextField("ปัญหา อุปสรรค และแนวทางแก้ไข", blank=True)
    next_steps = models.TextField("สิ่งที่จะทำต่อไป", blank=True)

    objects = ActivityQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["state", "revision", "nonce"])

    class Meta:
        verbose_name = "กิจกรรมพัฒนาเครือข่าย"
        verbose_name_plural = "กิจกรรมพัฒนาเครือข่าย"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="activity_ends_after_it_starts",
                violation_error_message="วันสุดท้ายต้องไม่อยู่ก่อนวันแรก",
            ),
            models.CheckConstraint(condition=Q(state__in=ACTIVITY.keys), name="activity_state_is_known"),
        ]
        indexes = [
            models.Index(fields=["area", "-starts_on", "-id"]),
            models.Index(fields=["network", "academic_year", "semester"]),
        ]

    def get_absolute_url(self) -> str:
        return reverse("networks:activity-detail", args=[self.pk])

    @property
    def record_code(self) -> str:
        return f"NA-{self.fiscal_year}-{self.pk:05d}"

    def is_for(self, user) -> bool:
        """Whether the person sees the network, or took part."""
        return (
            Network.objects.visible_to(user).filter(pk=self.network_id).exists()
            or self.participants.filter(user=user).exists()
        )

    def gaps_of_report(self) -> list[str]:
        """What the report still needs before it is sent, in words."""
        missing = []
        if not self.result.strip():
            missing.append("ผลที่เกิดขึ้น")
        if not self.knowledge.strip():
            missing.append("องค์ความรู้/นวัตกรรมที่แลกเปลี่ยน")
        if self.expense is None:
            missing.append("ค่าใช้จ่ายจริง (ใส่ 0 เมื่อไม่มี)")
        if not self.next_steps.strip():
            missing.append("สิ่งที่จะทำต่อไป")
        return missing


def activity_file_path(instance, filename: str) -> str:
    """An unguessable path; the name that was uploaded is never a path."""
    return f"networks/activities/{instance.activity_id}/{instance.uuid}.{filename.rsplit('.', 1)[-1]}"


class ActivityFile(models.Model):
    """A photograph of the activity (small, upright, without its place), or a document of what was shared in it."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="files")
    uuid = models.UUIDField(unique=True, editable=False)
    file = models.FileField("ไฟล์", upload_to=activity_file_path)
    thumbnail = models.FileField(upload_to=activity_file_path, blank=True)
    """Of a photograph only."""
    name = models.CharField("ชื่อไฟล์", max_length=150)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    caption = models.CharField("คำบรรยาย", max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "ภาพและไฟล์ของกิจกรรม"
        verbose_name_plural = "ภาพและไฟล์ของกิจกรรม"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.caption or self.name

    @property
    def is_photo(self) -> bool:
        return bool(self.thumbnail)
