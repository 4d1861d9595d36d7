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

from schools.models import AreaOffice, School
from schools.tabular import Table
from thai.dates import short_date
from thai.text import normalise, normalise_code

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


def years_of(dataset: TableDataset) -> set[int]:
    """The academic years that its rows speak of, as far as they are numbers."""
    return {int(year) for text in set(dataset["academic_year"]) if (year := normalise_code(text)).isdecimal()}


class KnownLoader(BaseInstanceLoader):
    """Finds a row's record among those that the resource read beforehand."""

    def get_instance(self, row):
        return self.resource.known.get(self.resource.key)


class RegisterResource(resources.ModelResource):
    """Common to all imports: outcome of each row, history of each write, nothing written on a dry run.

    ``area`` limits the run to one office's schools; without it the run is an administrator's. ``by`` and
    ``reason`` go into the history of what is written. ``before_import`` reads ``known``, the records there are by what
    makes them one, and ``schools`` by code where rows belong to schools; ``check`` sets the ``key`` of the row.
    """

    labels: ClassVar[dict[str, str]] = {}
    known: dict[Any, Any]
    key: Any
    schools: dict[str, School]

    class Meta:
        instance_loader_class = KnownLoader
        use_bulk = True
        batch_size = BATCH
        skip_unchanged = True
        report_skipped = True
        skip_diff = True

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

    def school_of(self, code: str) -> School:
        """The school that the row is about; refuses a code that is none, is unknown, or another office's."""
        self.check_code(code)
        school = self.schools.get(code)
        if school is None:
            raise refuse(f"ไม่พบโรงเรียนรหัส {code} ในทะเบียน โปรดนำเข้าทะเบียนสถานศึกษาก่อน หรือตรวจสอบรหัส")
        if self.area is not None and school.area_id != self.area.pk:
            raise refuse(f"โรงเรียนนี้อยู่ในสังกัด{school.area.short_name} โปรดให้เจ้าหน้าที่ของเขตนั้นเป็นผู้นำเข้า")
        return school

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
