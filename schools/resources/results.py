"""Results of the national tests, row by row: of schools, and of the levels that they are held against."""

from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.utils import timezone

from schools.columns import RESULT_COLUMNS, heading_key
from schools.models import PAPERS, Exam, ExamResult, Level, Paper, ResultState, Subject, paper_of
from schools.resources.base import RegisterResource, in_batches, refuse, schools_by_code, years_of
from schools.resources.enrolment import GRADE_LABELS, GRADE_WORDS
from thai.dates import buddhist_year
from thai.numerals import round_half_up
from thai.text import normalise_code, search_key
from thai.years import academic_year


def _words(*pairs: tuple[str, tuple[str, ...]]) -> dict[str, str]:
    return {heading_key(word): code for code, words in pairs for word in words}


EXAM_WORDS = _words((Exam.RT, ("RT", "การอ่าน")), (Exam.NT, ("NT",)), (Exam.ONET, ("O-NET", "ONET", "โอเน็ต")))
SUBJECT_WORDS = _words(
    (Subject.ALOUD, ("aloud", "การอ่านออกเสียง", "อ่านออกเสียง")),
    (Subject.COMPREHENSION, ("comprehension", "การอ่านรู้เรื่อง", "อ่านรู้เรื่อง")),
    (Subject.LANGUAGE, ("language", "ภาษา")),
    (Subject.CALCULATION, ("calculation", "คำนวณ")),
    (Subject.REASONING, ("reasoning", "เหตุผล")),
    (Subject.THAI, ("thai", "ภาษาไทย")),
    (Subject.MATHEMATICS, ("maths", "math", "คณิตศาสตร์", "คณิต")),
    (Subject.SCIENCE, ("science", "วิทยาศาสตร์", "วิทยาศาสตร์และเทคโนโลยี")),
    (Subject.ENGLISH, ("english", "ภาษาอังกฤษ", "ภาษาต่างประเทศ", "ภาษาต่างประเทศ (ภาษาอังกฤษ)")),
    (Subject.SOCIAL, ("social", "สังคมศึกษา", "สังคมศึกษา ศาสนา และวัฒนธรรม", "สังคมศึกษาฯ")),
    (Subject.TOTAL, ("total", "รวม", "รวมทุกด้าน", "เฉลี่ยรวม", "รวมเฉลี่ย", "รวม 2 สมรรถนะ", "รวม 2 ด้าน", "รวม 3 ด้าน")),
)
LEVEL_WORDS = _words(
    (Level.SCHOOL, ("school", "โรงเรียน", "สถานศึกษา")),
    (Level.AREA, ("area", "เขตพื้นที่", "เขต", "ระดับเขตพื้นที่", "สพท.", "สังกัดเขตพื้นที่")),
    (Level.OBEC, ("obec", "สพฐ.", "ระดับสังกัด", "สังกัด สพฐ.")),
    (Level.COUNTRY, ("country", "ประเทศ", "ระดับประเทศ")),
)
STATE_WORDS = _words(
    (ResultState.PUBLISHED, ("published", "ประกาศผล", "ประกาศแล้ว", "ปกติ")),
    (ResultState.TOO_FEW, ("too_few", "ผู้เข้าสอบน้อย", ResultState.TOO_FEW.label)),
    (ResultState.WITHHELD, ("withheld", "ไม่ประกาศผล", "ไม่ประกาศ")),
    (ResultState.NOT_TESTED, ("not_tested", "ไม่ได้สอบ", "ไม่เข้าสอบ", "ขาดสอบ")),
)
BASIS_WORDS = {heading_key(word): new for word, new in [("ได้", False), ("เทียบได้", False), ("0", False), ("false", False), ("ไม่ได้", True), ("เทียบไม่ได้", True), ("1", True), ("true", True)]}  # fmt: skip
RENAMED = {
    Subject.LANGUAGE: Subject.THAI,
    Subject.CALCULATION: Subject.MATHEMATICS,
    Subject.THAI: Subject.LANGUAGE,
    Subject.MATHEMATICS: Subject.CALCULATION,
}
"""NT's parts before and after 2562: people go on writing the one name for the other."""

MOST = 1000
"""Points that a test may have."""
TOLERANCE = Decimal("0.5")
"""Percentages that a publisher prints beside a mean come from unrounded figures."""


def _subject_key(text: str) -> str:
    key = heading_key(text)
    for prefix in ("ความสามารถ", "ด้าน", "วิชา", "กลุ่มสาระการเรียนรู้", "สมรรถนะ"):
        key = key.removeprefix(heading_key(prefix))
    return key


