"""Area offices, their schools and groups, enrolment, and the calendar of the academic years."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.flows import AREA_ROLES, SCHOOL_ROLES, Role
from thai.text import search_key, thai_sort_key

DEFAULT_SIZES: list[list] = [[120, "ขนาดเล็ก"], [600, "ขนาดกลาง"], [1500, "ขนาดใหญ่"], [None, "ขนาดใหญ่พิเศษ"]]
"""Upper bound of pupils (inclusive) and label, ascending: the common table of primary areas."""


def default_sizes() -> list:
    return [list(row) for row in DEFAULT_SIZES]


def size_bands_problem(bands) -> str | None:
    """The Thai sentence that says what is wrong with a table of sizes, or None."""
    example = 'เช่น [[120, "ขนาดเล็ก"], [600, "ขนาดกลาง"], [null, "ขนาดใหญ่"]]'
    if not isinstance(bands, list) or not bands:
        return f"เกณฑ์ขนาดต้องมีอย่างน้อยหนึ่งขนาด {example}"
    if not all(isinstance(row, list) and len(row) == 2 and isinstance(row[1], str) and row[1].strip() for row in bands):
        return f"แต่ละขนาดต้องมีจำนวนนักเรียนสูงสุดและชื่อ {example}"
    bounds = [row[0] for row in bands[:-1]]
    if any(not isinstance(bound, int) or isinstance(bound, bool) or bound < 1 for bound in bounds):
        return f"จำนวนนักเรียนสูงสุดต้องเป็นจำนวนเต็มบวก {example}"
    if bounds != sorted(set(bounds)):
        return f"จำนวนนักเรียนสูงสุดต้องเรียงจากน้อยไปมากและไม่ซ้ำกัน {example}"
    if bands[-1][0] is not None:
        return f"ขนาดสุดท้ายต้องไม่มีจำนวนสูงสุด (null) เพื่อให้ทุกโรงเรียนมีขนาด {example}"
    return None


MANAGERS = (Role.CLERK, Role.GROUP_HEAD)
"""Who keeps an area's register of schools; the list form of ``schools.manage_schools``."""


class AreaOfficeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``schools.see_area``: the offices one works for, and those of one's schools."""
        return self.filter(
            Q(pk__in=user.areas_as(*AREA_ROLES))
            | Q(pk__in=School.objects.filter(pk__in=user.schools_as(*SCHOOL_ROLES)).values("area"))
        )

    def managed_by(self, user):
        """The offices whose register of schools the person keeps."""
        return self.filter(pk__in=user.areas_as(*MANAGERS))


class AreaOffice(models.Model):
    """สำนักงานเขตพื้นที่การศึกษา — the office whose supervision group this deployment serves."""

    code = models.CharField("รหัสเขตพื้นที่", max_length=10, unique=True, help_text="4 หลัก (ประถมศึกษา) หรือ 6 หลัก")
    name = models.CharField("ชื่อเต็ม", max_length=200)
    short_name = models.CharField("ชื่อย่อ", max_length=100, help_text="เช่น สพป.กรุงเทพมหานคร")
    group_name = models.CharField("ชื่อกลุ่มนิเทศ", max_length=200, default="กลุ่มนิเทศ ติดตามและประเมินผลการจัดการศึกษา")
    address = models.TextField("ที่อยู่", blank=True)
    phone = models.CharField("โทรศัพท์", max_length=60, blank=True)
    email = models.EmailField("อีเมล", blank=True)
    website = models.URLField("เว็บไซต์", blank=True, max_length=300)
    size_bands = models.JSONField(
        "เกณฑ์ขนาดโรงเรียน", default=default_sizes, help_text="[[จำนวนนักเรียนสูงสุด, ชื่อขนาด], …] เรียงจากน้อยไปมาก"
    )

    objects = AreaOfficeQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "สำนักงานเขตพื้นที่การศึกษา"
        verbose_name_plural = "สำนักงานเขตพื้นที่การศึกษา"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.short_name

    def clean(self) -> None:
        """The bounds of the sizes must ascend and end without a bound, or some school would have no size."""
        problem = size_bands_problem(self.size_bands)
        if problem:
            raise ValidationError({"size_bands": problem})

    @property
    def area_id(self) -> int:
        """An office is its own area, so that one rule can be asked of an office and of what belongs to it."""
        return self.pk


class SchoolGroupQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Groups of the areas one works for, and those of one's own schools."""
        return self.filter(
            Q(area__in=user.areas_as(*AREA_ROLES))
            | Q(pk__in=School.objects.filter(pk__in=user.schools_as(*SCHOOL_ROLES)).values("group"))
        )

    def managed_by(self, user):
        return self.filter(area__in=user.areas_as(*MANAGERS))


