"""Evidence that a school sends: photographs made safe, PDF files checked by their content. Nothing is stored here."""

from collections.abc import Iterable

from instruments.files import PDF, PDF_WITHIN, Document, is_pdf, pdf_pages
from instruments.images import MEGABYTE, read_photo
from thai.text import normalise
from workflows.services import TransitionError

FILE_BYTES = 10 * MEGABYTE
FILE_LIMIT = 5


class EvidenceError(TransitionError):
    """A file that can't be taken; the message is a Thai sentence that names the file."""


def read_evidence(files: Iterable) -> list[Document]:
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


def _read(upload) -> Document:
    name = _plain_name(getattr(upload, "name", "") or "")
    size = getattr(upload, "size", None) or 0
    if size > FILE_BYTES:
        raise EvidenceError(
            f"“{name}” มีขนาด {size / MEGABYTE:.1f} MB เกินกว่าที่รับได้ ({FILE_BYTES // MEGABYTE} MB) โปรดย่อให้เล็กลง"
        )
    head = upload.read(PDF_WITHIN)
    upload.seek(0)
    if not head:
        raise EvidenceError(f"“{name}” เป็นไฟล์ว่างเปล่า โปรดเลือกไฟล์ใหม่")
    if is_pdf(head):
        return _read_pdf(upload, name)
    try:
        picture = read_photo(upload)
    except ValueError as refusal:  # the picture's own Thai sentence
        if name.lower().rpartition(".")[2] in {"jpg", "jpeg", "png", "webp"}:
            raise EvidenceError(f"“{name}”: {refusal}") from None
        raise EvidenceError(
            f"“{name}” ไม่ใช่ภาพถ่ายหรือ PDF ที่ระบบเปิดได้ โปรดแนบภาพ (JPEG, PNG, WebP) หรือบันทึกเอกสารเป็น PDF ก่อน"
        ) from None
    return Document(picture.content, picture.content_type, name, picture.thumbnail)


def _read_pdf(upload, name: str) -> Document:
    content = upload.read(FILE_BYTES + 1)
    if len(content) > FILE_BYTES:
        raise EvidenceError(f"“{name}” มีขนาดเกินกว่าที่รับได้ ({FILE_BYTES // MEGABYTE} MB) โปรดย่อให้เล็กลง")
    pages = pdf_pages(content)
    if pages is None:
        raise EvidenceError(f"“{name}” มีรหัสผ่าน ผู้นิเทศจะเปิดอ่านไม่ได้ โปรดบันทึกใหม่โดยไม่ใส่รหัสผ่าน")
    if not pages:
        raise EvidenceError(f"“{name}” เสียหายหรือไม่มีหน้าเอกสาร โปรดเปิดตรวจแล้วบันทึกเป็น PDF ใหม่")
    return Document(content, PDF, name)


def _plain_name(name: str) -> str:
    """The last part of what the browser called the file, short and without control characters."""
    plain = normalise(name.replace("\\", "/").rpartition("/")[2])
    return (plain if len(plain) <= 120 else f"{plain[:80]}…{plain[-30:]}") or "ไฟล์ไม่มีชื่อ"
