"""Photos, documents and drawn signatures of a response: taken, kept, served."""

import uuid as uuids
from typing import Any

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.http import FileResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from accounts.http import private_file
from accounts.models import User
from instruments import slots
from instruments.files import TEXT, Document, plain_name, read_document
from instruments.images import Picture, PictureRefused, read_photo, read_signature
from instruments.models import Attachment, Response
from instruments.services import Outcome, ResponseLocked, record_answers


def add_upload(
    response: Response, slot: str, upload, *, by: User | None, uuid: uuids.UUID | str | None = None
) -> tuple[Attachment, Outcome]:
    """Take a photo into a photo slot or a document into a file slot, and record it as an answer, in one transaction.

    ``uuid`` is the client's own name for it: sending it again changes nothing and answers the same. Raises
    ``PictureRefused`` or ``AnswersRefused`` (Thai) where it can't be taken: of no known kind, too large, too many,
    locked.
    """
    place = response.form.slot(slot)
    if place is None or place.kind not in (slots.PHOTO, slots.FILE):
        raise PictureRefused("ข้อนี้แนบภาพหรือไฟล์ไม่ได้")
    pk = _as_uuid(uuid)
    known = _known(response, slot, pk)
    if known is None and response.is_locked:
        raise ResponseLocked("ชุดคำตอบนี้ปิดรับการแก้ไขแล้ว จึงแนบเพิ่มไม่ได้ หากต้องแก้ไขโปรดขอให้หัวหน้ากลุ่มส่งกลับแก้ไข")
    if known is None and len(response.answers.get(slot, {}).get("v", [])) >= place.limit:
        raise PictureRefused(slots.too_many(place.kind, place.limit))
    change = {"add": [str(pk)]}
    if known is not None:
        return _take(known, None, change, by=by)
    new = Attachment(pk=pk, response=response, slot=slot, kind=Attachment.PHOTO, uploaded_by=by)
    if place.kind == slots.FILE:
        document = read_document(upload)
        new.kind, new.original_name = Attachment.FILE, document.name
        return _take(new, document, change, by=by)
    photo = read_photo(upload)
    new.original_name = plain_name(getattr(upload, "name", ""), photo.content_type)
    return _take(new, photo, change, by=by)


def add_signature(
    response: Response, slot: str, data_url: str, *, by: User | None, uuid: uuids.UUID | str | None = None,
    base: str | None = None,
) -> tuple[Attachment, Outcome]:  # fmt: skip
    """Take a drawn signature (PNG data URL) into a signature slot and record it as the answer.

    As ``add_upload``; ``base`` is the event it replaces.
    """
    place = response.form.slot(slot)
    if place is None or place.kind != slots.SIGNATURE:
        raise PictureRefused("ข้อนี้ลงลายมือชื่อไม่ได้")
    pk = _as_uuid(uuid)
    known = _known(response, slot, pk)
    picture = None if known else read_signature(data_url)
    new = Attachment(pk=pk, response=response, slot=slot, kind=Attachment.SIGNATURE, uploaded_by=by)
    return _take(known or new, picture, {"v": {"image": str(pk)}, "base": base}, by=by)


def _as_uuid(uuid: uuids.UUID | str | None) -> uuids.UUID:
    if uuid is None:
        return uuids.uuid4()
    try:
        return uuid if isinstance(uuid, uuids.UUID) else uuids.UUID(str(uuid))
    except ValueError:
        raise PictureRefused("รหัสของภาพไม่ถูกต้อง โปรดแนบภาพอีกครั้ง") from None


def _known(response: Response, slot: str, pk: uuids.UUID) -> Attachment | None:
    """The picture of this name, where it has arrived before."""
    known = Attachment.objects.filter(pk=pk).first()
    if known is not None and (known.response_id != response.pk or known.slot != slot):
        raise PictureRefused("รหัสของภาพซ้ำกับภาพอื่น โปรดแนบภาพอีกครั้ง")
    if known is not None:
        known.response = response  # which is brought up to date in place
    return known


def _take(
    attachment: Attachment, picture: Picture | Document | None, change: dict[str, Any], *, by: User | None
) -> tuple[Attachment, Outcome]:
    """Keep the picture, unless it is kept already, and record the answer that names it: both or neither.

    The picture was read before: a big one takes a second, in which nobody else should wait. The answer's event is
    named after the picture, so it is recorded once.
    """
    event = {"id": str(attachment.pk), "key": attachment.slot, "at": timezone.now().isoformat(timespec="seconds")}
    try:
        with transaction.atomic():
            kept = attachment if picture is None else _keep(attachment, picture)
            outcome = record_answers(attachment.response, batch=kept.pk, events=[event | change], by=by)
            if outcome.refused:
                raise PictureRefused(outcome.refused[0]["message"])  # noqa: TRY301 -- takes the row back with it
    except Exception:
        if picture is not None:
            _forget_files(attachment)
        raise
    return kept, outcome


def _keep(attachment: Attachment, picture: Picture | Document) -> Attachment:
    for name in ("sha256", "content_type", "width", "height"):
        setattr(attachment, name, getattr(picture, name))
    attachment.size = len(picture.content)
    attachment.file.save("", ContentFile(picture.content), save=False)
    if picture.thumbnail:
        attachment.thumbnail.save("", ContentFile(picture.thumbnail), save=False)
    try:
        with transaction.atomic():
            attachment.save(force_insert=True)
    except IntegrityError:  # the same picture arrived twice at the same moment
        _forget_files(attachment)
        first = _known(attachment.response, attachment.slot, attachment.pk)
        if first is None:
            raise
        return first
    return attachment


def _forget_files(attachment: Attachment) -> None:
    """Files of an attachment whose row was never kept."""
    for stored in (attachment.file, attachment.thumbnail):
        if stored:
            stored.delete(save=False)


def attachment_response(attachment: Attachment, *, thumb: bool = False) -> FileResponse:
    """The picture, its small form, or the document to be kept, as an answer to a request that was already allowed.

    A document never opens inside our pages: it is handed over under its name.
    """
    if thumb and attachment.thumbnail:
        return private_file(attachment.thumbnail, "image/jpeg", disposition=f'inline; filename="{attachment.pk}.jpg"')
    if attachment.kind == Attachment.FILE:
        name = content_disposition_header(True, attachment.original_name)
        kind = attachment.content_type
        return private_file(
            attachment.file, f"{TEXT}; charset=utf-8" if kind == TEXT else kind, disposition=name or "attachment"
        )
    name = f'inline; filename="{attachment.pk}.{attachment.extension}"'
    return private_file(attachment.file, attachment.content_type, disposition=name)
