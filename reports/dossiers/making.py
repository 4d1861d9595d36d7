"""Dossiers as ``jobs`` makes them: every piece, an index, and the digests by which each can be checked."""

import hashlib
import logging
import uuid
import zipfile
from typing import IO, Any

from accounts.flows import SUPERVISION_STAFF
from accounts.models import User
from documents.kinds import render_document, safe_filename
from jobs.making import Beat, FileRefused, Making, files
from reports.dossiers.pieces import Piece, placed
from reports.dossiers.subjects import SUBJECTS
from reports.models import Dossier

logger = logging.getLogger(__name__)

INDEX = "00 สารบัญ.pdf"
DIGESTS = "SHA256SUMS.txt"
"""As ``sha256sum --check`` reads it."""
AS_THEY_ARE = (".pdf", ".jpg", ".jpeg", ".png", ".webp", ".docx", ".xlsx", ".zip")
"""What is compressed already is not compressed again."""


def may_ask(user: User, subject: Any) -> bool:
    """Whether the person may have the dossier of a record that he or she sees."""
    return subject.area_id in user.areas_as(*SUPERVISION_STAFF)


def subject_of(job: Dossier) -> Any:
    """The record, where the asker still sees it. Raises FileRefused."""
    found = SUBJECTS[job.kind].model.objects.visible_to(job.by).filter(pk=job.object_id).first()
    if found is None:
        raise FileRefused("ไม่พบระเบียนของแฟ้มนี้แล้ว หรือท่านไม่มีสิทธิ์เห็น โปรดเปิดจากหน้าของระเบียนอีกครั้ง หรือติดต่อผู้ดูแลระบบ")
    return found


class Dossiers(Making):
    model = Dossier
    label = "แฟ้มหลักฐาน"
    unit = "รายการ"
    smaller = "ขอแฟ้มของแต่ละระเบียนแทน"
    at_once = 12
    in_the_page = 60

    def may(self, user: User, job: Dossier) -> bool:
        return user.has_perm("reports.see_dossier", job)

    def pieces(self, job: Dossier) -> list[tuple[str, Piece]]:
        return list(placed(SUBJECTS[job.kind].pieces(subject_of(job), job.by)))

    def count(self, job: Dossier) -> int:
        return len(self.pieces(job))

    def is_small(self, job: Dossier) -> bool:
        """A cycle holds its whole report, which alone may have hundreds of pages."""
        return job.kind != Dossier.CYCLE and super().is_small(job)

    def write(self, job: Dossier, target: IO[bytes], beat: Beat) -> int:
        pieces = self.pieces(job)
        job.contents = []
        with zipfile.ZipFile(target, "w") as archive:
            for done, (path, piece) in enumerate(pieces):
                beat(done, len(pieces))
                job.contents.append(_put(archive, path, piece))
            Dossier.objects.filter(pk=job.pk).update(contents=job.contents)
            archive.writestr(INDEX, render_document("dossier-index", job, job.by).content)
            kept = [row for row in job.contents if row["size"] is not None]
            archive.writestr(DIGESTS, "".join(f"{row['sha256']}  {row['path']}\n" for row in kept))
        return len(pieces)

    def facts(self, job: Dossier) -> list[tuple[str, str]]:
        found = [("แฟ้มของ", f"{job.get_kind_display()} {job.subject}")]
        if job.status == Dossier.DONE:
            found.append(("ลายนิ้วมือของแฟ้ม (SHA-256)", job.sha256))
        if job.missing:
            found.append(("ไฟล์ที่หายจากที่เก็บ", ", ".join(row["title"] for row in job.missing)))
        return found

    def filename(self, job: Dossier) -> str:
        return safe_filename(f"{job.record_code} {job}.zip")


dossiers = files(Dossiers())


def _put(archive: zipfile.ZipFile, path: str, piece: Piece) -> dict[str, Any]:
    try:
        content = piece.read()
    except FileNotFoundError:
        logger.warning("dossier: %s is not in the store", path)
        return {"path": path, "title": piece.title, "size": None, "sha256": ""}
    packed = zipfile.ZIP_STORED if path.lower().endswith(AS_THEY_ARE) else zipfile.ZIP_DEFLATED
    archive.writestr(path, content, packed)
    return {"path": path, "title": piece.title, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def ask_for(kind: str, subject: Any, *, ask: uuid.UUID, by: User) -> Dossier:
    """The dossier of this asking, finished or waiting; see ``Making.ask_for``."""
    wanted = Dossier(ask=ask, by=by, area_id=subject.area_id, kind=kind, object_id=subject.pk)
    wanted.subject = SUBJECTS[kind].name(subject)[:300]
    return dossiers.ask_for(wanted)
