"""What an imported row means: the register of schools and the enrolment, as import-export resources.

One resource serves our pages and the command line, and through them the admin. A resource is made for one run
and tells of every row in ``outcomes``; with ``dry_run`` it writes nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from import_export import resources
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import Result, RowResult

from schools.columns import ENROLMENT_COLUMNS, SCHOOL_COLUMNS
from schools.models import GRADES, KEY_FIELDS, AreaOffice, Enrolment, School, SchoolGroup
from schools.tabular import Table
from thai.dates import ThaiDateError, parse_thai_date, short_date
from thai.text import normalise, normalise_code, search_key

CREATE, CHANGE, SAME, REFUSE = "create", "change", "same", "refuse"
_OUTCOME = {RowResult.IMPORT_TYPE_NEW: CREATE, RowResult.IMPORT_TYPE_UPDATE: CHANGE, RowResult.IMPORT_TYPE_SKIP: SAME}
ROW = "__row__"
BATCH = 1000
MANY = 5_000
"""How many codes one query asks for: below SQLite's limit of parameters."""


@dataclass
class Outcome:
    """What becomes of one row of the file: ``changes`` are [field, before, after] as a person reads them."""

    row: int
    code: str = ""
    name: str = ""
    kind: str = REFUSE
    changes: list[list[str]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class TableDataset:
    """The table as import-export walks it, like a ``tablib.Dataset`` but without a copy of a large file."""

    def __init__(self, table: Table):
        self.table = table
        self.headers = [ROW, *table.columns]

    def __len__(self) -> int:
        return len(self.table.rows)

    def __iter__(self) -> Iterator[list[Any]]:
        return ([number, *cells] for number, cells in self.table.rows)

    def __getitem__(self, column: str) -> list[str]:
        place = self.table.columns.index(column)
        return [cells[place] for _, cells in self.table.rows]


class LeanResult(Result):
    """Keeps no object for each row: `RegisterResource.outcomes` already tells of every one."""

    def append_row_result(self, row_result):
        pass


def refuse(sentence: str) -> ValidationError:
    return ValidationError(sentence)


def in_batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    rows = list(values)
    for start in range(0, len(rows), MANY):
        yield rows[start : start + MANY]


def schools_by_code(codes: Iterable[str]) -> dict[str, School]:
    """The schools with these ten-digit codes, with area and group."""
    found: dict[str, School] = {}
    for batch in in_batches(codes):
        for school in School.objects.filter(obec_code__in=batch).select_related("area", "group").order_by():
            found[school.obec_code] = school
    return found


class RegisterResource(resources.ModelResource):
    """Common to both imports: outcome of each row, history of each write, nothing written on a dry run.

    ``area`` limits the run to one office's schools; without it the run is an administrator's. ``by`` and
    ``reason`` go into the history of what is written.
    """

    labels: ClassVar[dict[str, str]] = {}

    def __init__(self, *, area: AreaOffice | None = None, by=None, reason: str = "", **kwargs):
        super().__init__(**kwargs)
        self.area, self.by, self.reason = area, by, reason[:100]
        self.outcomes: list[Outcome] = []
        self.outcome = Outcome(row=0)
        self.seen: dict[Any, int] = {}
        self.dry_run = True

    @classmethod
    def get_result_class(cls):
        return LeanResult

    def after_import(self, dataset, result, **kwargs):
        """Nothing: import-export would renew the sequences, which only rows with given keys make necessary."""

    def import_data(self, dataset, dry_run=False, **kwargs):  # noqa: FBT002 -- import-export's signature
        self.dry_run = dry_run
        return super().import_data(dataset, dry_run=dry_run, **kwargs)

    def import_row(self, row, instance_loader, **kwargs):
        self.outcome = Outcome(row=row.pop(ROW))
        result = super().import_row(row, instance_loader, **kwargs)
        self.outcome.kind = _OUTCOME.get(result.import_type, REFUSE)
        if result.validation_error:
            self.outcome.reasons = self._sentences(result.validation_error)
            self.outcome.changes = []
        self.outcomes.append(self.outcome)
        return result

    def _sentences(self, error: ValidationError) -> list[str]:
        if not hasattr(error, "error_dict"):
            return list(error.messages)
        return [
            f"{self.labels.get(name, name)}: {message} โปรดแก้ไขแล้วนำเข้าอีกครั้ง"
            for name, messages in error.message_dict.items()
            for message in messages
        ]

    def before_import_row(self, row, **kwargs):
        for name, value in row.items():
            row[name] = normalise(_unescaped(value)) if value else ""
        if row.pop("beyond", ""):
            raise refuse("แถวนี้มีช่องข้อมูลเกินหัวตาราง อาจมีเครื่องหมายคั่นอยู่ในข้อความ โปรดตรวจสอบแล้วนำเข้าอีกครั้ง")
        row["obec_code"] = normalise_code(row.get("obec_code", ""))
        self.outcome.code, self.outcome.name = row["obec_code"][:20], row.get("name", "")[:200]
        self.check(row)
        # An empty cell says nothing about the field, so it never wipes what is known.
        for name in [name for name, value in row.items() if value == ""]:
            del row[name]

    def check(self, row: dict[str, Any]) -> None:
        """Make the row's values regular, or refuse it with a sentence."""
        raise NotImplementedError

    def check_code(self, code: str) -> None:
        if not code:
            raise refuse("ไม่มีรหัสโรงเรียน 10 หลัก โปรดเติมรหัสแล้วนำเข้าอีกครั้ง")
        if "e+" in code.lower():
            raise refuse(
                f"รหัส “{code[:20]}” ถูกโปรแกรมตารางเปลี่ยนเป็นเลขยกกำลัง โปรดตั้งรูปแบบช่องเป็นข้อความ แล้วกรอกรหัสให้ครบ 10 หลัก"
            )
        if not (code.isascii() and code.isdigit()):
            raise refuse(f"รหัส “{code[:20]}” มีอักขระที่ไม่ใช่ตัวเลข รหัสโรงเรียนต้องเป็นตัวเลข 10 หลัก โปรดตรวจสอบ")
        if len(code) not in (9, 10):
            raise refuse(f"รหัส “{code[:20]}” มี {len(code)} หลัก รหัสโรงเรียนต้องมี 10 หลัก โปรดตรวจสอบ")

    def check_twice(self, key: Any, what: str) -> None:
        if key in self.seen:
            raise refuse(f"{what} ซ้ำกับแถวที่ {self.seen[key]} ในไฟล์เดียวกัน จึงรับเฉพาะแถวแรก โปรดลบหรือแก้แถวที่ซ้ำ")

    # -- Writing ---------------------------------------------------------------------------------------------------

    def after_init_instance(self, instance, new, row, **kwargs):
        self.before = {name: self.shown(instance, name) for name in self.labels} if not new else {}

    def shown(self, instance, name: str) -> str:
        """A field's value as a person reads it."""
        value = getattr(instance, name)
        if isinstance(value, date):
            return short_date(value)
        return "" if value is None else str(value)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        after = {name: self.shown(instance, name) for name in self.labels}
        self.outcome.changes = [
            [label, self.before.get(name, ""), after[name]]
            for name, label in self.labels.items()
            if self.before.get(name, "") != after[name]
        ]
        instance.changed_fields = [name for name in self.labels if self.before.get(name, "") != after[name]]
        return bool(self.before) and not self.outcome.changes and not import_validation_errors

    def validate_instance(self, instance, import_validation_errors=None, validate_unique=True):  # noqa: FBT002 -- import-export's
        super().validate_instance(instance, import_validation_errors, validate_unique)
        instance.clean_fields(exclude=self.not_cleaned)

    not_cleaned: ClassVar[tuple[str, ...]] = ()
    derived: ClassVar[tuple[str, ...]] = ()
    """Columns that `prepare` works out of the others."""

    def prepare(self, instances: list[models.Model]) -> None:
        """What ``save`` would have done for each, before a batch is written."""

    def bulk_create(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        if self.create_instances and not dry_run:
            self.prepare(self.create_instances)
            made = self._meta.model.objects.bulk_create(self.create_instances, batch_size=BATCH)
            self._write_history(made, update=False)
        self.create_instances.clear()

    def bulk_update(self, using_transactions, dry_run, raise_errors, batch_size=None, result=None):
        """One small UPDATE for each row: quicker than Django's ``bulk_update`` over all columns, by far."""
        if self.update_instances and not dry_run:
            self.prepare(self.update_instances)
            for instance in self.update_instances:
                values = {name: getattr(instance, name) for name in (*instance.changed_fields, *self.derived)}
                self._meta.model.objects.filter(pk=instance.pk).update(**values)
            self._write_history(self.update_instances, update=True)
        self.update_instances.clear()

    def _write_history(self, instances, *, update: bool) -> None:
        self._meta.model.history.bulk_history_create(
            instances, batch_size=BATCH, update=update, default_user=self.by, default_change_reason=self.reason
        )


def _unescaped(value: str) -> str:
    """Without the apostrophe that exports put before what a spreadsheet would take for a formula."""
    return value[1:] if len(value) > 1 and value[0] == "'" and value[1] in "=+-@" else value


# -- Schools -------------------------------------------------------------------------------------------------------


class SchoolLoader(BaseInstanceLoader):
    """Finds schools among those that the resource read beforehand."""

    def get_instance(self, row):
        return self.resource.known.get(row["obec_code"])


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
        instance_loader_class = SchoolLoader
        use_bulk = True
        batch_size = BATCH
        skip_unchanged = True
        report_skipped = True
        skip_diff = True

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


# -- Enrolment -----------------------------------------------------------------------------------------------------


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


class EnrolmentLoader(BaseInstanceLoader):
    """Finds the rows of enrolment among those that the resource read beforehand."""

    def get_instance(self, row):
        return self.resource.known.get((row["obec_code"], row["academic_year"], row["grade"]))


class EnrolmentResource(RegisterResource):
    """Pupils by school, academic year and grade. Rows of sums are checked by nobody and left out."""

    labels: ClassVar[dict[str, str]] = {"male": "ชาย (คน)", "female": "หญิง (คน)", "rooms": "ห้องเรียน"}
    columns = ENROLMENT_COLUMNS
    not_cleaned: ClassVar[tuple[str, ...]] = ("school",)

    class Meta:
        model = Enrolment
        fields = ("academic_year", "grade", "male", "female", "rooms")
        import_id_fields = ("academic_year", "grade")
        instance_loader_class = EnrolmentLoader
        use_bulk = True
        batch_size = BATCH
        skip_unchanged = True
        report_skipped = True
        skip_diff = True

    def before_import(self, dataset, **kwargs):
        self.schools = schools_by_code({normalise_code(code) for code in dataset["obec_code"]})
        self.known: dict[tuple[str, int, str], Enrolment] = {}
        years = {int(year) for text in set(dataset["academic_year"]) if (year := normalise_code(text)).isdecimal()}
        for batch in in_batches(school.pk for school in self.schools.values()):
            rows = (
                Enrolment.objects.filter(school__in=batch, academic_year__in=years).select_related("school").order_by()
            )
            for row in rows:
                self.known[(row.school.obec_code, row.academic_year, row.grade)] = row

    def check(self, row):
        self.check_code(row["obec_code"])
        school = self.schools.get(row["obec_code"])
        if school is None:
            raise refuse(f"ไม่พบโรงเรียนรหัส {row['obec_code']} ในทะเบียน โปรดนำเข้าทะเบียนสถานศึกษาก่อน หรือตรวจสอบรหัส")
        if self.area is not None and school.area_id != self.area.pk:
            raise refuse(f"โรงเรียนนี้อยู่ในสังกัด{school.area.short_name} โปรดให้เจ้าหน้าที่ของเขตนั้นเป็นผู้นำเข้า")
        self.school = school
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
        self.check_twice((school.pk, row["academic_year"], grade), f"{GRADE_LABELS[grade]} ปีการศึกษา {year} ของโรงเรียนนี้")
        for name in ("male", "female", "rooms", "total"):
            row[name] = self._count(row.get(name, ""), self.columns.label(name), needed=name in self.columns.required)
        total = row.pop("total")
        if total != "" and total != row["male"] + row["female"]:
            raise refuse(f"ชาย {row['male']} + หญิง {row['female']} ไม่เท่ากับรวม {total} โปรดตรวจสอบตัวเลข")
        self.seen[(school.pk, row["academic_year"], grade)] = self.outcome.row

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


RESOURCES: dict[str, type[RegisterResource]] = {"schools": SchoolResource, "enrolment": EnrolmentResource}
"""By `ImportKind`."""
