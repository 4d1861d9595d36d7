"""The register of schools, row by row."""

from datetime import date
from typing import ClassVar

from schools.columns import SCHOOL_COLUMNS
from schools.models import KEY_FIELDS, AreaOffice, School, SchoolGroup
from schools.resources.base import RegisterResource, in_batches, refuse, schools_by_code
from thai.dates import ThaiDateError, parse_thai_date
from thai.text import normalise_code


class SchoolResource(RegisterResource):
    """The register of schools, found by the ten-digit code. The area is never read off the SMIS code."""

    labels: ClassVar[dict[str, str]] = {
        "obec_code": "รหัสโรงเรียน 10 หลัก",
        "smis_code": "รหัส SMIS 8 หลัก",
        "name": "ชื่อโรงเรียน",
        "area": "สำนักงานเขตพื้นที่",
        "group": "กลุ่มโรงเรียน",
        "levels": "ระดับที่เปิดสอน",
        "subdistrict": "ตำบล/แขวง",
        "district": "อำเภอ/เขต",
        "province": "จังหวัด",
        "phone": "โทรศัพท์",
        "email": "อีเมล",
        "opened_on": "เปิดดำเนินการเมื่อ",
    }
    columns = SCHOOL_COLUMNS
    not_cleaned: ClassVar[tuple[str, ...]] = ("area", "group", "merged_into", "closed_on", *KEY_FIELDS)
    derived: ClassVar[tuple[str, ...]] = KEY_FIELDS

    class Meta:
        model = School
        fields = (
            "obec_code",
            "smis_code",
            "name",
            "levels",
            "subdistrict",
            "district",
            "province",
            "phone",
            "email",
            "opened_on",
        )
        import_id_fields = ("obec_code",)

    def before_import(self, dataset, **kwargs):
        codes = [normalise_code(code) for code in dataset["obec_code"]]
        self.known = schools_by_code(codes)
        self.smis: dict[str, str] = {}
        if "smis_code" in dataset.headers:
            for batch in in_batches({normalise_code(code) for code in dataset["smis_code"]} - {""}):
                for school in School.objects.filter(smis_code__in=batch).only("smis_code", "obec_code").order_by():
                    self.smis[school.smis_code or ""] = school.obec_code
        self.areas = {area.code: area for area in AreaOffice.objects.all()}
        self.areas_by_name = {area.short_name: area for area in self.areas.values()}
        self.groups = {(group.area.code, group.name): group for group in SchoolGroup.objects.select_related("area")}

    def check(self, row):
        self.check_code(row["obec_code"])
        self.key = row["obec_code"]
        row["smis_code"] = smis = normalise_code(row.get("smis_code", ""))
        row["area_code"] = normalise_code(row.get("area_code", ""))
        name = row.get("name", "")
        row["name"] = self.outcome.name = name = name.removeprefix("โรงเรียน").strip() or name
        if not name:
            raise refuse("ไม่มีชื่อสถานศึกษา โปรดเติมชื่อแล้วนำเข้าอีกครั้ง")
        if smis and not (smis.isascii() and smis.isdigit() and len(smis) == 8):
            raise refuse(f"รหัส SMIS “{smis[:20]}” ไม่ใช่ตัวเลข 8 หลัก โปรดแก้ไข หรือเว้นว่างไว้")
        self.check_twice(("code", row["obec_code"]), f"รหัส {row['obec_code']}")
        if smis:
            self.check_twice(("smis", smis), f"รหัส SMIS {smis}")
            if self.smis.get(smis, row["obec_code"]) != row["obec_code"]:
                raise refuse(f"รหัส SMIS {smis} เป็นของโรงเรียนรหัส {self.smis[smis]} อยู่แล้ว โปรดตรวจสอบว่ารหัสใดถูกต้อง")
        self.row_area = self._area_of(row)
        if len(row["obec_code"]) == 9:
            self.outcome.warnings.append(f"รหัสมี 9 หลัก ({row['obec_code']}) ปกติมี 10 หลัก นำเข้าตามที่ปรากฏในไฟล์ โปรดตรวจสอบ")
        row["opened_on"] = self._opened_on(row.get("opened_on", ""))
        self.seen[("code", row["obec_code"])] = self.outcome.row
        if smis:
            self.seen[("smis", smis)] = self.outcome.row

    def _area_of(self, row) -> AreaOffice:
        """The office of the row; a new one is only made when the row is taken."""
        code, name = row["area_code"], row.get("area_name", "")
        known = self.known.get(row["obec_code"])
        if self.area is not None:
            if code and code != self.area.code:
                whose = f"{name} " if name else ""
                raise refuse(
                    f"แถวนี้เป็นโรงเรียนของ{whose or 'เขตพื้นที่อื่น '}(รหัสเขต {code}) ไม่ใช่{self.area.short_name} "
                    "โปรดให้เจ้าหน้าที่ของเขตนั้นหรือผู้ดูแลระบบเป็นผู้นำเข้า"
                )
            if known and known.area_id != self.area.pk:
                raise refuse(f"โรงเรียนรหัสนี้อยู่ในทะเบียนของ{known.area.short_name} โปรดให้ผู้ดูแลระบบเป็นผู้ย้ายเขต")
            return self.area
        if code:
            if not (code.isascii() and code.isdigit() and len(code) in (4, 6)):
                raise refuse(f"รหัสเขตพื้นที่ “{code[:20]}” ไม่ใช่ตัวเลข 4 หรือ 6 หลัก โปรดตรวจสอบ")
            if code in self.areas:
                return self.areas[code]
            if not name:
                raise refuse(f"ยังไม่มีเขตพื้นที่รหัส {code} ในระบบ และไฟล์ไม่มีชื่อเขต โปรดเพิ่มคอลัมน์ชื่อเขต หรือให้ผู้ดูแลระบบเพิ่มเขตก่อน")
            return AreaOffice(code=code, name=name[:200], short_name=name[:100])
        if name in self.areas_by_name:
            return self.areas_by_name[name]
        if known:
            return known.area
        raise refuse("ไม่มีรหัสเขตพื้นที่ จึงไม่ทราบว่าโรงเรียนนี้สังกัดเขตใด โปรดเติมรหัสเขตแล้วนำเข้าอีกครั้ง")

    def _opened_on(self, text: str) -> date | str:
        if not text:
            return ""
        try:
            return parse_thai_date(text)
        except ThaiDateError as error:
            self.outcome.warnings.append(f"ไม่ได้นำเข้าวันก่อตั้ง “{text[:40]}”: {error}")
            return ""

    def import_instance(self, instance, row, **kwargs):
        super().import_instance(instance, row, **kwargs)
        moved = bool(self.before) and instance.area.code != self.row_area.code
        instance.area = self.row_area
        group = row.get("group", "")
        if group:
            key = (self.row_area.code, group)
            instance.group = self.groups.get(key) or SchoolGroup(area=self.row_area, name=group)
        elif moved:
            instance.group = None

    def shown(self, instance, name):
        if name == "area":
            return instance.area.short_name
        return super().shown(instance, name)

    def before_save_instance(self, instance, row, **kwargs):
        """The row is taken: make the office and the group that it names."""
        area, group = instance.area, instance.group
        if area.pk is None:
            if area.code not in self.areas:
                self._save(area)
                self.areas[area.code] = area
            instance.area = self.areas[area.code]
        if group is not None and group.pk is None:
            key = (area.code, group.name)
            if key not in self.groups:
                group.area = instance.area
                self._save(group)
                self.groups[key] = group
            instance.group = self.groups[key]

    def _save(self, obj) -> None:
        if not self.dry_run:
            obj._history_user, obj._change_reason = self.by, self.reason
            obj.save()

    def prepare(self, instances):
        for school in instances:
            school.set_keys()
