"""The list of schools as a spreadsheet: the headings are those that the import knows, so it can come back."""

import re

from import_export import fields, resources
from import_export.formats import base_formats

from schools.models import AreaOffice, Enrolment, ExamResult, School
from schools.queries import size_of, with_pupils
from thai.dates import numeric_date

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no workbook may hold."""


def harmless(value: str | int) -> str | int:
    """A cell that a spreadsheet can hold, shows and never runs: a leading = + - @ is no formula here.

    The import takes the apostrophe off again.
    """
    if not isinstance(value, str):
        return value
    value = _CONTROLS.sub("", value)
    return f"'{value}" if value.lstrip()[:1] in {"=", "+", "-", "@"} else value


class PlainCells(resources.ModelResource):
    """Every cell a text that no spreadsheet takes for a formula."""

    def export_resource(self, instance, selected_fields=None, **kwargs):
        return [
            harmless("" if value is None else str(value))
            for value in super().export_resource(instance, selected_fields, **kwargs)
        ]


class SchoolExport(PlainCells):
    """Of schools with ``pupils`` (see ``queries.with_pupils``), area, group and merged_into at hand."""

    area_code = fields.Field("area__code", "รหัสเขตพื้นที่")
    area_name = fields.Field("area__short_name", "สำนักงานเขตพื้นที่")
    obec_code = fields.Field("obec_code", "รหัสโรงเรียน 10 หลัก")
    smis_code = fields.Field("smis_code", "รหัส SMIS 8 หลัก")
    name = fields.Field("name", "ชื่อสถานศึกษา(ไทย)")
    group = fields.Field("group__name", "กลุ่มโรงเรียน")
    levels = fields.Field("levels", "ระดับที่เปิดสอน")
    subdistrict = fields.Field("subdistrict", "ตำบล")
    district = fields.Field("district", "อำเภอ")
    province = fields.Field("province", "จังหวัด")
    phone = fields.Field("phone", "โทรศัพท์")
    email = fields.Field("email", "อีเมล")
    opened_on = fields.Field("opened_on", "วัน-เดือน-ปี ก่อตั้ง")
    pupils = fields.Field("pupils", "จำนวนนักเรียนล่าสุด")
    size = fields.Field(column_name="ขนาดโรงเรียน")
    status = fields.Field("status_label", "สถานะ")
    closed_on = fields.Field("closed_on", "ยุบเลิก/รวมเมื่อ")
    merged_into = fields.Field(column_name="รวมกับโรงเรียน")

    class Meta:
        model = School
        fields = (
            "area_code", "area_name", "obec_code", "smis_code", "name", "group", "levels", "subdistrict", "district",
            "province", "phone", "email", "opened_on", "pupils", "size", "status", "closed_on", "merged_into",
        )  # fmt: skip
        export_order = fields

    def get_queryset(self):
        return with_pupils(School.objects.select_related("area", "group", "merged_into"))

    def dehydrate_opened_on(self, school) -> str:
        return numeric_date(school.opened_on) if school.opened_on else ""

    def dehydrate_closed_on(self, school) -> str:
        return numeric_date(school.closed_on) if school.closed_on else ""

    def dehydrate_size(self, school) -> str:
        return size_of(school.pupils, school.area.size_bands)

    def dehydrate_merged_into(self, school) -> str:
        return school.merged_into.name if school.merged_into else ""


class EnrolmentExport(PlainCells):
    """Pupils by school, year and grade, under the headings that the import knows."""

    obec_code = fields.Field("school__obec_code", "รหัสโรงเรียน 10 หลัก")
    school = fields.Field("school__name", "ชื่อโรงเรียน")
    academic_year = fields.Field("academic_year", "ปีการศึกษา")
    grade = fields.Field("get_grade_display", "ชั้น")
    male = fields.Field("male", "ชาย")
    female = fields.Field("female", "หญิง")
    total = fields.Field("total", "รวม")
    rooms = fields.Field("rooms", "ห้องเรียน")

    class Meta:
        model = Enrolment
        fields = ("obec_code", "school", "academic_year", "grade", "male", "female", "total", "rooms")
        export_order = fields


class ExamResultExport(PlainCells):
    """Test results under the headings that the import knows."""

    obec_code = fields.Field("school__obec_code", "รหัสโรงเรียน 10 หลัก")
    school = fields.Field("school__name", "ชื่อโรงเรียน")
    level = fields.Field("get_level_display", "ระดับ")
    academic_year = fields.Field("academic_year", "ปีการศึกษา")
    exam = fields.Field("get_exam_display", "การทดสอบ")
    grade = fields.Field("get_grade_display", "ชั้น")
    subject = fields.Field("get_subject_display", "วิชา/ด้าน")
    tested = fields.Field("tested", "จำนวนผู้เข้าสอบ")
    mean = fields.Field("mean", "คะแนนเฉลี่ย")
    sd = fields.Field("sd", "ส่วนเบี่ยงเบนมาตรฐาน (S.D.)")
    full_score = fields.Field("full_score", "คะแนนเต็ม")
    state = fields.Field("get_state_display", "สถานะผล")
    new_basis = fields.Field(column_name="เทียบกับปีก่อน")
    note = fields.Field("note", "หมายเหตุ")

    class Meta:
        model = ExamResult
        fields = (
            "obec_code", "school", "level", "academic_year", "exam", "grade", "subject", "tested", "mean", "sd",
            "full_score", "state", "new_basis", "note",
        )  # fmt: skip
        export_order = fields

    def get_queryset(self):
        return ExamResult.objects.select_related("school")

    def dehydrate_new_basis(self, result) -> str:
        return "ไม่ได้" if result.new_basis else "ได้"


class AreaExport(PlainCells):
    code = fields.Field("code", "รหัสเขตพื้นที่")
    name = fields.Field("name", "ชื่อเต็ม")
    short_name = fields.Field("short_name", "ชื่อย่อ")
    phone = fields.Field("phone", "โทรศัพท์")
    email = fields.Field("email", "อีเมล")
    website = fields.Field("website", "เว็บไซต์")

    class Meta:
        model = AreaOffice
        fields = ("code", "name", "short_name", "phone", "email", "website")
        export_order = fields


def schools_as_file(schools, kind: str) -> tuple[bytes, str]:
    """The schools as (bytes, content type); ``kind`` is csv (UTF-8 with the mark that Excel needs) or xlsx."""
    dataset = SchoolExport().export(schools)
    if kind == "csv":
        return base_formats.CSV().export_data(dataset).encode("utf-8-sig"), "text/csv; charset=utf-8"
    return base_formats.XLSX().export_data(dataset), base_formats.XLSX.CONTENT_TYPE
