"""Supervision networks: who they are, and the schools that belong to them."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import AREA_ROLES, NETWORK_ROLES, SCHOOL_ROLES
from thai.text import thai_sort_key


class Kind(models.TextChoices):
    """The kinds of network that the handbook's process P-5.2 names."""

    PERSON = "person", "บุคคล"
    CLUB = "club", "ชมรม"
    LEVEL = "level", "ระดับการศึกษา"
    COMMUNITY = "community", "ชุมชน"
    CLASSROOM = "classroom", "ห้องเรียน/สถานศึกษา"
    PAIR = "pair", "โรงเรียนคู่พัฒนา"
    FORUM = "forum", "เวทีแลกเปลี่ยนเรียนรู้"


class NetworkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``networks.see_network``: the area's staff, the network's lead, its member schools."""
        members = NetworkSchool.objects.filter(school__in=user.schools_as(*SCHOOL_ROLES)).current().values("network")
        return self.filter(
            Q(area__in=user.areas_as(*AREA_ROLES)) | Q(pk__in=user.networks_as(*NETWORK_ROLES)) | Q(pk__in=members)
        )


class Network(models.Model):
    """เครือข่ายการนิเทศ — people and schools that develop supervision together."""

    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="networks"
    )
    name = models.CharField("ชื่อเครือข่าย", max_length=200)
    sort_key = models.CharField(max_length=400, editable=False, default="", db_index=True)
    kind = models.CharField("รูปแบบ", max_length=20, choices=Kind.choices)
    purpose = models.TextField("เป้าหมายร่วม", blank=True)
    started_on = models.DateField("เริ่มเมื่อ", default=timezone.localdate)
    ended_on = models.DateField("สิ้นสุดเมื่อ", null=True, blank=True)

    objects = NetworkQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["sort_key"])

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
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("networks:network-detail", args=[self.pk])


class NetworkSchoolQuerySet(models.QuerySet):
    def current(self, on=None):
        """Memberships that hold on the day (default: today)."""
        on = on or timezone.localdate()
        return self.filter(Q(joined_on__lte=on) & (Q(left_on__isnull=True) | Q(left_on__gte=on)))


class NetworkSchool(models.Model):
    """One school's membership, with its days."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="memberships")
    school = models.ForeignKey("schools.School", verbose_name="สถานศึกษา", on_delete=models.PROTECT, related_name="+")
    joined_on = models.DateField("เข้าร่วมเมื่อ", default=timezone.localdate)
    left_on = models.DateField("ออกเมื่อ", null=True, blank=True)

    objects = NetworkSchoolQuerySet.as_manager()

    class Meta:
        verbose_name = "โรงเรียนสมาชิก"
        verbose_name_plural = "โรงเรียนสมาชิก"
        ordering = ["school__sort_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["network", "school", "joined_on"],
                name="one_membership_per_network_school_day",
                violation_error_message="โรงเรียนนี้เป็นสมาชิกตั้งแต่วันนั้นแล้ว",
            )
        ]

    def __str__(self) -> str:
        return f"{self.school} ใน{self.network}"
