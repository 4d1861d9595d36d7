"""Results of the national tests: RT, NT and O-NET, of each school and of those it is held against.

What a test asks changes over the years, so the papers stand here as data: a mean is only ever read beside the paper
it comes from. Nothing is summed up here that the publisher sums up: his totals come from unrounded figures.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from schools.models.register import GRADES, AreaOffice, School


class Exam(models.TextChoices):
    RT = "rt", "RT"
    NT = "nt", "NT"
    ONET = "onet", "O-NET"


class Subject(models.TextChoices):
    """Subject or competence: one column of a published table."""

    ALOUD = "aloud", "การอ่านออกเสียง"
    COMPREHENSION = "comprehension", "การอ่านรู้เรื่อง"
    LANGUAGE = "language", "ด้านภาษา"
    CALCULATION = "calculation", "ด้านคำนวณ"
    REASONING = "reasoning", "ด้านเหตุผล"
    THAI = "thai", "ภาษาไทย"
    MATHEMATICS = "maths", "คณิตศาสตร์"
    SCIENCE = "science", "วิทยาศาสตร์"
    ENGLISH = "english", "ภาษาอังกฤษ"
    SOCIAL = "social", "สังคมศึกษา"
    TOTAL = "total", "รวมทุกด้าน"


@dataclass(frozen=True)
class Paper:
    """What a test asked of a grade in the academic years (พ.ศ.) from ``first`` to ``last``."""

    exam: Exam
    grade: str
    subjects: tuple[Subject, ...]
    first: int = 2484
    last: int = 2700


PAPERS = (
    Paper(Exam.RT, "p1", (Subject.ALOUD, Subject.COMPREHENSION, Subject.TOTAL)),
    Paper(Exam.NT, "p3", (Subject.LANGUAGE, Subject.CALCULATION, Subject.REASONING, Subject.TOTAL), last=2561),
    Paper(Exam.NT, "p3", (Subject.THAI, Subject.MATHEMATICS, Subject.TOTAL), first=2562),
    Paper(Exam.ONET, "p6", (Subject.THAI, Subject.MATHEMATICS, Subject.SCIENCE, Subject.ENGLISH)),
    Paper(Exam.ONET, "m3", (Subject.THAI, Subject.MATHEMATICS, Subject.SCIENCE, Subject.ENGLISH)),
    Paper(Exam.ONET, "m6", (Subject.THAI, Subject.SOCIAL, Subject.ENGLISH, Subject.MATHEMATICS, Subject.SCIENCE)),
)
"""From 2562 NT has two parts; tables of that time still carry an empty third column, which is no score of nought."""


def paper_of(exam: str, grade: str, year: int) -> Paper | None:
    """What the test asked of the grade in that academic year, or None where it does not ask that grade."""
    return next(
        (paper for paper in PAPERS if (paper.exam, paper.grade) == (exam, grade) and paper.first <= year <= paper.last),
        None,
    )


class Level(models.TextChoices):
    """Whose mean it is."""

    SCHOOL = "school", "โรงเรียน"
    AREA = "area", "เขตพื้นที่"
    OBEC = "obec", "สพฐ."
    COUNTRY = "country", "ประเทศ"


class ResultState(models.TextChoices):
    """Why there is a mean, or why there is none: a missing mean is never nought."""

    PUBLISHED = "published", "ประกาศผล"
    TOO_FEW = "too_few", "ผู้เข้าสอบน้อย ไม่แสดงค่าเฉลี่ย"
    WITHHELD = "withheld", "ไม่ประกาศผล"
    NOT_TESTED = "not_tested", "ไม่ได้สอบ"


class ExamResultQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The list form of ``schools.see_result``: of the schools one sees, and what one's areas are held against."""
        return self.filter(
            Q(school__in=School.objects.visible_to(user)) | Q(area__in=AreaOffice.objects.visible_to(user))
        )

    def published(self):
        return self.filter(state=ResultState.PUBLISHED)


