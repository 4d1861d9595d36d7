"""A sheet of members: preview, confirm, cancel. Nothing reaches the network before the confirmation."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from networks.models import MemberImport, Network
from networks.resources.members import COLUMNS, MemberResource
from networks.services.keeping import NetworkRefusedError, hold
from schools.imports import Report, pack, unpack
from schools.models.imports import ImportState
from schools.resources import Outcome, TableDataset
from schools.tabular import Table, TableError, read_table

MOST = 1_000
"""Rows of a sheet: each is checked by the service as if it were typed."""


class SheetChangedError(NetworkRefusedError):
    """The members changed after the preview; the import now holds a new preview to be looked at."""


def _run(network: Network, table: Table, *, by: User, dry_run: bool) -> Report:
    resource = MemberResource(network=network, by=by)
    result = resource.import_data(TableDataset(table), dry_run=dry_run, raise_errors=False, use_transactions=True)
    if result.has_errors():
        errors = [error.error for error in result.base_errors]
        errors += [error.error for _, row_errors in result.row_errors() for error in row_errors]
        raise errors[0]
    return Report(resource.outcomes)


def outcomes_of(job: MemberImport) -> list[Outcome]:
    """What the preview foresaw for each row or, after the confirmation, what became of it."""
    return [Outcome(*row) for row in unpack(job.report)]


def _keep_report(job: MemberImport, report: Report) -> None:
    job.report = pack([[o.row, o.code, o.name, o.kind, o.changes, o.reasons, o.warnings] for o in report.outcomes])
    job.plan_digest = report.digest
    for name in ("created", "unchanged", "refused"):
        setattr(job, name, report.counts[name])


@transaction.atomic
def preview_members(network: Network, data: bytes, *, file_name: str, by: User) -> MemberImport:
    """Read the sheet and keep what it would do, without doing it. Raises ``TableError``, ``NotKeeperError``."""
    held = hold(network, by=by)
    table = read_table(data, COLUMNS)
    if len(table.rows) > MOST:
        raise TableError(f"ไฟล์นี้มีเกิน {MOST:,} แถว โปรดแบ่งเป็นหลายไฟล์แล้วนำเข้าทีละไฟล์")
    report = _run(held, table, by=by, dry_run=True)
    job = MemberImport(
        network=held,
        file_name=file_name[-200:],
        unused_columns=table.unused,
        table=pack({"columns": table.columns, "rows": table.rows}),
        uploaded_by=by,
    )
    _keep_report(job, report)
    job.save()
    return job


def confirm_members(job: MemberImport, *, by: User) -> MemberImport:
    """Do what the preview showed, in one transaction.

    Raises ``NetworkRefusedError`` where it is already decided, and ``SheetChangedError`` where the members have
    changed so that the sheet would now do something else: nothing is written then, and there is a new preview.
    """
    kept = unpack(job.table)
    table = Table(kept["columns"], kept["rows"], job.unused_columns) if kept else None
    try:
        with transaction.atomic():
            held = hold(job.network, by=by)
            _claim(job, ImportState.CONFIRMED)
            assert table is not None, "a preview that waits has its rows"  # noqa: S101
            _require_as_shown(_run(held, table, by=by, dry_run=False), job)
    except SheetChangedError:
        job.refresh_from_db()
        if table is not None:
            _keep_report(job, _run(job.network, table, by=by, dry_run=True))
            job.save(update_fields=["report", "plan_digest", "created", "unchanged", "refused"])
        raise
    return job


def _require_as_shown(report: Report, job: MemberImport) -> None:
    if report.digest != job.plan_digest:
        raise SheetChangedError(
            "สมาชิกของเครือข่ายเปลี่ยนไปหลังจากที่แสดงตัวอย่าง จึงยังไม่ได้นำเข้า โปรดตรวจตัวอย่างใหม่ด้านล่างแล้วยืนยันอีกครั้ง"
        )


@transaction.atomic
def cancel_members(job: MemberImport, *, by: User) -> None:
    """Put the preview away. Raises ``NetworkRefusedError`` where it is already decided."""
    hold(job.network, by=by)
    _claim(job, ImportState.CANCELLED)
    MemberImport.objects.filter(pk=job.pk).update(table=b"")


def _claim(job: MemberImport, state: str) -> None:
    claimed = MemberImport.objects.filter(pk=job.pk, state=ImportState.PREVIEWED).update(
        state=state, decided_at=timezone.now()
    )
    if not claimed:
        job.refresh_from_db()
        raise NetworkRefusedError(f"รายการนี้{job.get_state_display()}ไปก่อนแล้ว โปรดเปิดหน้าเครือข่ายเพื่อดูสมาชิกล่าสุด")
    job.state = state