class SchoolGroup(models.Model):
    """กลุ่มโรงเรียน — a school belongs to one at most."""

    area = models.ForeignKey(AreaOffice, verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="groups")
    name = models.CharField("ชื่อกลุ่มโรงเรียน", max_length=150)

    objects = SchoolGroupQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "กลุ่มโรงเรียน"
        verbose_name_plural = "กลุ่มโรงเรียน"
        ordering = ["area", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "name"], name="one_group_name_per_area", violation_error_message="มีกลุ่มโรงเรียนชื่อนี้แล้ว"
            )
        ]

    def __str__(self) -> str:
        return self.name


class SchoolQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``schools.see_school``."""
        return self.filter(Q(area__in=user.areas_as(*AREA_ROLES)) | Q(pk__in=user.schools_as(*SCHOOL_ROLES)))

    def managed_by(self, user):
        """The list form of ``schools.manage_schools``."""
        return self.filter(area__in=user.areas_as(*MANAGERS))

    def matching(self, text: str):
        """Schools in which each typed word occurs: name, code, ตำบล or อำเภอ; digits and spaces however typed."""
        schools = self
        for word in text.split()[:8]:
            schools = schools.filter(search_text__contains=search_key(word))
        return schools

    def open_on(self, day=None):
        """Schools that count on the day (default: today): opened by then and not yet closed or merged."""
        day = day or timezone.localdate()
        return self.filter(
            Q(opened_on__isnull=True) | Q(opened_on__lte=day), Q(closed_on__isnull=True) | Q(closed_on__gt=day)
        )


class School(models.Model):
    """สถานศึกษา. Codes are text: they keep leading zeros, and the area is never read off them.

    ``closed_on`` is the first day on which the school no longer counts; ``merged_into`` says where its
    pupils went. Results of a closed school stay.
    """

    area = models.ForeignKey(AreaOffice, verbose_name="สำนักงานเขตพื้นที่", on_delete=models.PROTECT, related_name="schools")
    group = models.ForeignKey(
        SchoolGroup, verbose_name="กลุ่มโรงเรียน", on_delete=models.PROTECT, null=True, blank=True, related_name="schools"
    )
    obec_code = models.CharField(
        "รหัสโรงเรียน 10 หลัก",
        max_length=10,
        unique=True,
        validators=[RegexValidator(r"^\d{9,10}$", "รหัสโรงเรียนเป็นตัวเลข 10 หลัก")],
        error_messages={"unique": "มีโรงเรียนที่ใช้รหัสนี้แล้ว"},
    )
    smis_code = models.CharField(
        "รหัส SMIS 8 หลัก",
        max_length=8,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\d{8}$", "รหัส SMIS เป็นตัวเลข 8 หลัก")],
        error_messages={"unique": "มีโรงเรียนที่ใช้รหัส SMIS นี้แล้ว"},
    )
    name = models.CharField("ชื่อโรงเรียน", max_length=200, help_text="ไม่ต้องมีคำว่า “โรงเรียน” นำหน้า")
    sort_key = models.CharField(max_length=400, editable=False, db_index=True)
    search_text = models.TextField(editable=False, default="")
    levels = models.CharField("ระดับที่เปิดสอน", max_length=100, blank=True)
    subdistrict = models.CharField("ตำบล/แขวง", max_length=100, blank=True)
    district = models.CharField("อำเภอ/เขต", max_length=100, blank=True)
    province = models.CharField("จังหวัด", max_length=100, blank=True)
    phone = models.CharField("โทรศัพท์", max_length=60, blank=True)
    email = models.EmailField("อีเมล", blank=True)
    opened_on = models.DateField("เปิดดำเนินการเมื่อ", null=True, blank=True)
    closed_on = models.DateField("ยุบเลิก/รวมเมื่อ", null=True, blank=True, help_text="วันแรกที่ไม่นับเป็นโรงเรียนแล้ว")
    merged_into = models.ForeignKey(
        "self", verbose_name="รวมกับโรงเรียน", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from"
    )

    objects = SchoolQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["sort_key", "search_text"])

    class Meta:
        verbose_name = "สถานศึกษา"
        verbose_name_plural = "สถานศึกษา"
        ordering = ["sort_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | Q(opened_on__isnull=True)
                | Q(closed_on__gt=models.F("opened_on")),
                name="school_closes_after_it_opens",
                violation_error_message="วันยุบเลิกต้องอยู่หลังวันเปิดดำเนินการ",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(closed_on__isnull=False),
                name="merged_school_has_a_day",
                violation_error_message="โรงเรียนที่รวมกับโรงเรียนอื่นต้องระบุวันที่รวม",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("pk")),
                name="school_not_merged_into_itself",
                violation_error_message="โรงเรียนรวมกับตัวเองไม่ได้",
            ),
        ]

    def __str__(self) -> str:
        return f"โรงเรียน{self.name}"

    def set_keys(self) -> None:
        """Renew what lists sort by and searches look in; whoever writes around ``save`` calls it."""
        self.sort_key = thai_sort_key(self.name)[:400]
        parts = (self.name, self.obec_code, self.smis_code or "", self.subdistrict, self.district)
        self.search_text = search_key("\n".join(parts))

    def save(self, *args, **kwargs):
        self.set_keys()
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], *KEY_FIELDS}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("schools:school-detail", args=[self.pk])

    def is_open(self, day=None) -> bool:
        """Whether the school counts on the day (default: today)."""
        day = day or timezone.localdate()
        return (self.opened_on is None or self.opened_on <= day) and (self.closed_on is None or self.closed_on > day)

    @property
    def status_label(self) -> str:
        """Open, closed or merged, as of today."""
        if self.closed_on and not self.is_open():
            return "รวมกับโรงเรียนอื่น" if self.merged_into_id else "ยุบเลิก"
        return "เปิดสอน" if self.is_open() else "ยังไม่เปิด"


KEY_FIELDS = ("sort_key", "search_text")
"""Columns of `School` that follow from the others."""

GRADES = [
    ("k1", "อ.1"), ("k2", "อ.2"), ("k3", "อ.3"),
    ("p1", "ป.1"), ("p2", "ป.2"), ("p3", "ป.3"), ("p4", "ป.4"), ("p5", "ป.5"), ("p6", "ป.6"),
    ("m1", "ม.1"), ("m2", "ม.2"), ("m3", "ม.3"), ("m4", "ม.4"), ("m5", "ม.5"), ("m6", "ม.6"),
]  # fmt: skip


class EnrolmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The enrolment of the schools the person may see."""
        return self.filter(school__in=School.objects.visible_to(user))


