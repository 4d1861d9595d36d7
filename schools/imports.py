"""Bringing in a file: preview, confirm, cancel. Nothing is written to the register before the confirmation.

The web pages and ``manage.py import_schools`` both stand on ``run``; an `ImportJob` remembers a preview between
two requests and what became of each row afterwards.
"""

import gzip
import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from schools.models import AreaOffice, ImportJob, ImportState
from schools.resources import CHANGE, CREATE, REFUSE, RESOURCES, SAME, Outcome, TableDataset
from schools.tabular import Table, read_table

ALL_AREAS_PERMISSION = "schools.add_areaoffice"
"""Django's own permission, given in the admin: its holder may import across areas, which makes new offices."""


class ImportRefusedError(Exception):
    """The import cannot go on; the message is a Thai sentence for the person at the page."""


class DataChangedError(ImportRefusedError):
    """The register changed after the preview; the job now holds a new preview to be looked at."""


@dataclass(frozen=True)
class Report:
    """What a run did, or on a dry run would do."""

    outcomes: list[Outcome]

    @property
    def counts(self) -> dict[str, int]:
        kinds = Counter(outcome.kind for outcome in self.outcomes)
        return {
            "created": kinds[CREATE],
            "changed": kinds[CHANGE],
            "unchanged": kinds[SAME],
            "refused": kinds[REFUSE],
            "warned": sum(bool(outcome.warnings) for outcome in self.outcomes),
        }

    @property
    def digest(self) -> str:
        """Equal for two runs that do the same to the same rows."""
        return hashlib.sha256(json.dumps([asdict(row) for row in self.outcomes]).encode()).hexdigest()


def run(kind: str, table: Table, *, area: AreaOffice | None, by=None, reason: str = "", dry_run: bool) -> Report:
    """Import the table, or with ``dry_run`` only say what would happen. All rows that are taken, or none.

    Raises `ImportRefusedError` when the database refuses the whole.
    """
    resource = RESOURCES[kind](area=area, by=by, reason=reason)
    result = resource.import_data(TableDataset(table), dry_run=dry_run, raise_errors=False, use_transactions=True)
    if result.has_errors():
        errors = [error.error for error in result.base_errors]
        errors += [error.error for _, row_errors in result.row_errors() for error in row_errors]
        raise errors[0]
    return Report(resource.outcomes)


def may_import_all_areas(user) -> bool:
    return user.has_perm(ALL_AREAS_PERMISSION)


def _check_may_import(area: AreaOffice | None, by) -> None:
    allowed = may_import_all_areas(by) if area is None else by.has_perm("schools.manage_schools", area)
    if not allowed:
        raise PermissionDenied("ผู้นำเข้าข้อมูลต้องเป็นเจ้าหน้าที่ธุรการหรือผู้อำนวยการกลุ่มนิเทศฯ ของเขตนั้น")


# -- Jobs ----------------------------------------------------------------------------------------------------------


def pack(value) -> bytes:
    return gzip.compress(
        json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), compresslevel=5, mtime=0
    )


def unpack(data):
    return json.loads(gzip.decompress(bytes(data))) if data else []


def outcomes_of(job: ImportJob) -> list[Outcome]:
    """What the preview foresaw for each row or, after the confirmation, what became of it."""
    return [Outcome(*row) for row in unpack(job.report)]


def rows_of(job: ImportJob) -> tuple[list[str], dict[int, list[str]]]:
    """The columns that were read and the cells of each row by its number; empty after a cancellation."""
    kept = unpack(job.table) or {"columns": ["beyond"], "rows": []}
    return kept["columns"][:-1], {number: cells[:-1] for number, cells in kept["rows"]}


def _keep_report(job: ImportJob, report: Report) -> None:
    job.report = pack([[o.row, o.code, o.name, o.kind, o.changes, o.reasons, o.warnings] for o in report.outcomes])
    job.plan_digest = report.digest
    for name, count in report.counts.items():
        setattr(job, name, count)


def preview_import(kind: str, data: bytes, *, file_name: str, area: AreaOffice | None, by) -> ImportJob:
    """Read the file and keep what it would do, without doing it. Raises `TableError`, PermissionDenied."""
    _check_may_import(area, by)
    table = read_table(data, RESOURCES[kind].columns)
    report = run(kind, table, area=area, by=by, dry_run=True)
    job = ImportJob(
        kind=kind,
        area=area,
        file_name=file_name[-200:],
        file_digest=hashlib.sha256(data).hexdigest(),
        unused_columns=table.unused,
        table=pack({"columns": table.columns, "rows": table.rows}),
        uploaded_by=by,
    )
    _keep_report(job, report)
    job.save()
    return job


def confirm_import(job: ImportJob, *, by) -> ImportJob:
    """Do what the preview showed, in one transaction. Of two people who confirm at once, one wins.

    Raises `ImportRefusedError` where the job is already decided, and `DataChangedError` where the register has changed
    so that the file would now do something else than was shown: nothing is written then, and the job shows
    the new preview.
    """
    _check_may_import(job.area, by)
    try:
        with transaction.atomic():
            _claim(job, ImportState.CONFIRMED, by)
            list(
                AreaOffice.objects.select_for_update(no_key=True)
                .filter(**({"pk": job.area_id} if job.area_id else {}))
                .order_by("pk")
            )
            reason = f"นำเข้าจากไฟล์ {job.file_name}"
            report = run(job.kind, _table_of(job), area=job.area, by=by, reason=reason, dry_run=False)
            _require_plan_as_shown(report, job)
    except (DataChangedError, IntegrityError) as error:
        job.refresh_from_db()
        _keep_report(job, run(job.kind, _table_of(job), area=job.area, by=by, dry_run=True))
        job.save(update_fields=["report", "plan_digest", "created", "changed", "unchanged", "refused", "warned"])
        raise DataChangedError(
            "ข้อมูลในทะเบียนเปลี่ยนไปหลังจากที่แสดงตัวอย่าง จึงยังไม่ได้นำเข้า โปรดตรวจตัวอย่างใหม่ด้านล่างแล้วยืนยันอีกครั้ง"
        ) from error
    return job


def _require_plan_as_shown(report: Report, job: ImportJob) -> None:
    if report.digest != job.plan_digest:
        raise DataChangedError


def cancel_import(job: ImportJob, *, by) -> ImportJob:
    """Put the preview away; the register is untouched. Raises `ImportRefusedError` where it is already decided."""
    _check_may_import(job.area, by)
    with transaction.atomic():
        _claim(job, ImportState.CANCELLED, by)
        job.table = b""
        job.save(update_fields=["table"])
    return job


def _table_of(job: ImportJob) -> Table:
    kept = unpack(job.table)
    return Table(kept["columns"], kept["rows"], job.unused_columns)


def _claim(job: ImportJob, state: str, by) -> None:
    now = timezone.now()
    claimed = ImportJob.objects.filter(pk=job.pk, state=ImportState.PREVIEWED).update(
        state=state, decided_by=by, decided_at=now
    )
    if not claimed:
        current = ImportJob.objects.select_related("decided_by").get(pk=job.pk)
        raise ImportRefusedError(
            f"รายการนี้{current.get_state_display()}โดย {current.decided_by} ไปก่อนแล้ว โปรดเปิดหน้าใหม่อีกครั้ง"
        )
    job.state, job.decided_by, job.decided_at = state, by, now
