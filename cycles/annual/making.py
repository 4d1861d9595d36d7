"""The file of a report: made once for all who ask for what it says, small ones at once, large ones in the background."""

from contextlib import suppress
from functools import partial
from typing import IO

from django.db import transaction

from accounts.models import User
from cycles.annual.blocks import Figure, Frozen, Items, Photos, Table
from cycles.annual.chapters import blocks_of
from cycles.annual.versions import Annual, annual_of
from cycles.models import Report, ReportFile
from documents.kinds import RenderedDocument, render_document, safe_filename
from documents.progress import each_page
from jobs.making import Beat, FileRefused, Making, files
from workflows.digests import digest_of
from workflows.services import approvals_of

LAYOUT = 2
"""Counts the changes of how a report looks, so that a file of an earlier look is made anew."""
PAGES = {Table: 0.4, Figure: 0.45, Frozen: 2.0, Items: 0.2}
"""About how much of a page a block takes."""


def says(report: Report, annual: Annual, kind: str) -> str:
    """The digest of everything that the file prints; equal as long as nothing of it changed."""
    content = annual.content()
    approvals = approvals_of(report)
    return digest_of(
        {
            "layout": LAYOUT,
            "kind": kind,
            "mark": "" if report.is_delivered else report.state,
            "content": {**content, "data": {**annual.data, "at": ""}}
            if annual.version is None
            else annual.version.digest,
            "office": [report.cycle.area.name, report.cycle.area.group_name],
            "records": [record.pk for record in report.step_records],
            "approvals": [[one.round, one.place, one.log_id] for one in approvals],
        }
    )


def pages_of(report: Report, annual: Annual, kind: str) -> int:
    """About how many pages it will be."""
    book = annual.book(report.step_records, public=kind == ReportFile.PUBLIC)
    found = 6.0 + (len(book.tables) + len(book.figures)) / 35
    for block in blocks_of(book):
        found += len(block.rows) / 6 if isinstance(block, Photos) else PAGES.get(type(block), 0.1)
        if isinstance(block, Table | Items):
            found += max(0, len(block.rows) - 8) / 35
    return round(found)


class ReportFiles(Making):
    model = ReportFile
    label = "ไฟล์รายงานผลการดำเนินงาน"
    unit = "หน้าโดยประมาณ"
    smaller = "ดาวน์โหลดฉบับเผยแพร่ซึ่งสั้นกว่า"
    at_once = 40
    in_the_page = 150

    def may(self, user: User, job: ReportFile) -> bool:
        return user.has_perm("cycles.see_report", job.report)

    def may_make(self, user: User, job: ReportFile) -> bool:
        return user.has_perm("cycles.write_report", job.report)

    def count(self, job: ReportFile) -> int:
        return pages_of(job.report, annual_of(job.report), job.kind)

    def write(self, job: ReportFile, target: IO[bytes], beat: Beat) -> int:
        """As of now: what was asked for may say something else since."""
        report = Report.objects.select_related("area", "cycle__area", "cycle__edition", "made_by").get(pk=job.report_id)
        annual = annual_of(report)
        job.says = says(report, annual, job.kind)
        last = 0

        def told(page: int) -> None:
            nonlocal last
            last = max(last, page)
            beat(last, max(job.total, last))

        with each_page(told):
            made = render_document(job.kind, report)
        target.write(made.content)
        held = annual.version if annual.version and annual.version.approval_id and report.is_delivered else None
        ReportFile.objects.filter(pk=job.pk).update(says=job.says, version=held)
        return last

    def facts(self, job: ReportFile) -> list[tuple[str, str]]:
        return [
            ("รายงาน", job.report.title),
            ("ฉบับ", job.get_kind_display()),
            ("สถานะของรายงาน", job.report.state_label),
        ]

    def filename(self, job: ReportFile) -> str:
        return safe_filename(f"{job.report.title} {job.report.record_code}.pdf")


report_files = files(ReportFiles())


def file_of(report: Report, kind: str) -> tuple[ReportFile | None, str]:
    """The finished file of what the report says now, and the digest of that; None where it has to be made."""
    wanted = says(report, annual_of(report), kind)
    return report_files.made(report=report, kind=kind, says=wanted), wanted


def prepare(report: Report, *, by: User) -> None:
    """Have long editions made once the move that calls this is done, so that whoever comes first need not wait."""
    for kind, _ in ReportFile.KINDS:
        transaction.on_commit(partial(_prepared, report.pk, kind, by), robust=True)


def _prepared(pk: int, kind: str, by: User) -> None:
    report = Report.objects.select_related("area", "cycle__area", "cycle__edition", "made_by").get(pk=pk)
    if pages_of(report, annual_of(report), kind) <= ReportFiles.at_once:
        return  # made in a moment by whoever asks
    made, wanted = file_of(report, kind)
    if made is None:
        with suppress(FileRefused):  # this person has enough files on the way: whoever asks has it made
            report_files.ask_once(by=by, report=report, kind=kind, says=wanted)


def public_file(report: Report) -> RenderedDocument:
    """The edition for everybody, from the file where there is one."""
    made, _ = file_of(report, ReportFile.PUBLIC)
    if made is None:
        return render_document(ReportFile.PUBLIC, report)
    with made.file.open("rb") as file:
        return RenderedDocument(file.read(), report_files.filename(made), report.record_code, report.title)
