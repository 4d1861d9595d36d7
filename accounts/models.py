"""People, and the roles they hold: (user, role, scope, from date, to date)."""

from collections.abc import Iterable
from functools import cached_property

import rules
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import AREA_ROLES, NETWORK_ROLES, SCHOOL_ROLES, Role


class User(AbstractUser):
    """A person who signs in.

    What the person may do comes from today's role assignments alone. ``is_staff`` makes an administrator: all of
    the Django admin (users, assignments, master data) and no right over plans, visits or results; ``is_superuser``
    adds nothing to it.
    """

    prefix = models.CharField("คำนำหน้า", max_length=30, blank=True)
    first_name = models.CharField("ชื่อ", max_length=150)
    last_name = models.CharField("นามสกุล", max_length=150, blank=True)
    position = models.CharField("ตำแหน่ง", max_length=150, blank=True, help_text="ตามที่ใช้ลงนามในเอกสาร")
    academic_standing = models.CharField("วิทยฐานะ", max_length=60, blank=True)
    phone = models.CharField("โทรศัพท์", max_length=30, blank=True)

    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta:
        verbose_name = "ผู้ใช้"
        verbose_name_plural = "ผู้ใช้"
        ordering = ["first_name", "last_name", "pk"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """The name as Thai documents write it: prefix joined to the first name, then the family name."""
        return f"{self.prefix}{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        return self.first_name or self.username

    def has_perm(self, perm: str, obj=None) -> bool:
        """A permission that has a rule is decided by its rule alone, for administrators too.

        Every other permission is one of Django's own over a table, and administrators hold them all.
        """
        if not self.is_active:
            return False
        if rules.perm_exists(perm):
            return rules.has_perm(perm, self, obj)
        return self.is_staff or super().has_perm(perm, obj)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and (self.is_staff or super().has_module_perms(app_label))

    @property
    def signing_position(self) -> str:
        """Position with academic standing, as it stands under a signature."""
        return f"{self.position}{self.academic_standing}" if self.position else self.academic_standing

    @cached_property
    def assignments_today(self) -> list["RoleAssignment"]:
        """The assignments that hold today; read once per request."""
        if not self.is_active:
            return []
        today = timezone.localdate().isoformat()
        return list(RoleAssignment.objects.raw(_ASSIGNMENTS, [self.pk, today, today]))

    @property
    def office_name(self) -> str:
        """The office or school in whose name the person works today, or else the network that the person leads.

        Empty without an assignment.
        """
        today = sorted(self.assignments_today, key=lambda assignment: assignment.network_id is not None)
        return next((assignment.scope_name for assignment in today), "")

    def _scopes(self, field: str, roles: Iterable[str]) -> frozenset[int]:
        wanted = set(roles)
        return frozenset(
            scope
            for assignment in self.assignments_today
            if assignment.role in wanted and (scope := getattr(assignment, field)) is not None
        )

    def areas_as(self, *roles: str) -> frozenset[int]:
        """Ids of the area offices over which this person holds one of the roles today."""
        return self._scopes("area_id", roles)

    def schools_as(self, *roles: str) -> frozenset[int]:
        """Ids of the schools in which this person holds one of the roles today."""
        return self._scopes("school_id", roles)

    def networks_as(self, *roles: str) -> frozenset[int]:
        """Ids of the networks in which this person holds one of the roles today."""
        return self._scopes("network_id", roles)

    def holds(self, *roles: str) -> bool:
        """Whether the person holds one of the roles today, over whatever scope."""
        return any(assignment.role in roles for assignment in self.assignments_today)

    def assignment_for(self, *roles: str, area_id=None, school_id=None, network_id=None) -> "RoleAssignment | None":
        """The assignment by which this person acts on something of that area, school or network.

        Roles are tried in the order given; a full appointment goes before an acting one.
        """
        rank = {role: place for place, role in enumerate(roles)}
        fitting = [
            a
            for a in self.assignments_today
            if a.role in rank
            and (
                (a.area_id is not None and a.area_id == area_id)
                or (a.school_id is not None and a.school_id == school_id)
                or (a.network_id is not None and a.network_id == network_id)
            )
        ]
        return min(fitting, key=lambda a: (rank[a.role], a.acting), default=None)


_ASSIGNMENTS = """
    SELECT a.id, a.user_id, a.role, a.area_id, a.school_id, a.network_id, a.starts_on, a.ends_on, a.acting,
           COALESCE(o.short_name, 'โรงเรียน' || s.name, n.name) AS scope_name
    FROM accounts_roleassignment a
    LEFT JOIN schools_areaoffice o ON o.id = a.area_id
    LEFT JOIN schools_school s ON s.id = a.school_id
    LEFT JOIN networks_network n ON n.id = a.network_id
    WHERE a.user_id = %s AND a.starts_on <= %s AND (a.ends_on IS NULL OR a.ends_on >= %s)
    ORDER BY a.role, a.starts_on DESC, a.id
"""
# What `self.assignments.active()` with its scopes would read. It is read on every page and every saved answer, and
# building the same statement anew through the ORM costs five times as much as the database needs to answer it.


class RoleAssignmentQuerySet(models.QuerySet):
    def active(self, on=None):
        """Assignments that hold on the day (default: today)."""
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on)))

    def holders(self, *roles: str, area_id=None, school_id=None, on=None):
        """Users who hold one of the roles over that area or school on the day."""
        scope = Q(pk__in=[])
        if area_id is not None:
            scope |= Q(area_id=area_id)
        if school_id is not None:
            scope |= Q(school_id=school_id)
        matching = self.active(on).filter(scope, role__in=roles)
        return User.objects.filter(is_active=True, pk__in=matching.values("user_id"))