class Enrolment(models.Model):
    """Pupils of one grade of one school in one academic year (พ.ศ.), as counted on 10 June by default."""

    school = models.ForeignKey(School, verbose_name="สถานศึกษา", on_delete=models.PROTECT, related_name="enrolments")
    academic_year = models.PositiveSmallIntegerField("ปีการศึกษา (พ.ศ.)")
    grade = models.CharField("ชั้น", max_length=2, choices=GRADES)
    male = models.PositiveIntegerField("ชาย (คน)", default=0)
    female = models.PositiveIntegerField("หญิง (คน)", default=0)
    rooms = models.PositiveSmallIntegerField("ห้องเรียน", default=0)

    objects = EnrolmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "จำนวนนักเรียน"
        verbose_name_plural = "จำนวนนักเรียน"
        ordering = ["school", "-academic_year", "grade"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "academic_year", "grade"],
                name="one_enrolment_per_school_year_grade",
                violation_error_message="มีจำนวนนักเรียนของชั้นนี้ในปีการศึกษานี้แล้ว",
            ),
            models.CheckConstraint(
                condition=Q(academic_year__gte=2484, academic_year__lte=2700),
                name="enrolment_year_is_buddhist",
                violation_error_message="ปีการศึกษาเป็น พ.ศ. สี่หลัก เช่น 2569",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.get_grade_display()} ปีการศึกษา {self.academic_year}"

    @property
    def area_id(self) -> int:
        return self.school.area_id

    @property
    def total(self) -> int:
        return self.male + self.female


class AcademicYear(models.Model):
    """The days of one academic year (พ.ศ.) where an area's calendar differs from the rule of the regulation.

    ระเบียบกระทรวงศึกษาธิการว่าด้วยปีการศึกษา การเปิดและปิดสถานศึกษา พ.ศ. 2549 gives the default; a year
    without a row follows it.
    """

    area = models.ForeignKey(AreaOffice, verbose_name="สำนักงานเขตพื้นที่", on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField("ปีการศึกษา (พ.ศ.)")
    semester1_start = models.DateField("ภาคเรียนที่ 1 เปิด")
    semester1_end = models.DateField("ภาคเรียนที่ 1 ปิด")
    semester2_start = models.DateField("ภาคเรียนที่ 2 เปิด")
    semester2_end = models.DateField("ภาคเรียนที่ 2 ปิด")
    ends_on = models.DateField("วันสิ้นปีการศึกษา")

    history = HistoricalRecords()

    class Meta:
        verbose_name = "ปฏิทินปีการศึกษา"
        verbose_name_plural = "ปฏิทินปีการศึกษา"
        ordering = ["area", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "year"], name="one_calendar_per_area_year", violation_error_message="มีปฏิทินของปีนี้แล้ว"
            ),
            models.CheckConstraint(
                condition=Q(
                    semester1_end__gt=models.F("semester1_start"),
                    semester2_start__gt=models.F("semester1_end"),
                    semester2_end__gt=models.F("semester2_start"),
                    ends_on__gte=models.F("semester2_end"),
                ),
                name="academic_year_days_in_order",
                violation_error_message="วันเปิดและปิดภาคเรียนต้องเรียงตามลำดับ",
            ),
        ]

    def __str__(self) -> str:
        return f"ปีการศึกษา {self.year} ({self.area})"
