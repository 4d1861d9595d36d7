"""What an answering page sends, as raw values by slot: from an ordinary form, and from the page's own script.

Both name their inputs as the questions do: ``a-SLOT``, ``na-QUESTION``, ``row-SECTION`` for each row that was shown,
``file-SLOT``, ``rm-SLOT`` for what is attached already and goes. What can't be read at all raises ``Unreadable``.
"""

import json
import uuid as uuids
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.files.base import ContentFile

from instruments import slots
from instruments.definition import Form
from instruments.files import Document, plain_name, read_document
from instruments.filling import new_row
from instruments.images import Picture, PictureRefused, read_photo, read_signature
from instruments.intake import Fault
from instruments.models import Attachment
from instruments.slots import at_row, question_of

MOST_BYTES = 2 * 1024 * 1024
"""Of the answers without their files: a form of a thousand questions with long texts is a quarter of it."""

_FILED = (slots.PHOTO, slots.FILE)
"""Kinds whose values only what is uploaded can make."""


class Unreadable(Exception):  # noqa: N818 -- a refusal, not a fault
    """No answer at all; the message is a Thai sentence."""

    def __init__(self) -> None:
        super().__init__("ข้อมูลที่ส่งมาอ่านไม่ได้ โปรดเปิดหน้าใหม่แล้วตอบอีกครั้ง")


@dataclass
class Incoming:
    """One answer as it came. ``values`` and ``na`` are by slot; ``rows`` the rows shown of each repeating section."""

    uuid: uuids.UUID
    values: dict[str, Any] = field(default_factory=dict)
    na: list[str] = field(default_factory=list)
    rows: dict[str, list[str]] = field(default_factory=dict)
    removed: dict[str, list[str]] = field(default_factory=dict)
    """What a corrected answer no longer holds of its pictures and documents, by slot."""
    attachments: list[Attachment] = field(default_factory=list)
    """What came with it, still to be saved; ``values`` name them."""

    def typed(self, form: Form) -> dict[str, dict[str, Any]]:
        """What was put in, as answers that a page can show again, the refused ones included."""
        answers: dict[str, dict[str, Any]] = {}
        for key, raw in self.values.items():
            slot = form.slot(key)
            if slot is None or slot.kind in slots.ATTACHED:
                continue
            try:
                answers[key] = {"v": slot.clean(raw)}
            except ValueError:
                if isinstance(raw, str) and slot.kind not in (slots.RATING, slots.EXIST, slots.CHOICE):
                    answers[key] = {"v": raw}
        answers |= {key: {"na": True} for key in self.na}
        for section in form.sections:
            if section.repeat and (shown := self.rows.get(section.key)):
                answers[section.rows_slot] = {"v": shown}
        return answers


def from_post(form: Form, post) -> Incoming:
    """What an ordinary post of the page's inputs says."""
    try:
        found = Incoming(uuids.UUID(post.get("id", "")))
    except ValueError:
        found = Incoming(uuids.uuid4())
    cleared = set(post.getlist("clear"))
    for name in post:
        if name.startswith("rm-") and (place := form.slot(name[3:])) is not None and place.kind in _FILED:
            found.removed[place.key] = post.getlist(name)
        if not name.startswith("a-") or (slot := form.slot(name[2:])) is None or question_of(slot.key) in cleared:
            continue
        if slot.kind in _FILED:
            continue
        given = post.getlist(name)
        found.values[slot.key] = (
            [v for v in given if v] if slot.kind == slots.MULTI else given[-1].replace("\r\n", "\n")
        )
    _mark(form, found, [name[3:] for name in post if name.startswith("na-")], cleared)
    shown = {section.key: post.getlist(f"row-{section.key}") for section in form.sections if section.repeat}
    _rows(
        form,
        found,
        {key: [row for row in rows if row not in post.getlist(f"rm-{key}.rows")] for key, rows in shown.items()},
    )
    for key in post.getlist("row-add"):
        if key in found.rows:
            found.rows[key].append(new_row())
    return found


def from_json(form: Form, body: bytes) -> Incoming:
    """``{"id": uuid, "answers": {slot: raw}, "na": [question, …], "rows": {section: [row, …]}}``."""
    try:
        data = json.loads(body)
        found = Incoming(uuids.UUID(data["id"]), dict(data["answers"]))
        na, rows = list(data.get("na") or ()), dict(data.get("rows") or {})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Unreadable from None
    if not all(isinstance(name, str) for name in (*na, *found.values)):
        raise Unreadable
    for key, value in found.values.items():
        if value.__class__ in (dict, list) and (slot := form.slot(key)) is not None and slot.kind in slots.ATTACHED:
            raise Unreadable  # files come with an ordinary post only
    if na:
        _mark(form, found, na, set())
    if form.repeats:
        _rows(form, found, rows)
    return found


