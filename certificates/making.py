"""A large batch in one file, made in the background: when it is issued, and when a page asks for it anew."""

from contextlib import suppress
from typing import IO

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Max

from accounts.models import User
from certificates.models import Batch, BatchFile
from documents.kinds import render_document, safe_filename
from documents.progress import each_page
from jobs.making import Beat, FileRefused, Making, files

AT_ONCE = 100
"""Up to so many certificates are printed while the person waits: some ten seconds. Also the size of a part."""


def valid_in(batch: Batch):
    """The certificates that the file is of."""
    return batch.certificates.filter(revoked_at__isnull=True)


def made_of(batch: Batch) -> str:
    """Equal as long as the same certificates of the batch are valid."""
    found = valid_in(batch).aggregate(count=Count("pk"), last=Max("pk"))
    return f"{found['count']}-{found['last'] or 0}"


class BatchFiles(Making):
    model = BatchFile
    label = "ไฟล์เกียรติบัตรทั้งชุด"
    unit = "ฉบับ"
    smaller = f"พิมพ์เป็นส่วน ส่วนละไม่เกิน {AT_ONCE} ฉบับ จากหน้าของชุด"
    none = "ไม่มีเกียรติบัตรที่ใช้ได้ในชุดนี้ จึงไม่มีสิ่งใดให้พิมพ์"
    at_once = AT_ONCE
    in_the_page = AT_ONCE

    def may(self, user: User, job: BatchFile) -> bool:
        return user.has_perm("certificates.see_batch", job.batch)

    def may_make(self, user: User, job: BatchFile) -> bool:
        return user.has_perm("certificates.write_batch", job.batch)

    def count(self, job: BatchFile) -> int:
        return valid_in(job.batch).count()

    def write(self, job: BatchFile, target: IO[bytes], beat: Beat) -> int:
        """As of now: a certificate may have been revoked since the file was asked for."""
        total = self.count(job)
        BatchFile.objects.filter(pk=job.pk).update(made_of=made_of(job.batch))
        with each_page(lambda page: beat(page, total)):
            target.write(render_document("certificate-batch", job.batch).content)
        return total

    def facts(self, job: BatchFile) -> list[tuple[str, str]]:
        return [("ชุดเกียรติบัตร", str(job.batch))]

    def filename(self, job: BatchFile) -> str:
        return safe_filename(f"{job.batch}.pdf")


batch_files = files(BatchFiles())


def prepare(batch: Batch) -> None:
    """Have the file of a large batch made for whoever wrote it; who comes first later has it made otherwise."""
    if valid_in(batch).count() > AT_ONCE:
        with suppress(FileRefused, PermissionDenied):
            batch_files.ask_once(by=batch.made_by, batch=batch, made_of=made_of(batch))
