"""Verbs of the record that the team writes: the text, the findings, the photographs, the signatures.

All of them refuse in Thai where the visit is not being written or the person is not on its team, and all look at
the state under the same lock that sending the record takes: nothing slips into a record after it was sent.
"""

import uuid as uuids
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from instruments.images import PictureRefused, read_photo, read_signature
from supervision.flows import FILLING
from supervision.models import Finding, Signature, Visit, VisitPhoto
from supervision.services.visits import RecordChangedError, VisitRefusedError, stamp_period
from thai.dates import weekday_date
from thai.text import normalise
from workflows.digests import stamp_of

RECORD_FIELDS = ("visited_on", "hosts", "summary", "unsigned_reason")
LABELS = {name: getattr(Visit._meta.get_field(name), "verbose_name", name) for name in RECORD_FIELDS}
PHOTO_LIMIT = 20
NEVER_STARTED = ("planned", "postponed")


def refusal_to_write(visit: Visit, by: User) -> str | None:
    """Why this person can't write in the visit now, as a Thai sentence; None where nothing stands in the way."""
    if visit.state in NEVER_STARTED:
        return "การนิเทศครั้งนี้ยังไม่เริ่ม โปรดกด “เริ่มการนิเทศ” ในหน้าการนิเทศก่อน จึงจะกรอกแบบและบันทึกได้"
    if visit.state not in FILLING:
        how = "" if visit.status.final else " หากต้องแก้ไข โปรดขอให้หัวหน้ากลุ่มงานหรือผู้อำนวยการกลุ่มนิเทศฯ ส่งกลับแก้ไข"
        if visit.state not in ("submitted", "checked"):
            how = " บันทึกที่ส่งผลแล้วหรือยกเลิกแล้วแก้ไขไม่ได้อีก"
        return f"การนิเทศนี้อยู่ในสถานะ “{visit.state_label}” จึงแก้ไขไม่ได้{how}"
    if not by.has_perm("supervision.write_visit", visit):
        lead = next((member.user for member in visit.members.select_related("user") if member.is_lead), None)
        who = f" ({lead})" if lead else ""
        return f"ท่านไม่ได้อยู่ในคณะนิเทศครั้งนี้ จึงอ่านได้อย่างเดียว หากต้องร่วมกรอก โปรดขอให้หัวหน้าคณะ{who} เพิ่มชื่อท่านในคณะ"
    return None


def _writable(visit: Visit, by: User) -> Visit:
    """The visit as it is now, locked until the transaction ends; raises ``VisitRefusedError``."""
    fresh = Visit.objects.select_for_update(of=("self",)).select_related("school").get(pk=visit.pk)
    if reason := refusal_to_write(fresh, by):
        raise VisitRefusedError(reason)
    return fresh


# -- The text ------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_record(
    visit: Visit,
    *,
    by: User,
    changes: Mapping[str, Any],
    seen: Mapping[str, str] | None = None,
    findings: Sequence[Mapping[str, Any]] = (),
) -> Visit:
    """Write what the person changed of ``RECORD_FIELDS`` and of the findings; answer the visit as it is then.

    ``seen`` holds the stamp of each field as the page showed it: what the person left alone is left alone, so
    two members may write different fields at the same time, and a field that somebody else changed meanwhile raises
    ``RecordChangedError`` with nothing written. A finding is ``{"pk", "kind", "text", "seen", "delete"}``; without
    ``pk`` it is new, with an empty text it is deleted.
    """
    fresh = _writable(visit, by)
    if unknown := set(changes) - set(RECORD_FIELDS):
        raise ValueError(f"not part of the record: {sorted(unknown)}")
    seen = seen or {}
    wanted = {
        name: value
        for name, value in changes.items()
        if value != getattr(fresh, name) and stamp_of(value) != seen.get(name)
    }
    now = {name: getattr(fresh, name) for name in wanted if name in seen}
    moved = {name: value for name, value in now.items() if stamp_of(value) != seen[name]}
    if moved:
        labels = " ".join(f"“{LABELS[name]}”" for name in moved)
        raise RecordChangedError(
            f"มีผู้อื่นแก้ไข{labels} ระหว่างที่ท่านพิมพ์ ข้อความของท่านยังอยู่ในหน้านี้ โปรดเทียบกับข้อความล่าสุดแล้วบันทึกอีกครั้ง", moved
        )
    _check_day(fresh, wanted.get("visited_on"))
    if wanted:
        for name, value in wanted.items():
            setattr(fresh, name, value)
        stamps = stamp_period(fresh, fresh.visited_on or fresh.starts_on) if "visited_on" in wanted else []
        fresh.save(update_fields=[*wanted, *stamps])
    for row in findings:
        _save_finding(fresh, row)
    return fresh


def _check_day(visit: Visit, day: date | None) -> None:
    if day is None:
        return
    if day > timezone.localdate():
        raise VisitRefusedError(f"{weekday_date(day)} ยังมาไม่ถึง โปรดระบุวันที่ไปนิเทศจริง")
    if visit.school.opened_on and day < visit.school.opened_on:
        raise VisitRefusedError(f"{visit.school} ยังไม่เปิดใน{weekday_date(day)} โปรดตรวจสอบวันที่นิเทศ")


