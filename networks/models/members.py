"""Who belongs to a network, in which role and from when to when, and which schools are paired in it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import SCHOOL_ROLES
from thai.dates import date_range
from thai.text import name_sort_key, search_key, split_name, thai_sort_key


class MemberKind(models.TextChoices):
    PERSON = "person", "บุคคล"
    SCHOOL = "school", "สถานศึกษา"
    AGENCY = "agency", "หน่วยงาน"
    COMMUNITY = "community", "ชุมชน"


class MemberRole(models.TextChoices):
    """In the order in which a directory names them."""

    CHAIR = "chair", "ประธาน"
    DEPUTY = "deputy", "รองประธาน"
    SECRETARY = "secretary", "เลขานุการ"
    COORDINATOR = "coordinator", "ผู้ประสานงาน"
    COMMITTEE = "committee", "กรรมการ"
    ADVISER = "adviser", "ที่ปรึกษา"
    MODEL_TEACHER = "model_teacher", "ครูต้นแบบ"
    CORE_TEACHER = "core_teacher", "ครูแกนนำ"
    MEMBER = "member", "สมาชิก"


LEADING = (MemberRole.CHAIR, MemberRole.COORDINATOR)
"""Roles that keep the network's page while their term lasts, where their holder has an account."""
PERSONAL = frozenset(set(MemberRole) - {MemberRole.MEMBER, MemberRole.COMMITTEE, MemberRole.ADVISER})
"""Roles that only a person can hold."""
_RANK = {role: place for place, role in enumerate(MemberRole)}


def current_on(on=None, *, first: str = "joined_on", last: str = "left_on") -> Q:
    """What holds on the day (default: today); the last day counts."""
    on = on or timezone.localdate()
    return Q(**{f"{first}__lte": on}) & (Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": on}))


class MemberQuerySet(models.QuerySet):
    def current(self, on=None):
        """Memberships that hold on the day (default: today)."""
        return self.filter(current_on(on))

    def of_person(self, user):
        """The person's own memberships, and those of the schools where the person works today."""
        return self.filter(Q(user=user) | Q(kind=MemberKind.SCHOOL, school__in=user.schools_as(*SCHOOL_ROLES)))

    def overlapping(self, member: "Member"):
        """Other terms of the same person, school, agency or community in the same role that share a day with this."""
        rows = self.filter(network=member.network_id, role=member.role, identity=member.identity).exclude(pk=member.pk)
        rows = rows.filter(Q(left_on__isnull=True) | Q(left_on__gte=member.joined_on))
        return rows if member.left_on is None else rows.filter(joined_on__lte=member.left_on)


class Member(models.Model):
    """One term of one person, school, agency or community in one role of a network.

    ``left_on`` is the last day that counts. Who has an account or stands in the register of schools is pointed to;
    everybody else is a typed name. ``assignment`` is what gives the holder of a leading role the network's page.
    """

    network = models.ForeignKey("networks.Network", on_delete=models.CASCADE, related_name="members")
    kind = models.CharField("ประเภทสมาชิก", max_length=10, choices=MemberKind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="ผู้ใช้",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="network_terms",
    )
    school = models.ForeignKey(
        "schools.School",
        verbose_name="สถานศึกษา",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="network_terms",
    )
    name = models.CharField("ชื่อ", max_length=200, blank=True)
    organisation = models.CharField("สังกัด", max_length=200, blank=True)
    contact = models.CharField("ช่องทางติดต่อ", max_length=200, blank=True)
    expertise = models.CharField("ความเชี่ยวชาญ", max_length=300, blank=True)
    role = models.CharField("บทบาท", max_length=15, choices=MemberRole.choices, default=MemberRole.MEMBER)
    joined_on = models.DateField("ตั้งแต่วันที่", default=timezone.localdate)
    left_on = models.DateField("ถึงวันที่", null=True, blank=True)
    assignment = models.OneToOneField(
        "accounts.RoleAssignment", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    identity = models.CharField(max_length=450, editable=False)
    rank = models.PositiveSmallIntegerField(editable=False)
    sort_key = models.CharField(max_length=400, editable=False)

    objects = MemberQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["identity", "rank", "sort_key"])

    class Meta:
        verbose_name = "สมาชิกเครือข่าย"
        verbose_name_plural = "สมาชิกเครือข่าย"
        ordering = ["rank", "sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind="person") & (Q(user__isnull=False) | ~Q(name=""))
                    | Q(kind="school", user__isnull=True) & (Q(school__isnull=False) | ~Q(name=""))
                    | Q(kind__in=["agency", "community"], user__isnull=True, school__isnull=True) & ~Q(name="")
                ),
                name="member_is_named_as_its_kind",
                violation_error_message="โปรดระบุว่าใครเป็นสมาชิก: เลือกจากรายชื่อ หรือพิมพ์ชื่อ",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="member_leaves_after_joining",
                violation_error_message="วันสิ้นสุดวาระต้องไม่อยู่ก่อนวันเริ่ม",
            ),
            models.UniqueConstraint(
                fields=["network", "role", "identity", "joined_on"],
                name="one_term_per_member_role_day",
                violation_error_message="มีสมาชิกรายนี้ในบทบาทนี้ตั้งแต่วันนั้นแล้ว",
            ),
        ]
        indexes = [models.Index(fields=["network", "rank", "sort_key"])]

    def __str__(self) -> str:
        return f"{self.shown_name} {self.get_role_display()}{self.network}"

    @property
    def shown_name(self) -> str:
        """The name as the directory has it: of the account, of the register, or as it was typed."""
        if self.user_id:
            return str(self.user)
        return str(self.school) if self.kind == MemberKind.SCHOOL and self.school_id else self.name

    @property
    def affiliation(self) -> str:
        """Where the member belongs, or else the position of the account; empty for a school of the register."""
        if self.kind != MemberKind.PERSON or self.organisation:
            return self.organisation
        if self.school_id:
            return str(self.school)
        return self.user.signing_position if self.user else ""

    @property
    def term(self) -> str:
        """The days of the term in words."""
        return (
            f"ตั้งแต่ {date_range(self.joined_on, None, style='short')}"
            if self.left_on is None
            else date_range(self.joined_on, self.left_on, style="short")
        )

    @property
    def has_ended(self) -> bool:
        return self.left_on is not None and self.left_on < timezone.localdate()

    @property
    def leads(self) -> bool:
        return self.role in LEADING

    def set_keys(self) -> None:
        """Renew what lists sort by and what tells one member from another."""
        self.rank = _RANK[MemberRole(self.role)]
        name = self.shown_name
        if self.user_id:
            self.identity = f"user:{self.user_id}"
        elif self.kind == MemberKind.SCHOOL and self.school_id:
            self.identity = f"school:{self.school_id}"
        else:
            plain = " ".join(split_name(name)[1:]) if self.kind == MemberKind.PERSON else name
            self.identity = f"{self.kind}:{search_key(plain)}|{search_key(self.affiliation)}"
        self.sort_key = (name_sort_key(name) if self.kind == MemberKind.PERSON else thai_sort_key(name))[:400]

    def save(self, *args, **kwargs):
        self.set_keys()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "identity", "rank", "sort_key"}
        super().save(*args, **kwargs)


