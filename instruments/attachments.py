"""Photos and drawn signatures of a response: taken, kept, served."""

import uuid as uuids

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.http import FileResponse
from django.utils import timezone

from accounts.models import User
from instruments import slots
from instruments.images import Picture, PictureRefused, read_photo, read_signature
from instruments.models import Attachment, Response
from instruments.services import AnswersRefused, Outcome, ResponseLocked, record_answers


def add_photo(
    response: Response, slot: str, upload, *, by: User, uuid: uuids.UUID | str | None = None, device: str = ""
) -> tuple[Attachment, Outcome]:
    """Take a photo into a photo slot and record it as an answer, in one transaction.

    ``uuid`` is the client's own name for the picture: sending it again changes nothing and answers the same. Raises
    ``PictureRefused`` or ``AnswersRefused`` (Thai) where it can't be taken: no picture, too large, too many, locked.
    """
    pk = _as_uuid(uuid)
    place = response.form.slots.get(slot)
    if place is None or place.kind != slots.PHOTO:
        raise PictureRefused("ข้อนี้แนบภาพไม่ได้")
    if response.is_locked:
        raise ResponseLocked("ชุดคำตอบนี้ปิดรับการแก้ไขแล้ว จึงแนบภาพเพิ่มไม่ได้ หากต้องแก้ไขโปรดขอให้หัวหน้ากลุ่มส่งกลับแก้ไข")
    known = Attachment.objects.filter(pk=pk).first()
    if known is None and len(response.answers.get(slot, {}).get("v", [])) >= place.limit:
        raise PictureRefused(f"ข้อนี้แนบภาพได้ไม่เกิน {place.limit} ภาพ โปรดลบภาพที่ไม่ใช้ก่อน")
    if known is not None and (known.response_id != response.pk or known.slot != slot):
        raise PictureRefused("รหัสของภาพซ้ำกับภาพอื่น โปรดแนบภาพอีกครั้ง")
    with transaction.atomic():
        attachment = known or _keep(
            response,
            slot,
            kind=Attachment.PHOTO,
            picture=read_photo(upload),
            by=by,
            pk=pk,
            name=getattr(upload, "name", ""),
        )
        outcome = _answer(response, slot, {"add": [str(pk)]}, pk=pk, by=by, device=device)
        if outcome.refused:
            raise PictureRefused(outcome.refused[0]["message"])
    return attachment, outcome


def add_signature(
    response: Response, slot: str, data_url: str, *, by: User, uuid: uuids.UUID | str | None = None,
    base: str | None = None, device: str = "",
) -> tuple[Attachment, Outcome]:  # fmt: skip
    """Take a drawn signature (PNG data URL) into a signature slot and record it as the answer.

    Idempotent by ``uuid`` as ``add_photo``; ``base`` is the event it replaces. Raises ``PictureRefused``.
    """
    pk = _as_uuid(uuid)
    place = response.form.slots.get(slot)
    if place is None or place.kind != slots.SIGNATURE:
        raise PictureRefused("ข้อนี้ลงลายมือชื่อไม่ได้")
    known = Attachment.objects.filter(pk=pk).first()
    if known is not None and (known.response_id != response.pk or known.slot != slot):
        raise PictureRefused("รหัสของภาพซ้ำกับภาพอื่น โปรดลงลายมือชื่ออีกครั้ง")
    with transaction.atomic():
        attachment = known or _keep(
            response, slot, kind=Attachment.SIGNATURE, picture=read_signature(data_url), by=by, pk=pk
        )
        outcome = _answer(response, slot, {"v": {"image": str(pk)}, "base": base}, pk=pk, by=by, device=device)
        if outcome.refused:
            raise PictureRefused(outcome.refused[0]["message"])
    return attachment, outcome


def _as_uuid(uuid: uuids.UUID | str | None) -> uuids.UUID:
    if uuid is None:
        return uuids.uuid4()
    try:
        return uuid if isinstance(uuid, uuids.UUID) else uuids.UUID(str(uuid))
    except ValueError:
        raise PictureRefused("รหัสของภาพไม่ถูกต้อง โปรดแนบภาพอีกครั้ง") from None


def _keep(
    response: Response, slot: str, *, kind: str, picture: Picture, by: User, pk: uuids.UUID, name: str = ""
) -> Attachment:
    attachment = Attachment(
        pk=pk,
        response=response,
        slot=slot,
        kind=kind,
        sha256=picture.sha256,
        content_type=picture.content_type,
        width=picture.width,
        height=picture.height,
        size=len(picture.content),
        uploaded_by=by,
        original_name=name.replace("\x00", "")[-200:],
    )
    attachment.file.save("", ContentFile(picture.content), save=False)
    if picture.thumbnail:
        attachment.thumbnail.save("", ContentFile(picture.thumbnail), save=False)
    try:
        with transaction.atomic():
            attachment.save(force_insert=True)
    except IntegrityError:  # the same picture arrived twice at the same moment
        for stored in (attachment.file, attachment.thumbnail):
            if stored:
                stored.delete(save=False)
        first = Attachment.objects.filter(pk=pk, response=response, slot=slot).first()
        if first is None:
            raise PictureRefused("รหัสของภาพซ้ำกับภาพอื่น โปรดแนบภาพอีกครั้ง") from None
        return first
    return attachment


def _answer(response: Response, slot: str, change: dict, *, pk: uuids.UUID, by: User, device: str) -> Outcome:
    """The answer that names the picture; its event is named after the picture, so it is recorded once."""
    event = {"id": str(pk), "key": slot, "at": timezone.now().isoformat(timespec="seconds"), **change}
    return record_answers(response, batch=pk, events=[event], by=by, device=device)


def attachment_response(attachment: Attachment, *, thumb: bool = False) -> FileResponse:
    """The picture as an answer to a request that was already allowed: private, sniff-proof, scriptless."""
    use_thumb = thumb and attachment.thumbnail
    stored = attachment.thumbnail if use_thumb else attachment.file
    response = FileResponse(stored.open("rb"), content_type="image/jpeg" if use_thumb else attachment.content_type)
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = f'inline; filename="{attachment.pk}.{attachment.extension}"'
    return response


__all__ = ["AnswersRefused", "PictureRefused", "add_photo", "add_signature", "attachment_response"]