def _save_finding(visit: Visit, row: Mapping[str, Any]) -> None:
    text = row.get("text", "").strip()
    gone = row.get("delete") or not text
    if row.get("pk") is None:
        if not gone:
            Finding.objects.create(visit=visit, kind=row["kind"], text=text)
        return
    finding = Finding.objects.filter(visit=visit, pk=row["pk"]).first()
    seen = row.get("seen")
    if finding is None:
        if not gone and stamp_of(text) != seen:
            raise RecordChangedError(
                "มีผู้อื่นลบข้อค้นพบข้อหนึ่งระหว่างที่ท่านแก้ไข ข้อความของท่านยังอยู่ในหน้านี้ หากยังต้องการโปรดเพิ่มเป็นข้อใหม่", {}
            )
        return
    if gone:
        finding.delete()
        return
    if text != finding.text and seen is not None and stamp_of(text) != seen:
        if stamp_of(finding.text) != seen:
            raise RecordChangedError(
                f"มีผู้อื่นแก้ไขข้อค้นพบข้อเดียวกันเป็น “{finding.text[:200]}” ระหว่างที่ท่านพิมพ์ โปรดเทียบแล้วบันทึกอีกครั้ง", {}
            )
    elif seen is not None:
        text = finding.text
    if (text, row["kind"]) != (finding.text, finding.kind):
        finding.text, finding.kind = text, row["kind"]
        finding.save()


# -- Photographs of the visit --------------------------------------------------------------------------------------


def add_photo(visit: Visit, upload, *, by: User, caption: str = "", uuid: uuids.UUID | str | None = None) -> VisitPhoto:
    """Keep a photograph of the visit: checked by its content, upright, small, without its place.

    ``uuid`` is the client's name for the picture; sending it again changes nothing. Raises ``VisitRefusedError`` or
    ``PictureRefused`` (Thai).
    """
    try:
        name = uuids.UUID(str(uuid)) if uuid else uuids.uuid4()
    except ValueError:
        raise PictureRefused("รหัสของภาพไม่ถูกต้อง โปรดแนบภาพอีกครั้ง") from None
    if known := VisitPhoto.objects.filter(visit=visit, uuid=name).first():
        return known
    if reason := refusal_to_write(visit, by):
        raise VisitRefusedError(reason)
    picture = read_photo(upload)  # outside the transaction: a big picture takes a second
    with transaction.atomic():
        fresh = _writable(visit, by)
        if twin := VisitPhoto.objects.filter(uuid=name).first():  # looked for anew: it may have arrived meanwhile
            if twin.visit_id != fresh.pk:
                raise PictureRefused("รหัสของภาพซ้ำกับภาพอื่น โปรดแนบภาพอีกครั้ง")
            return twin
        if fresh.photos.count() >= PHOTO_LIMIT:
            raise VisitRefusedError(f"การนิเทศหนึ่งครั้งแนบภาพกิจกรรมได้ไม่เกิน {PHOTO_LIMIT} ภาพ โปรดลบภาพที่ไม่ใช้ก่อน")
        photo = VisitPhoto(
            visit=fresh,
            uuid=name,
            sha256=picture.sha256,
            width=picture.width,
            height=picture.height,
            caption=_caption(caption),
            by=by,
        )
        photo.image.save(f"photo.{picture.extension}", ContentFile(picture.content), save=False)
        photo.thumbnail.save("thumbnail.jpg", ContentFile(picture.thumbnail), save=False)
        photo.save()
    return photo


def _caption(text: str) -> str:
    return normalise(text)[:200]


@transaction.atomic
def caption_photo(photo: VisitPhoto, caption: str, *, by: User) -> None:
    """Say what a photograph shows."""
    _writable(photo.visit, by)
    VisitPhoto.objects.filter(pk=photo.pk).update(caption=_caption(caption))


@transaction.atomic
def remove_photo(photo: VisitPhoto, *, by: User) -> None:
    """Take a photograph out of the record, file and all, once the change is certain."""
    _writable(photo.visit, by)
    photo.delete()
    for stored in (photo.image, photo.thumbnail):
        transaction.on_commit(partial(stored.delete, save=False))


# -- Signatures ----------------------------------------------------------------------------------------------------


@transaction.atomic
def sign(
    visit: Visit, *, side: str, name: str, position: str = "", drawing: str = "", typed: bool = False, by: User
) -> Signature:
    """Put one side's signature on the visit, with a digest of what the record said at that moment.

    ``drawing`` is a PNG data URL; ``typed`` is the signer's word that the typed name stands for a signature, where
    nothing can be drawn. A signature given earlier by the same side is replaced and stays in the history. Raises
    ``VisitRefusedError`` or ``PictureRefused`` (Thai).
    """
    fresh = _writable(visit, by)
    name = " ".join(name.split())
    if side not in Signature.Side.values or len(name) < 2:
        raise VisitRefusedError("โปรดระบุชื่อและนามสกุลของผู้ลงนาม")
    if not drawing and not typed:
        raise VisitRefusedError("โปรดลงลายมือชื่อในช่อง หรือเลือก “ใช้ชื่อที่พิมพ์แทนลายมือชื่อ”")
    picture = read_signature(drawing) if drawing else None
    signature = Signature.objects.filter(visit=fresh, side=side).first() or Signature(visit=fresh, side=side)
    signature.uuid = uuids.uuid4()
    signature.name, signature.position = name[:200], position.strip()[:200]
    signature.image = ""
    if picture:
        signature.image.save("signature.png", ContentFile(picture.content), save=False)
    signature.digest = fresh.content_digest()
    signature.witness, signature.at = by, timezone.now()
    signature.save()
    return signature
