"""Verbs of the registers: take the next number for what came or goes, correct its line, cancel it."""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from correspondence.flows import CODE_IS_MISSING, NOT_HELD, NOT_HELD_WHY, NUMBERED_PLAINLY, RegisterKind
from correspondence.models import Entry, LetterCode, Register
from correspondence.services.refusals import LetterRefused
from documents.numbering import take_numbers
from instruments import files
from instruments.images import MEGABYTE
from schools.models import AreaOffice
from thai.dates import buddhist_year
from thai.text import normalise

FIELDS = frozenset({"ref", "dated_on", "sender", "to", "subject", "action", "note", "urgency", "secrecy"})
"""What people write beside a number."""
BESIDE_PAPER = frozenset({"action", "note"})
"""What may still be written beside the number of a paper that was signed here."""
ATTACHMENT_BYTES = 10 * MEGABYTE
NOT_KEEPER = "ท่านลงทะเบียนหนังสือไม่ได้ ผู้ที่ทำได้คือเจ้าหน้าที่ธุรการและผู้อำนวยการกลุ่มนิเทศฯ โปรดส่งเรื่องให้เจ้าหน้าที่ธุรการ"


def next_entry(area: AreaOffice | int, kind: str, *, by: User, **fields: Any) -> Entry:
    """The next line of the register of this year, dated today; to be called inside a transaction.

    The day is read under the counter's lock, so that a higher number never has an earlier day. Asks nobody whether they
    may: that is for the verb that uses the number.
    """
    area_id = area if isinstance(area, int) else area.pk
    today = timezone.localdate()
    register, numbers = take_numbers(Register, area_id=area_id, kind=kind, year=buddhist_year(today.year))
    day = min(timezone.localdate(), date(today.year, 12, 31))
    entry = Entry(register=register, number=numbers[0], day=day, by=by)
    for name, value in fields.items():
        setattr(entry, name, value)
    entry._history_user = by
    entry.save()
    return entry


@transaction.atomic
def enter(
    area: AreaOffice, kind: str, *, by: User, upload: UploadedFile | None = None, ask: UUID | None = None, **fields: Any
) -> Entry:
    """Take the next number of today for what came (``in``) or goes out; one ``ask`` takes one number, however often pressed.

    Raises ``LetterRefused`` or ``FileRefused``.
    """
    if not by.has_perm("correspondence.keep_register", area):
        raise LetterRefused(NOT_KEEPER)
    if kind not in RegisterKind.values:
        raise LetterRefused("ไม่รู้จักทะเบียนนี้ โปรดเลือกทะเบียนจากหน้างานสารบรรณ")
    values = _clean(fields)
    _require_whole(kind, values)
    document = _read(upload) if upload else None
    # The second of two presses waits for the first.
    AreaOffice.objects.select_for_update(no_key=True).get(pk=area.pk)
    if ask and (earlier := Entry.objects.filter(ask=ask).first()):
        if earlier.by_id == by.pk:
            return earlier
        ask = None  # a page that somebody else had opened in this browser
    entry = next_entry(area, kind, by=by, ask=ask, **values)
    if kind != RegisterKind.IN:
        entry.ref, entry.dated_on = ref_of(entry), entry.dated_on or entry.day
        entry.save()
    if document:
        _attach(entry, document)
    return entry


def ref_of(entry: Entry) -> str:
    """What stands after “ที่” on what goes out under this number: ศธ 04009/15 · ศธ 04009/ว 15 · 15/2569.

    Raises ``LetterRefused`` where the office has no code yet.
    """
    kind = entry.register.kind
    if kind in NUMBERED_PLAINLY:
        return entry.full_number
    code = LetterCode.objects.filter(area=entry.area_id).values_list("code", flat=True).first()
    if not code:
        raise LetterRefused(CODE_IS_MISSING)
    return f"{code}/{'ว ' if kind == RegisterKind.CIRCULAR else ''}{entry.number}"