class RoleAssignment(models.Model):
    """One person holds one role over one area, school or network between two dates.

    ``acting`` marks รักษาราชการแทน: the person signs in that office's stead and every document says so.
    """

    user = models.ForeignKey(User, verbose_name="ผู้ใช้", on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField("บทบาท", max_length=20, choices=Role.choices)
    area = models.ForeignKey(
        "schools.AreaOffice", verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, null=True, blank=True
    )
    school = models.ForeignKey(
        "schools.School", verbose_name="สถานศึกษา", on_delete=models.PROTECT, null=True, blank=True
    )
    network = models.ForeignKey(
        "networks.Network", verbose_name="เครือข่าย", on_delete=models.PROTECT, null=True, blank=True
    )
    starts_on = models.DateField("ตั้งแต่วันที่", default=timezone.localdate)
    ends_on = models.DateField("ถึงวันที่", null=True, blank=True, help_text="เว้นว่างเมื่อไม่มีกำหนด")
    acting = models.BooleanField("รักษาราชการแทน", default=False)

    scope_name: str
    """The name of the area, school or network; only on what `User.assignments_today` read."""

    objects = RoleAssignmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "การมอบบทบาท"
        verbose_name_plural = "การมอบบทบาท"
        ordering = ["user", "role", "-starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(role__in=sorted(AREA_ROLES), area__isnull=False, school__isnull=True, network__isnull=True)
                    | Q(role__in=sorted(SCHOOL_ROLES), area__isnull=True, school__isnull=False, network__isnull=True)
                    | Q(role__in=sorted(NETWORK_ROLES), area__isnull=True, school__isnull=True, network__isnull=False)
                ),
                name="assignment_scope_fits_role",
                violation_error_message="โปรดระบุขอบเขตให้ตรงกับบทบาท: บทบาทของเขตระบุสำนักงานเขต ของโรงเรียนระบุสถานศึกษา "
                "ของเครือข่ายระบุเครือข่าย อย่างใดอย่างหนึ่งเท่านั้น",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="assignment_ends_after_it_starts",
                violation_error_message="วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม",
            ),
        ]
        indexes = [models.Index(fields=["user", "starts_on"])]

    def __str__(self) -> str:
        return f"{self.user} · {self.title}"

    @property
    def title(self) -> str:
        """The role as it is written under a name, with รักษาราชการแทน where that is so."""
        label = self.get_role_display()
        return f"รักษาราชการแทน{label}" if self.acting else label
