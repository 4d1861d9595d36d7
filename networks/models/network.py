"""Supervision networks: what they are. Who belongs to them stands in ``members``."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import AREA_ROLES, NETWORK_ROLES
from networks.models.members import Member
from thai.text import search_key, thai_sort_key


class Kind(models.TextChoices):
    """The kinds of network that the handbook's process P-5.2 names (steps 4.1–4.5, and its scope)."""

    PERSON = "person", "บุคคล"
    CLUB = "club", "ชมรม"
    LEVEL = "level", "ระดับการศึกษา"
    COMMUNITY = "community", "ชุมชน"
    CLASSROOM = "classroom", "ห้องเรียน/สถานศึกษา"
    PAIR = "pair", "โรงเรียนคู่พัฒนา"
    FORUM = "forum", "เวทีวิชาการ/แลกเปลี่ยนเรียนรู้"


EXAMPLES = {
    Kind.PERSON: "ครูแกนนำ ครูต้นแบบ ครูแห่งชาติ",
    Kind.CLUB: "ชมรมครูปฐมวัย ชมรมครูวิทยาศาสตร์",
    Kind.LEVEL: "ระดับปฐมวัย ระดับประถมศึกษา ระดับมัธยมศึกษา",
    Kind.COMMUNITY: "เครือข่ายสุขภาพ ภูมิปัญญาท้องถิ่น การพัฒนาชุมชน",
    Kind.CLASSROOM: "ห้องเรียนวิทยาศาสตร์ โรงเรียนผู้นำการเปลี่ยนแปลง โรงเรียนในฝัน แหล่งเรียนรู้",
    Kind.PAIR: "โรงเรียนคู่พัฒนา โรงเรียนพี่โรงเรียนน้อง",
    Kind.FORUM: "เวทีวิชาการ การจัดการแลกเปลี่ยนเรียนรู้",
}
"""The handbook's own examples of each kind."""


class Level(models.TextChoices):
    """Where a network works, as the handbook's process P-5.2 has it."""

    AREA = "area", "เขตพื้นที่การศึกษา"
    SCHOOL = "school", "สถานศึกษา"
    AGENCY = "agency", "หน่วยงานที่เกี่ยวข้อง"
    COMMUNITY = "community", "ชุมชน"


AHEAD, RUNNING, ENDED = "ahead", "running", "ended"
STANDINGS = {RUNNING: "ดำเนินงานอยู่", AHEAD: "ยังไม่เริ่ม", ENDED: "สิ้นสุดแล้ว"}
"""Where a network stands today; it follows from its days."""


class NetworkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``networks.see_network``: the area's staff, its lead, its members and member schools."""
        members = Member.objects.current().of_person(user).values("network")
        return self.filter(
            Q(area__in=user.areas_as(*AREA_ROLES)) | Q(pk__in=user.networks_as(*NETWORK_ROLES)) | Q(pk__in=members)
        )

    def standing(self, standing: str, on=None):
        """Networks that are ``ahead``, ``running`` or ``ended`` on the day (default: today)."""
        on = on or timezone.localdate()
        over = Q(ended_on__lt=on)
        if standing == ENDED:
            return self.filter(over)
        return self.exclude(over).filter(**{"started_on__gt" if standing == AHEAD else "started_on__lte": on})


class Network(models.Model):
    """เครือข่ายการนิเทศ — people, schools, agencies and communities that develop supervision together.

    ``ended_on`` is the last day on which it works.
    """

    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="networks"
    )
    name = models.CharField("ชื่อเครือข่าย", max_length=200)
    sort_key = models.CharField(max_length=400, editable=False, default="", db_index=True)
    search_text = models.TextField(editable=False, default="")
    kind = models.CharField("รูปแบบ", max_length=20, choices=Kind.choices)
    level = models.CharField("ระดับ", max_length=20, choices=Level.choices, default=Level.AREA)
    purpose = models.TextField("เป้าหมายร่วม", blank=True)
    description = models.TextField("ภารกิจของเครือข่าย", blank=True, help_text="เครือข่ายทำอะไร กับใคร อย่างไร")
    started_on = models.DateField("เริ่มเมื่อ", default=timezone.localdate)
    ended_on = models.DateField("สิ้นสุดเมื่อ", null=True, blank=True, help_text="วันสุดท้ายที่ดำเนินงาน เว้นว่างเมื่อยังไม่สิ้นสุด")

    people: int
    schools: int
    others: int
    leads: list[Member]
    listed: list[Member]
    """Today's members, counted and named; only on what ``queries`` attached them to."""

    objects = NetworkQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["sort_key", "search_text"])

    class Meta:
        verbose_name = "เครือข่าย"
        verbose_name_plural = "เครือข่าย"
        ordering = ["sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"], name="one_network_name_per_area", violation_error_message="มีเครือข่ายชื่อนี้แล้ว"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("started_on")),
                name="network_ends_after_it_starts",
                violation_error_message="วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.sort_key = thai_sort_key(self.name)[:400]
        self.search_text = search_key(self.name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key", "search_text"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("networks:network-detail", args=[self.pk])

    @property
    def standing(self) -> str:
        """``ahead``, ``running`` or ``ended``, as of today."""
        today = timezone.localdate()
        if self.ended_on and self.ended_on < today:
            return ENDED
        return AHEAD if self.started_on > today else RUNNING

    @property
    def standing_label(self) -> str:
        return STANDINGS[self.standing]
