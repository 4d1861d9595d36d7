"""Documents that people attach, known by their content and never by their name: kept as they came, given out as
attachments only, opened by nothing of ours."""

import hashlib
import logging
import zipfile
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader

from instruments.images import MEGABYTE, PictureRefused, read_photo
from thai.text import normalise

FILE_BYTES = 20 * MEGABYTE
PDF_WITHIN = 1024
"""How far from its beginning a PDF may say what it is; readers accept as much."""

PDF, TEXT, JPEG, PNG = "application/pdf", "text/plain", "image/jpeg", "image/png"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
WORD, EXCEL, POWERPOINT = (
    f"{_OPEN_XML}wordprocessingml.document",
    f"{_OPEN_XML}spreadsheetml.sheet",
    f"{_OPEN_XML}presentationml.presentation",
)
OLD_WORD, OLD_EXCEL, OLD_POWERPOINT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"

EXTENSIONS = {
    PDF: "pdf", TEXT: "txt", JPEG: "jpg", PNG: "png", WORD: "docx", EXCEL: "xlsx", POWERPOINT: "pptx",
    OLD_WORD: "doc", OLD_EXCEL: "xls", OLD_POWERPOINT: "ppt",
}  # fmt: skip
"""How a stored file of this type is called."""

_NEW_OFFICE = {"word/document.xml": WORD, "xl/workbook.xml": EXCEL, "ppt/presentation.xml": POWERPOINT}
_OLD_OFFICE_MARK = bytes.fromhex("d0cf11e0a1b11ae1")
_OLD_OFFICE = {
    "WordDocument": OLD_WORD,
    "Workbook": OLD_EXCEL,
    "Book": OLD_EXCEL,
    "PowerPoint Document": OLD_POWERPOINT,
}
_WANTED = "โปรดแนบเอกสาร PDF, Word, Excel, PowerPoint, ภาพ หรือไฟล์ข้อความ"

logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of every untidy file, and many are


class FileRefused(PictureRefused):
    """The file can't be taken; the message is a Thai sentence for the person who sent it."""


@dataclass(frozen=True)
class Document:
    """A file that may be kept; a picture has been made safe and has a thumbnail."""

    content: bytes
    content_type: str
    name: str
    thumbnail: bytes = b""
    width: int = 0
    height: int = 0

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def extension(self) -> str:
        return EXTENSIONS[self.content_type]


def read_document(upload) -> Document:
    """A document from an uploaded file.

    Raises ``FileRefused`` for what is empty, over 20 MB, of another kind, damaged, locked, or carries macros.
    """
    size = getattr(upload, "size", None) or 0
    data = b"" if size > FILE_BYTES else upload.read(FILE_BYTES + 1)
    if size > FILE_BYTES or len(data) > FILE_BYTES:
        raise FileRefused(f"ไฟล์มีขนาดเกินกว่าที่รับได้ ({FILE_BYTES // MEGABYTE} MB) โปรดย่อหรือแบ่งไฟล์ก่อนแนบ")
    if not data:
        raise FileRefused("ไฟล์ว่างเปล่า โปรดเลือกไฟล์ใหม่")
    kind = _kind_of(data)
    name = plain_name(getattr(upload, "name", "") or "", kind or JPEG)
    if kind:
        return Document(data, kind, name)
    try:
        picture = read_photo(BytesIO(data))
    except PictureRefused:
        raise FileRefused(f"ระบบไม่รู้จักชนิดของไฟล์นี้ {_WANTED}") from None
    return Document(picture.content, picture.content_type, name, picture.thumbnail, picture.width, picture.height)


def _kind_of(data: bytes) -> str:
    """The type of a document by its content; "" where it is none of ours (a picture perhaps)."""
    if is_pdf(data):
        _check_pdf(data)
        return PDF
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    if data.startswith(_OLD_OFFICE_MARK):
        return _old_office_kind(data)
    return TEXT if _is_text(data) else ""


def is_pdf(data: bytes) -> bool:
    return b"%PDF-" in data[:PDF_WITHIN]


def pdf_pages(data: bytes) -> int | None:
    """How many pages a PDF has, 0 where it is damaged; None where it is locked."""
    try:
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            return None
        return len(reader.pages)
    except Exception:  # noqa: BLE001 -- a broken file breaks the reader in any way it likes
        return 0


def _check_pdf(data: bytes) -> None:
    pages = pdf_pages(data)
    if pages is None:
        raise FileRefused("ไฟล์มีรหัสผ่าน ผู้อื่นจะเปิดอ่านไม่ได้ โปรดบันทึกใหม่โดยไม่ใส่รหัสผ่าน")
    if not pages:
        raise FileRefused("ไฟล์ PDF เสียหายหรือไม่มีหน้าเอกสาร โปรดเปิดตรวจแล้วบันทึกเป็น PDF ใหม่")


def _office_kind(data: bytes) -> str:
    """Only the list of what is packed is read; nothing is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        raise FileRefused("ไฟล์เสียหาย โปรดเปิดตรวจแล้วบันทึกใหม่") from None
    kind = next((kind for mark, kind in _NEW_OFFICE.items() if mark in names), "")
    if not kind:
        raise FileRefused(f"ไฟล์บีบอัดแนบไม่ได้ {_WANTED}")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused("ไฟล์มีมาโคร (ชุดคำสั่ง) จึงแนบไม่ได้ โปรดบันทึกเป็นไฟล์ที่ไม่มีมาโคร (.docx, .xlsx, .pptx) ก่อน")
    return kind


def _old_office_kind(data: bytes) -> str:
    for stream, kind in _OLD_OFFICE.items():
        if stream.encode("utf-16-le") in data:
            if "_VBA_PROJECT".encode("utf-16-le") in data:
                raise FileRefused("ไฟล์มีมาโคร (ชุดคำสั่ง) จึงแนบไม่ได้ โปรดบันทึกเป็นไฟล์ที่ไม่มีมาโครก่อน")
            return kind
    raise FileRefused(f"ระบบไม่รู้จักชนิดของไฟล์นี้ {_WANTED}")


def _is_text(data: bytes) -> bool:
    """Text of today (UTF-8, UTF-16) or of old Thai programs (TIS-620); anything with control bytes is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return "\x00" not in data.decode("utf-16")
        except UnicodeDecodeError:
            return False
    if any(byte < 32 and byte not in (9, 10, 12, 13) for byte in data):
        return False
    for encoding in ("utf-8", "cp874"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def plain_name(name: str, content_type: str) -> str:
    """The last part of what the browser called the file, without control characters, with the ending of its content."""
    plain = normalise(name.replace("\\", "/").rpartition("/")[2].replace("\x00", ""))
    stem, dot, ending = plain.rpartition(".")
    wanted = EXTENSIONS[content_type]
    if dot and (ending.lower() == wanted or (wanted == "txt" and ending.lower() == "csv")):
        wanted = ending.lower()
    elif not dot or len(ending) > 5:
        stem = plain
    stem = stem.strip(". ") or "ไฟล์แนบ"
    return f"{stem if len(stem) <= 120 else stem[:119] + '…'}.{wanted}"
