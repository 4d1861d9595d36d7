"""Evidence that a school sends: photographs made safe, PDF files checked by their content. Nothing is stored here."""

import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader

from instruments.images import read_photo
from thai.text import normalise
from workflows.services import TransitionError

MEGABYTE = 1024 * 1024
FILE_BYTES = 10 * MEGABYTE
FILE_LIMIT = 5
_PDF_MARK = b"%PDF-"
_MARK_WITHIN = 1024
"""How far from its beginning a PDF may say what it is; readers accept as much."""

logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of every untidy file, and many are


class EvidenceError(TransitionError):
    """A file that can't be taken; the message is a Thai sentence that names the file."""


@dataclass(frozen=True)
class Evidence:
    """One file that may be kept: ``thumbnail`` is empty for a PDF."""

    name: str
    content: bytes
    content_type: str
    thumbnail: bytes = b""

    @property
    def extension(self) -> str:
        return "pdf" if self.content_type == "application/pdf" else "jpg"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_evidence(files: Iterable) -> list[Evidence]:
    """Every uploaded file made safe, or none: raises ``EvidenceError`` with one sentence for each bad file."""
    files = list(files)
    if len(files) > FILE_LIMIT:
        raise EvidenceError(
            f"แนบหลักฐานได้ครั้งละไม่เกิน {FILE_LIMIT} ไฟล์ (ท่านเลือก {len(files)} ไฟล์) โปรดเลือกเฉพาะที่สำคัญหรือรวมเป็น PDF ไฟล์เดียว"
        )
    taken, refusals = [], []
    for upload in files:
        try:
            taken.append(_read(upload))
        except EvidenceError as refusal:
            refusals.append(str(refusal))
    if refusals:
        raise EvidenceError(" ".join(refusals))
    return taken


def _read(upload) -> Evidence:
    name = _plain_name(getattr(upload, "name", "") or "")
    size = getattr(upload, "size", None) or 0
    if size > FILE_BYTES:
        raise EvidenceError(
            f"“{name}” มีขนาด {size / MEGABYTE:.1f} MB เกินกว่าที่รับได้ ({FILE_BYTES // MEGABYTE} MB) โปรดย่อให้เล็กลง"
        )
    head = upload.read(_MARK_WITHIN)
    upload.seek(0)
    if not head:
        raise EvidenceError(f"“{name}” เป็นไฟล์ว่างเปล่า โปรดเลือกไฟล์ใหม่")
    if _PDF_MARK in head:
        return _read_pdf(upload, name)
    try:
        picture = read_photo(upload)
    except ValueError as refusal:  # the picture's own Thai sentence
        if name.lower().rpartition(".")[2] in {"jpg", "jpeg", "png", "webp"}:
            raise EvidenceError(f"“{name}”: {refusal}") from None
        raise EvidenceError(
            f"“{name}” ไม่ใช่ภาพถ่ายหรือ PDF ที่ระบบเปิดได้ โปรดแนบภาพ (JPEG, PNG, WebP) หรือบันทึกเอกสารเป็น PDF ก่อน"
        ) from None
    return Evidence(name, picture.content, picture.content_type, picture.thumbnail)


def _read_pdf(upload, name: str) -> Evidence:
    content = upload.read(FILE_BYTES + 1)
    if len(content) > FILE_BYTES:
        raise EvidenceError(f"“{name}” มีขนาดเกินกว่าที่รับได้ ({FILE_BYTES // MEGABYTE} MB) โปรดย่อให้เล็กลง")
    try:
        reader = PdfReader(BytesIO(content))
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = 0 if locked else len(reader.pages)
    except Exception:  # noqa: BLE001 -- a broken file breaks the reader in any way it likes
        locked, pages = False, 0
    if locked:
        raise EvidenceError(f"“{name}” มีรหัสผ่าน ผู้นิเทศจะเปิดอ่านไม่ได้ โปรดบันทึกใหม่โดยไม่ใส่รหัสผ่าน")
    if not pages:
        raise EvidenceError(f"“{name}” เสียหายหรือไม่มีหน้าเอกสาร โปรดเปิดตรวจแล้วบันทึกเป็น PDF ใหม่")
    return Evidence(name, content, "application/pdf")


def _plain_name(name: str) -> str:
    """The last part of what the browser called the file, short and without control characters."""
    plain = normalise(name.replace("\\", "/").rpartition("/")[2])
    return (plain if len(plain) <= 120 else f"{plain[:80]}…{plain[-30:]}") or "ไฟล์ไม่มีชื่อ"