def _mark(form: Form, found: Incoming, questions: list[str], cleared: set[str]) -> None:
    for name in questions:
        base, _, row = name.partition("@")
        question = form.questions.get(base)
        if question is None or name in cleared:
            continue
        for main in question.main:
            slot = form.slot(at_row(main, row) if row else main)
            if slot is not None and slot.takes_na:
                found.na.append(slot.key)
                found.values.pop(slot.key, None)


def _rows(form: Form, found: Incoming, shown: Mapping[str, Any]) -> None:
    """The rows of each repeating section: those that were shown, in their order."""
    for section in form.sections:
        if section.repeat:
            listed = shown.get(section.key)
            rows = [row for row in listed if isinstance(row, str)] if isinstance(listed, list) else []
            found.rows[section.key] = list(dict.fromkeys(row for row in rows if slots.ROW_ID.fullmatch(row)))[:200]


def begun(form: Form, found: Incoming, *, held: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The values with the rows that hold at least one of them; rows that were only looked at are nothing.

    ``held``: the answers that are being corrected, whose pictures keep a row alive too.
    """
    if not form.repeats:
        return found.values
    used = {key.partition("@")[2] for key, raw in found.values.items() if raw not in ("", [])}
    used |= {key.partition("@")[2] for key in found.na}
    for key, entry in (held or {}).items():
        if set(_listed(entry.get("v"))) - set(found.removed.get(key, ())):
            used.add(key.partition("@")[2])
    values = {key: raw for key, raw in found.values.items() if "@" not in key or key.partition("@")[2] in used}
    for section in form.sections:
        if section.repeat and (rows := [row for row in found.rows.get(section.key, ()) if row in used]):
            values[section.rows_slot] = rows
    return values


def _listed(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def attach(form: Form, found: Incoming, post, files, *, anonymous: bool) -> list[Fault]:
    """Put the photos, documents and drawn signatures of a post into ``found``, and say which can't be taken, and why.

    Pictures are stripped of everything but their pixels. An anonymous answer takes none at all.
    """
    if anonymous:
        return []
    faults: list[Fault] = []
    for name in files:
        slot = form.slot(name.removeprefix("file-")) if name.startswith("file-") else None
        if slot is None or slot.kind not in _FILED:
            continue
        for upload in [upload for upload in files.getlist(name) if upload.name][: slot.limit + 1]:
            try:
                kept = _uploaded(slot, upload)
            except PictureRefused as error:
                faults.append(Fault(question_of(slot.key), f"{slot.label} “{upload.name}”", str(error)))
                continue
            found.values.setdefault(slot.key, []).append(str(kept.pk))
            found.attachments.append(kept)
    for name in post:
        slot = form.slot(name.removeprefix("draw-")) if name.startswith("draw-") else None
        if slot is None or slot.kind != slots.SIGNATURE or not post[name]:
            continue
        try:
            kept = _attachment(slot.key, Attachment.SIGNATURE, read_signature(post[name]))
        except PictureRefused as error:
            faults.append(Fault(question_of(slot.key), slot.label, str(error)))
            continue
        found.values[slot.key] = {"image": str(kept.pk)}
        found.attachments.append(kept)
    return faults


def _uploaded(slot: slots.Slot, upload) -> Attachment:
    if slot.kind == slots.FILE:
        document = read_document(upload)
        made = _attachment(slot.key, Attachment.FILE, document)
        made.original_name = document.name
        return made
    photo = read_photo(upload)
    made = _attachment(slot.key, Attachment.PHOTO, photo)
    made.original_name = plain_name(upload.name or "", photo.content_type)
    return made


def _attachment(slot: str, kind: str, picture: Picture | Document) -> Attachment:
    made = Attachment(slot=slot, kind=kind, sha256=picture.sha256, content_type=picture.content_type)
    made.size, made.width, made.height = len(picture.content), picture.width, picture.height
    made.file = ContentFile(picture.content, "picture")
    if picture.thumbnail:
        made.thumbnail = ContentFile(picture.thumbnail, "thumbnail")
    return made