@transaction.atomic
def correct(entry: Entry, *, by: User, seen: str = "", upload: UploadedFile | None = None, **fields: Any) -> Entry:
    """Write what stands beside a number; the number and its day never change. ``seen`` is the ``stamp`` of the page.

    Raises ``LetterRefused`` or ``FileRefused``.
    """
    fresh = _kept(entry, by=by)
    if seen and seen != stamp(fresh):
        raise LetterRefused(
            "ขณะที่ท่านแก้ไข มีผู้อื่นบันทึกรายการนี้ไปก่อนแล้ว ข้อความของท่านยังอยู่ครบ โปรดเปิดรายการในหน้าต่างใหม่เพื่อเทียบ แล้วบันทึกอีกครั้ง"
        )
    for name, value in _clean(fields).items():
        if is_of_paper(fresh) and name not in BESIDE_PAPER:
            raise LetterRefused("ที่ เรื่อง และผู้รับเป็นไปตามหนังสือที่ลงนามแล้ว จึงแก้ไขในทะเบียนไม่ได้")
        setattr(fresh, name, value)
    _require_whole(fresh.register.kind, {name: getattr(fresh, name) for name in FIELDS})
    if upload:
        _attach(fresh, _read(upload))
    fresh._history_user = by
    fresh.save()
    return fresh


@transaction.atomic
def cancel(entry: Entry, *, by: User, reason: str) -> Entry:
    """Declare a number void; it stays in the register and is never given again. Raises ``LetterRefused``."""
    fresh = _kept(entry, by=by)
    if is_of_paper(fresh):
        raise LetterRefused("เลขนี้เป็นของหนังสือที่ลงนามในระบบ โปรดยกเลิกที่หน้าของหนังสือ เลขจะถูกยกเลิกพร้อมกัน")
    if not (reason := normalise(reason)):
        raise LetterRefused("โปรดระบุเหตุผลที่ยกเลิก เพราะเลขที่ยกเลิกยังแสดงในทะเบียนพร้อมเหตุผล")
    return void(fresh, by=by, reason=reason)


def void(entry: Entry, *, by: User, reason: str) -> Entry:
    """Write that the number is cancelled; to be called inside a transaction, by whoever has asked whether it may be."""
    entry.cancelled_at, entry.cancelled_by, entry.cancel_reason = timezone.now(), by, " ".join(reason.split())[:500]
    entry._history_user = by
    entry.save()
    return entry


def is_of_paper(entry: Entry) -> bool:
    """Whether the number was given to a paper that was signed here."""
    return getattr(entry, "paper", None) is not None


def stamp(entry: Entry) -> str:
    """Two readings of a line with the same stamp say the same."""
    return str(entry.history.count())


def _kept(entry: Entry, *, by: User) -> Entry:
    """The line under its lock, where this person may write it now."""
    fresh = Entry.objects.select_for_update(of=("self",)).select_related("register", "paper").get(pk=entry.pk)
    if not by.has_perm("correspondence.keep_register", fresh):
        raise LetterRefused(NOT_KEEPER)
    if fresh.is_cancelled:
        raise LetterRefused(f"เลขที่ {fresh.full_number} ถูกยกเลิกแล้ว จึงแก้ไขไม่ได้ หากต้องใช้เลข โปรดลงทะเบียนใหม่เพื่อรับเลขถัดไป")
    return fresh


def _clean(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - FIELDS:
        raise TypeError(f"a register has no {sorted(unknown)}")
    if fields.get("secrecy") == NOT_HELD:
        raise LetterRefused(NOT_HELD_WHY)
    return {name: normalise(value) if isinstance(value, str) else value for name, value in fields.items()}


def _require_whole(kind: str, values: dict[str, Any]) -> None:
    wanted = {"subject": "เรื่อง"} | ({"sender": "จาก"} if kind == RegisterKind.IN else {})
    if missing := [label for name, label in wanted.items() if not values.get(name)]:
        raise LetterRefused(f"โปรดระบุ{'และ'.join(missing)}ก่อนลงทะเบียน")


def _read(upload: UploadedFile) -> files.Document:
    if (upload.size or 0) > ATTACHMENT_BYTES:
        raise files.FileRefused("ไฟล์ใหญ่เกิน 10 MB โปรดสแกนด้วยความละเอียดต่ำลงหรือแบ่งไฟล์ก่อนแนบ")
    document = files.read_document(upload)
    if document.content_type != files.PDF:
        raise files.FileRefused("ไฟล์แนบของหนังสือต้องเป็น PDF โปรดสแกนหรือบันทึกเอกสารเป็น PDF แล้วแนบอีกครั้ง")
    return document


def _attach(entry: Entry, document: files.Document) -> None:
    entry.file_name, entry.file_sha256 = document.name[-200:], document.sha256
    entry.file.save("letter.pdf", ContentFile(document.content), save=True)
