"""The list of schools as a spreadsheet: the headings are those that the import knows, so it can come back."""

from django.conf import settings
from import_export import fields, resources
from import_export.formats import base_formats

from schools.models import School
from schools.queries import size_of
from thai.dates import numeric_date


def plain_cell(value) -> str:
    """The text of a cell, never taken for a formula; the import takes the apostrophe off again."""
    text = "" if value is None else str(value)
    if settings.IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT and text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{text}"
    return text


class SchoolExport(resources.ModelResource):
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

    def dehydrate_opened_on(self, school) -> str:
        return numeric_date(school.opened_on) if school.opened_on else ""

    def dehydrate_closed_on(self, school) -> str:
        return numeric_date(school.closed_on) if school.closed_on else ""

    def dehydrate_size(self, school) -> str:
        return size_of(school.pupils, school.area.size_bands)

    def dehydrate_merged_into(self, school) -> str:
        return school.merged_into.name if school.merged_into else ""

    def export_resource(self, instance, selected_fields=None, **kwargs):
        return [plain_cell(value) for value in super().export_resource(instance, selected_fields, **kwargs)]


def schools_as_file(schools, kind: str) -> tuple[bytes, str]:
    """The schools as (bytes, content type); ``kind`` is csv (UTF-8 with the mark that Excel needs) or xlsx."""
    dataset = SchoolExport().export(schools)
    if kind == "csv":
        return base_formats.CSV().export_data(dataset).encode("utf-8-sig"), "text/csv; charset=utf-8"
    return base_formats.XLSX().export_data(dataset), base_formats.XLSX.CONTENT_TYPE
