"""Pupils by school, academic year and grade, row by row."""

from typing import ClassVar

from schools.columns import ENROLMENT_COLUMNS
from schools.models import GRADES, Enrolment
from schools.resources.base import RegisterResource, in_batches, refuse, schools_by_code, years_of
from thai.text import normalise_code, search_key


def _grade_words() -> dict[str, str]:
    words = {}
    for grade, label in GRADES:
        level, number = grade[0], grade[1]
        long = {"k": ("อนุบาล", "อนุบาลปีที่", "ชั้นอนุบาลปีที่", "อบ.", "อบ", "อ."), "p": ("ประถมศึกษาปีที่", "ชั้นประถมศึกษาปีที่", "ป.", "ประถม"), "m": ("มัธยมศึกษาปีที่", "ชั้นมัธยมศึกษาปีที่", "ม.", "มัธยม")}  # fmt: skip
        for word in (grade, label, *(f"{stem}{number}" for stem in long[level])):
            words[search_key(word).replace(".", "")] = grade
    return words


GRADE_WORDS = _grade_words()
GRADE_LABELS = dict(GRADES)


class EnrolmentResource(RegisterResource):
    """Pupils by school, academic year and grade. Rows of sums are checked by nobody and left out."""

    labels: ClassVar[dict[str, str]] = {"male": "ชาย (คน)", "female": "หญิง (คน)", "rooms": "ห้องเรียน"}
    columns = ENROLMENT_COLUMNS
    not_cleaned: ClassVar[tuple[str, ...]] = ("school",)

    class Meta:
        model = Enrolment
        fields = ("academic_year", "grade", "male", "female", "rooms")
        import_id_fields = ("academic_year", "grade")

    def before_import(self, dataset, **kwargs):
        self.schools = schools_by_code({normalise_code(code) for code in dataset["obec_code"]})
        self.known = {}
        years = years_of(dataset)
        for batch in in_batches(school.pk for school in self.schools.values()):
            rows = (
                Enrolment.objects.filter(school__in=batch, academic_year__in=years).select_related("school").order_by()
            )
            for row in rows:
                self.known[(row.school_id, row.academic_year, row.grade)] = row

    def check(self, row):
        self.school = school = self.school_of(row["obec_code"])
        year = normalise_code(row.get("academic_year", ""))
        if not (year.isascii() and year.isdigit() and 2484 <= int(year[:6]) <= 2700):
            raise refuse(f"ปีการศึกษา “{year[:10]}” ไม่ถูกต้อง โปรดระบุเป็น พ.ศ. สี่หลัก เช่น 2569")
        grade = GRADE_WORDS.get(search_key(row.get("grade", "")).replace(".", ""))
        self.outcome.name = f"{school} {GRADE_LABELS.get(grade or '', row.get('grade', '')[:40])} ปีการศึกษา {year}"
        if grade is None:
            if row.get("grade", "").startswith("รวม"):
                raise refuse("แถวนี้เป็นแถวผลรวม ระบบรวมให้เองจากรายชั้น จึงไม่นำเข้า ไม่ต้องแก้ไข")
            raise refuse(f"ไม่รู้จักชั้น “{row.get('grade', '')[:40]}” โปรดระบุ เช่น อ.1 ป.1 ม.1")
        row["academic_year"], row["grade"] = int(year), grade
        self.key = (school.pk, row["academic_year"], grade)
        self.check_twice(self.key, f"{GRADE_LABELS[grade]} ปีการศึกษา {year} ของโรงเรียนนี้")
        for name in ("male", "female", "rooms", "total"):
            row[name] = self._count(row.get(name, ""), self.columns.label(name), needed=name in self.columns.required)
        total = row.pop("total")
        if total != "" and total != row["male"] + row["female"]:
            raise refuse(f"ชาย {row['male']} + หญิง {row['female']} ไม่เท่ากับรวม {total} โปรดตรวจสอบตัวเลข")
        self.seen[self.key] = self.outcome.row

    def _count(self, text: str, label: str, *, needed: bool) -> int | str:
        digits = normalise_code(text).replace(",", "")
        if digits == "" and not needed:
            return ""
        if digits == "-":
            return 0
        if not (digits.isascii() and digits.isdigit()) or int(digits[:9]) > 30_000:
            raise refuse(f"{label} “{text[:20]}” ไม่ใช่จำนวนเต็มที่ใช้ได้ โปรดกรอกเป็นตัวเลข ถ้าไม่มีให้กรอก 0")
        return int(digits)

    def init_instance(self, row=None):
        return Enrolment(school=self.school)