class ExamResultResource(RegisterResource):
    """Results by owner (a school, or a level above it), academic year, test, grade and subject."""

    labels: ClassVar[dict[str, str]] = {
        "state": "สถานะผล",
        "tested": "จำนวนผู้เข้าสอบ",
        "mean": "คะแนนเฉลี่ย",
        "sd": "S.D.",
        "full_score": "คะแนนเต็ม",
        "new_basis": "เทียบกับปีก่อน",
        "note": "หมายเหตุ",
    }
    columns = RESULT_COLUMNS
    not_cleaned: ClassVar[tuple[str, ...]] = ("school", "area")

    class Meta:
        model = ExamResult
        fields = (
            "academic_year", "exam", "grade", "subject", "state", "tested", "mean", "sd", "full_score", "new_basis", "note",
        )  # fmt: skip
        import_id_fields = ("academic_year", "exam", "grade", "subject")

    def before_import(self, dataset, **kwargs):
        self.schools = schools_by_code({normalise_code(code) for code in dataset["obec_code"]})
        self.latest = academic_year(timezone.localdate())
        self.known = {}
        found = ExamResult.objects.filter(academic_year__in=years_of(dataset)).order_by()
        for batch in in_batches(school.pk for school in self.schools.values()):
            for row in found.filter(school__in=batch).select_related("school"):
                self.known[self._key_of(row)] = row
        if self.area is not None:
            for row in found.filter(area=self.area):
                self.known[self._key_of(row)] = row

    @staticmethod
    def _key_of(result: ExamResult) -> tuple:
        return (result.level, result.school_id, result.academic_year, result.exam, result.grade, result.subject)

    # -- What a row says -------------------------------------------------------------------------------------------

    def check(self, row):
        self.level = self._level(row.pop("level", ""))
        self.school = self.school_of(row["obec_code"]) if self.level == Level.SCHOOL else None
        if self.level != Level.SCHOOL:
            if self.area is None:
                raise refuse("ค่าระดับเขตพื้นที่ สพฐ. และประเทศ นำเข้าได้เมื่อเลือกเขตที่จะใช้เทียบ โปรดเลือกเขตพื้นที่แล้วนำเข้าอีกครั้ง")
            if row["obec_code"]:
                raise refuse(
                    f"แถวระดับ{Level(self.level).label}ต้องไม่มีรหัสโรงเรียน โปรดลบรหัส หรือแก้ระดับเป็น “โรงเรียน” แล้วนำเข้าอีกครั้ง"
                )
        whose = self.outcome.name = str(self.school or f"ระดับ{Level(self.level).label}")
        year = row["academic_year"] = self._year(row.get("academic_year", ""))
        paper = self._paper(row, year)
        row["exam"], row["grade"] = paper.exam.value, paper.grade
        self.outcome.name = f"{whose} {paper.exam.label} {GRADE_LABELS[paper.grade]} ปีการศึกษา {year}"
        row["subject"] = self._subject(row.get("subject", ""), paper, year)
        self.outcome.name = (
            f"{whose} {paper.exam.label} {GRADE_LABELS[paper.grade]} {Subject(row['subject']).label} ปีการศึกษา {year}"
        )
        self.key = (
            self.level, self.school.pk if self.school else None, year, row["exam"], row["grade"], row["subject"],
        )  # fmt: skip
        self.check_twice(self.key, f"ผล {Subject(row['subject']).label} ของปีและการทดสอบนี้")
        self._figures(row)
        self.seen[self.key] = self.outcome.row

    def _level(self, text: str) -> str:
        if not text:
            return Level.SCHOOL
        level = LEVEL_WORDS.get(heading_key(text))
        if level is None:
            raise refuse(f"ไม่รู้จักระดับ “{text[:40]}” โปรดระบุ โรงเรียน เขตพื้นที่ สพฐ. หรือ ประเทศ")
        return level

    def _year(self, text: str) -> int:
        digits = normalise_code(text)
        year = int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 4 else 0
        if 1941 <= year <= 2157:
            raise refuse(
                f"ปีการศึกษา “{year}” เป็น ค.ศ. ซึ่งตรงกับ พ.ศ. {buddhist_year(year)} โปรดกรอกเป็น พ.ศ. แล้วนำเข้าอีกครั้ง"
            )
        if not 2484 <= year <= 2700:
            raise refuse(f"ปีการศึกษา “{text[:10]}” ไม่ถูกต้อง โปรดระบุเป็น พ.ศ. สี่หลัก เช่น {self.latest}")
        if year > self.latest:
            raise refuse(f"ปีการศึกษา {year} ยังมาไม่ถึง ปัจจุบันคือปีการศึกษา {self.latest} โปรดตรวจสอบปี")
        return year

    def _paper(self, row, year: int) -> Paper:
        text = row.get("exam", "")
        exam = EXAM_WORDS.get(heading_key(text))
        if exam is None:
            raise refuse(f"ไม่รู้จักการทดสอบ “{text[:40]}” โปรดระบุ RT NT หรือ O-NET")
        grades = list(dict.fromkeys(paper.grade for paper in PAPERS if paper.exam == exam))
        asked = " หรือ ".join(GRADE_LABELS[grade] for grade in grades)
        typed = row.get("grade", "")
        grade = (
            GRADE_WORDS.get(search_key(typed).replace(".", "")) if typed else grades[0] if len(grades) == 1 else None
        )
        if not typed and grade is None:
            raise refuse(f"{Exam(exam).label} สอบหลายชั้น จึงต้องระบุชั้น โปรดกรอก {asked}")
        paper = paper_of(exam, grade, year) if grade else None
        if paper is None:
            raise refuse(f"{Exam(exam).label} ไม่มีการสอบชั้น “{typed[:40]}” โปรดระบุ {asked}")
        return paper

    def _subject(self, text: str, paper: Paper, year: int) -> str:
        subject = SUBJECT_WORDS.get(_subject_key(text))
        if paper.exam == Exam.NT and subject not in paper.subjects:
            subject = RENAMED.get(Subject(subject), subject) if subject else None
        if subject in paper.subjects:
            return str(Subject(subject))
        known = " ".join(part.label for part in paper.subjects)
        if subject == Subject.REASONING and paper.exam == Exam.NT:
            raise refuse(f"NT ปีการศึกษา {year} มีสองด้าน ไม่มีด้านเหตุผล ค่าในช่องนี้ไม่ใช่คะแนนศูนย์ จึงไม่นำเข้า ไม่ต้องแก้ไข")
        if subject == Subject.TOTAL:
            raise refuse("O-NET ประกาศผลรายวิชา ไม่มีผลรวม แถวนี้จึงไม่นำเข้า ไม่ต้องแก้ไข")
        raise refuse(
            f"ไม่รู้จักวิชา/ด้าน “{text[:40]}” ของ {paper.exam.label} {GRADE_LABELS[paper.grade]} ปีการศึกษา {year} โปรดระบุ {known}"
        )

    def _figures(self, row: dict[str, Any]) -> None:
        """Number tested, mean and S.D., which have to fit each other and the state of the result."""
        tested = self._count(row.get("tested", ""))
        full = self._number(row.get("full_score", ""), "คะแนนเต็ม")
        mean = self._number(row.get("mean", ""), "คะแนนเฉลี่ย")
        percent = self._number(row.pop("percent", ""), "ร้อยละ")
        sd = self._number(row.get("sd", ""), "S.D.")
        if full == 0:
            raise refuse("คะแนนเต็มเป็น 0 ไม่ได้ โปรดกรอกคะแนนเต็มของข้อสอบ หรือเว้นว่างถ้าคะแนนเฉลี่ยเป็นร้อยละ")
        if mean is None and percent is not None:
            if sd is not None and full not in (None, 100):
                raise refuse(
                    f"มีร้อยละและ S.D. ที่คะแนนเต็ม {full} แต่ไม่มีคะแนนเฉลี่ย จึงไม่ทราบหน่วยของ S.D. โปรดเติมคอลัมน์คะแนนเฉลี่ย หรือลบ S.D."
                )
            mean, full, percent = percent, Decimal("100.00"), None
        row["state"] = self._state(row.get("state", ""), mean=mean, tested=tested)
        row["new_basis"] = self._basis(row.get("new_basis", ""))
        row["note"] = row.get("note", "")[:200]
        if mean is not None:
            sd = self._checked(mean, sd, full, percent, tested)
        elif sd is not None:
            raise refuse("มี S.D. แต่ไม่มีคะแนนเฉลี่ย โปรดเติมคะแนนเฉลี่ย หรือลบ S.D. แล้วนำเข้าอีกครั้ง")
        for name, value in (("tested", tested), ("full_score", full), ("mean", mean), ("sd", sd)):
            row[name] = "" if value is None else value

    def _checked(
        self, mean: Decimal, sd: Decimal | None, full: Decimal | None, percent: Decimal | None, tested: int | None
    ) -> Decimal | None:
        """The S.D. that may be kept; a refusal where the figures of the row contradict each other."""
        known = self.known.get(self.key)
        most = full or (known.full_score if known else Decimal(100))
        for label, value in (("คะแนนเฉลี่ย", mean), ("S.D.", sd)):
            if value is not None and value > most:
                raise refuse(f"{label} {value} มากกว่าคะแนนเต็ม {most} โปรดตรวจสอบตัวเลข หรือเติมคอลัมน์คะแนนเต็มของข้อสอบ")
        if percent is not None and abs(mean * 100 / most - percent) > TOLERANCE:
            raise refuse(
                f"คะแนนเฉลี่ย {mean} จากคะแนนเต็ม {most} ไม่ตรงกับร้อยละ {percent} โปรดตรวจสอบคะแนนเต็ม (ถ้าไม่กรอก ระบบถือว่าเต็ม 100)"
            )
        if mean == 0:
            self.outcome.warnings.append("คะแนนเฉลี่ยเป็น 0.00 โปรดตรวจสอบว่าเป็นคะแนนจริง ไม่ใช่ช่องที่ไม่มีผล")
        elif mean <= 1 and most == 100:
            self.outcome.warnings.append(f"คะแนนเฉลี่ย {mean} จากเต็ม 100 โปรดตรวจสอบว่าเป็นร้อยละ (0–100) ไม่ใช่สัดส่วน (0–1)")
        if tested == 1 and sd is not None:
            self.outcome.warnings.append("ผู้เข้าสอบ 1 คน ไม่มี S.D. ระบบจึงไม่นำเข้า S.D. ของแถวนี้")
            return None
        return sd

    def _state(self, text: str, *, mean: Decimal | None, tested: int | None) -> str:
        state = STATE_WORDS.get(heading_key(text)) if text else None
        if text and state is None:
            raise refuse(f"ไม่รู้จักสถานะผล “{text[:40]}” โปรดระบุ ประกาศผล ผู้เข้าสอบน้อย ไม่ประกาศผล หรือ ไม่ได้สอบ")
        if mean is None:
            if state in (None, ResultState.PUBLISHED):
                raise refuse(
                    "ไม่มีคะแนนเฉลี่ย โปรดเติมคะแนน หรือกรอกสถานะผลว่า ผู้เข้าสอบน้อย ไม่ประกาศผล หรือ ไม่ได้สอบ ระบบไม่นับช่องว่างเป็นศูนย์"
                )
            return str(state)
        if state not in (None, ResultState.PUBLISHED):
            raise refuse(
                f"สถานะผลเป็น “{ResultState(state).label}” แต่มีคะแนนเฉลี่ย {mean} โปรดลบคะแนน หรือแก้สถานะเป็น ประกาศผล"
            )
        if tested == 0:
            raise refuse("ผู้เข้าสอบ 0 คนแต่มีคะแนนเฉลี่ย โปรดแก้จำนวนผู้เข้าสอบ หรือลบคะแนนแล้วกรอกสถานะผลว่า ไม่ได้สอบ")
        if tested is None and self.level == Level.SCHOOL and self.key not in self.known:
            raise refuse("ไม่มีจำนวนผู้เข้าสอบ จึงคิดค่าเฉลี่ยของเขตไม่ได้ โปรดเติมจำนวนผู้เข้าสอบแล้วนำเข้าอีกครั้ง")
        return str(ResultState.PUBLISHED)

    def _basis(self, text: str) -> bool | str:
        if not text:
            return ""
        if heading_key(text) not in BASIS_WORDS:
            raise refuse(f"ช่องเทียบกับปีก่อน “{text[:40]}” ไม่ถูกต้อง โปรดระบุ ได้ หรือ ไม่ได้ ถ้าไม่แน่ใจให้เว้นว่าง")
        return BASIS_WORDS[heading_key(text)]

    def _count(self, text: str) -> int | None:
        digits = normalise_code(text).replace(",", "")
        if digits in ("", "-"):
            return None
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 7:
            raise refuse(f"จำนวนผู้เข้าสอบ “{text[:20]}” ไม่ใช่จำนวนเต็มที่ใช้ได้ โปรดกรอกเป็นตัวเลข")
        return int(digits)

    def _number(self, text: str, label: str) -> Decimal | None:
        digits = normalise_code(text).replace(",", "").removesuffix("%")
        if digits in ("", "-"):
            return None
        try:
            value = Decimal(digits)
        except InvalidOperation:
            raise refuse(f"{label} “{text[:20]}” ไม่ใช่ตัวเลข โปรดกรอกเป็นตัวเลข เช่น 52.70 ถ้าไม่มีให้เว้นว่าง") from None
        if not value.is_finite() or not 0 <= value <= MOST:
            raise refuse(f"{label} “{text[:20]}” ต้องเป็นตัวเลขตั้งแต่ 0 ถึง {MOST} โปรดตรวจสอบ")
        return round_half_up(value)

    # -- Writing ---------------------------------------------------------------------------------------------------

    def init_instance(self, row=None):
        return ExamResult(level=self.level, school=self.school, area=self.area if self.level != Level.SCHOOL else None)

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        if instance.state != ResultState.PUBLISHED:
            instance.mean = instance.sd = None
        elif instance.tested == 1:
            instance.sd = None

    def shown(self, instance, name):
        if name == "state":
            return instance.get_state_display()
        if name == "new_basis":
            return "ไม่ได้" if instance.new_basis else "ได้"
        return super().shown(instance, name)