class ExamResult(models.Model):
    """The mean of one school in one subject of one test in one academic year (พ.ศ.), as it was published.

    ``mean`` and ``sd`` are in points of ``full_score``; 100 where the publisher gives percentages. A row of a level above the
    school belongs to the ``area`` that is compared with it. ``new_basis`` marks a test that changed so much that this
    year is not to be compared with the years before.
    """

    level = models.CharField("ระดับ", max_length=7, choices=Level.choices, default=Level.SCHOOL)
    school = models.ForeignKey(
        School, verbose_name="สถานศึกษา", on_delete=models.PROTECT, null=True, blank=True, related_name="exam_results"
    )
    area = models.ForeignKey(
        AreaOffice,
        verbose_name="สำนักงานเขตพื้นที่",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="exam_results",
        help_text="เฉพาะค่าระดับเขตพื้นที่ สพฐ. และประเทศ ที่ใช้เทียบกับโรงเรียนของเขต",
    )
    academic_year = models.PositiveSmallIntegerField("ปีการศึกษา (พ.ศ.)")
    exam = models.CharField("การทดสอบ", max_length=4, choices=Exam.choices)
    grade = models.CharField("ชั้น", max_length=2, choices=GRADES)
    subject = models.CharField("วิชา/ด้าน", max_length=13, choices=Subject.choices)
    state = models.CharField("สถานะผล", max_length=10, choices=ResultState.choices, default=ResultState.PUBLISHED)
    tested = models.PositiveIntegerField("จำนวนผู้เข้าสอบ (คน)", null=True, blank=True)
    mean = models.DecimalField("คะแนนเฉลี่ย", max_digits=6, decimal_places=2, null=True, blank=True)
    sd = models.DecimalField("S.D.", max_digits=6, decimal_places=2, null=True, blank=True)
    full_score = models.DecimalField("คะแนนเต็ม", max_digits=6, decimal_places=2, default=Decimal(100))
    new_basis = models.BooleanField("ข้อสอบเปลี่ยน เทียบกับปีก่อนไม่ได้", default=False)
    note = models.CharField("หมายเหตุ", max_length=200, blank=True)

    objects = ExamResultQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "ผลการทดสอบระดับชาติ"
        verbose_name_plural = "ผลการทดสอบระดับชาติ"
        ordering = ["-academic_year", "exam", "grade", "subject", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "academic_year", "exam", "grade", "subject"],
                condition=Q(school__isnull=False),
                name="one_exam_result_per_school",
                violation_error_message="มีผลการทดสอบนี้ของโรงเรียนแล้ว",
            ),
            models.UniqueConstraint(
                fields=["area", "level", "academic_year", "exam", "grade", "subject"],
                condition=Q(area__isnull=False),
                name="one_exam_result_per_area_level",
                violation_error_message="มีผลการทดสอบนี้ของระดับนี้แล้ว",
            ),
            models.CheckConstraint(
                condition=Q(level="school", school__isnull=False, area__isnull=True)
                | (~Q(level="school") & Q(school__isnull=True, area__isnull=False)),
                name="exam_result_has_one_owner",
                violation_error_message="ระดับโรงเรียนต้องระบุโรงเรียน ระดับอื่นต้องระบุเขตพื้นที่ อย่างใดอย่างหนึ่ง",
            ),
            models.CheckConstraint(
                condition=Q(state="published", mean__isnull=False)
                | (~Q(state="published") & Q(mean__isnull=True, sd__isnull=True)),
                name="exam_result_mean_fits_state",
                violation_error_message="ผลที่ประกาศแล้วต้องมีคะแนนเฉลี่ย ส่วนสถานะอื่นต้องไม่มีคะแนนเฉลี่ยและ S.D.",
            ),
            models.CheckConstraint(
                condition=Q(full_score__gt=0)
                & (Q(mean__isnull=True) | Q(mean__gte=0, mean__lte=F("full_score")))
                & (Q(sd__isnull=True) | Q(sd__gte=0, sd__lte=F("full_score"))),
                name="exam_result_within_full_score",
                violation_error_message="คะแนนเฉลี่ยและ S.D. ต้องไม่ติดลบและไม่เกินคะแนนเต็ม",
            ),
            models.CheckConstraint(
                condition=Q(academic_year__gte=2484, academic_year__lte=2700),
                name="exam_result_year_is_buddhist",
                violation_error_message="ปีการศึกษาเป็น พ.ศ. สี่หลัก เช่น 2569",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of_whom} {self.what}"

    @property
    def of_whom(self) -> str:
        return str(self.school) if self.school else f"{self.get_level_display()} ({self.area})"

    @property
    def what(self) -> str:
        """Test, grade, subject and year: O-NET ป.6 คณิตศาสตร์ ปีการศึกษา 2568."""
        return f"{self.get_exam_display()} {self.get_grade_display()} {self.get_subject_display()} ปีการศึกษา {self.academic_year}"

    @property
    def percent(self) -> Decimal | None:
        """The mean as a percentage of the full score, so that results on different scales stand side by side."""
        return None if self.mean is None else self.mean * 100 / self.full_score