class PairQuerySet(models.QuerySet):
    def current(self, on=None):
        """Pairs that hold on the day (default: today)."""
        return self.filter(current_on(on, first="started_on", last="ended_on"))


class Pair(models.Model):
    """โรงเรียนคู่พัฒนา พี่–น้อง: two member schools of a network, the elder of which leads the younger.

    ``ended_on`` is the last day that counts.
    """

    network = models.ForeignKey("networks.Network", on_delete=models.CASCADE, related_name="pairs")
    elder = models.ForeignKey(
        "schools.School", verbose_name="โรงเรียนพี่ (ผู้นำ)", on_delete=models.PROTECT, related_name="pairs_led"
    )
    younger = models.ForeignKey(
        "schools.School", verbose_name="โรงเรียนน้อง (คู่พัฒนา)", on_delete=models.PROTECT, related_name="pairs_joined"
    )
    purpose = models.TextField("เรื่องที่พัฒนาร่วมกัน")
    started_on = models.DateField("ตั้งแต่วันที่", default=timezone.localdate)
    ended_on = models.DateField("ถึงวันที่", null=True, blank=True, help_text="วันสุดท้ายที่นับ เว้นว่างเมื่อยังไม่กำหนด")

    objects = PairQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "โรงเรียนคู่พัฒนา"
        verbose_name_plural = "โรงเรียนคู่พัฒนา"
        ordering = ["elder__sort_key", "started_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(elder=F("younger")),
                name="pair_of_two_schools",
                violation_error_message="โรงเรียนเป็นคู่พัฒนากับตัวเองไม่ได้ โปรดเลือกโรงเรียนอื่น",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="pair_ends_after_it_starts",
                violation_error_message="วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.elder} – {self.younger}"

    @property
    def has_ended(self) -> bool:
        return self.ended_on is not None and self.ended_on < timezone.localdate()
