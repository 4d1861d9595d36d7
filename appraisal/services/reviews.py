"""Running a round of content validation: open it, hand out links, take the experts' marks."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from appraisal.models import ContentReview, Expert, ExpertMark
from appraisal.queries.reviews import MOST, judged
from instruments.checking import problems
from instruments.flows import DRAFT, IN_REVIEW
from instruments.models import InstrumentVersion
from schools.models import AreaOffice
from thai.dates import long_date
from thai.text import normalise

MARKS = {"1": 1, "0": 0, "-1": -1}
COMMENT_LIMIT = 2000
_signer = Signer(sep=".", salt="appraisal.expert")


class ReviewRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """Something about a round that could not be done; the message is a Thai sentence."""


class LinkRefused(ReviewRefused):
    """The link takes no marks now. ``why``: expired, revoked, closed or sent."""

    def __init__(self, why: str, message: str) -> None:
        super().__init__(message)
        self.why = why


# -- The office ----------------------------------------------------------------------------------------------------


@transaction.atomic
def open_review(
    version: InstrumentVersion,
    *,
    area: AreaOffice,
    by: User,
    due_on: date,
    note: str = "",
    experts: Iterable[Mapping[str, str]] = (),
) -> ContentReview:
    """Begin a round on a form that is not published yet, as it stands now, with its first experts (each what
    ``add_expert`` takes): all of it or nothing. The caller has checked the right."""
    if version.state not in (DRAFT, IN_REVIEW):
        raise ReviewRefused(
            f"ฉบับนี้{version.state_label} การตรวจสอบความตรงเชิงเนื้อหาทำกับฉบับร่างหรือฉบับที่รอตรวจสอบ โปรดสร้างฉบับร่างใหม่ก่อน"
        )
    if found := problems(version.definition):
        raise ReviewRefused(f"แบบนี้ยังไม่พร้อมให้ผู้เชี่ยวชาญตรวจ โปรดแก้ไขก่อน: {' '.join(found[:3])}")
    if not judged(version.form):
        raise ReviewRefused("แบบนี้ยังไม่มีข้อคำถามให้ผู้เชี่ยวชาญตรวจ")
    if due_on < timezone.localdate():
        raise ReviewRefused("วันสุดท้ายที่รับผลต้องไม่อยู่ก่อนวันนี้")
    review = ContentReview.objects.create(
        area=area,
        version=version,
        definition=version.definition,
        content_hash=version.content_hash,
        due_on=due_on,
        note=normalise(note, multiline=True),
        opened_by=by,
    )
    for expert in experts:
        add_expert(review, by=by, **expert)
    return review


@transaction.atomic
def add_expert(review: ContentReview, *, name: str, position: str = "", email: str = "", by: User) -> Expert:
    """Invite one expert; the link works until the round's last day."""
    review = ContentReview.objects.select_for_update().get(pk=review.pk)
    _refuse_closed(review)
    name = normalise(name)
    if len(name) < 2:
        raise ReviewRefused("โปรดระบุชื่อและนามสกุลของผู้เชี่ยวชาญ")
    if review.experts.count() >= MOST:
        raise ReviewRefused(f"รอบตรวจหนึ่งรอบมีผู้เชี่ยวชาญได้ไม่เกิน {MOST} คน")
    last = review.experts.aggregate(last=Max("place"))["last"] or 0
    expert = Expert(
        review=review, place=last + 1, name=name, position=normalise(position), email=email.strip(),
        expires_at=_end_of(max(review.due_on, timezone.localdate())), token_hash=secrets.token_hex(32),
    )  # fmt: skip
    expert.save()
    return _with_new_link(expert)


@transaction.atomic
def renew_link(expert: Expert, *, by: User) -> Expert:
    """Another link in place of the old one, which stops at once; what the expert saved stays."""
    expert = _locked(expert)
    _refuse_sent(expert)
    expert.revoked_at = None
    expert.expires_at = max(expert.expires_at, _end_of(max(expert.review.due_on, timezone.localdate())))
    expert.save()
    return _with_new_link(expert)


@transaction.atomic
def revoke_link(expert: Expert, *, by: User) -> Expert:
    expert = _locked(expert)
    _refuse_sent(expert)
    expert.revoked_at = timezone.now()
    expert.save(update_fields=["revoked_at"])
    return expert


@transaction.atomic
def extend_link(expert: Expert, *, until: date, by: User) -> Expert:
    """The same link works until the end of that day."""
    expert = _locked(expert)
    _refuse_sent(expert)
    if until < timezone.localdate():
        raise ReviewRefused("วันที่ขยายต้องไม่อยู่ก่อนวันนี้")
    expert.expires_at = _end_of(until)
    expert.save(update_fields=["expires_at"])
    return expert


def mail_link(expert: Expert, *, url: str) -> None:
    """Send the link by e-mail; raises where the address is missing or the mail can't be handed over."""
    if not expert.email:
        raise ReviewRefused("ผู้เชี่ยวชาญคนนี้ยังไม่มีอีเมล โปรดคัดลอกลิงก์ส่งทางช่องทางอื่น")
    _refuse_unusable(expert)
    review = expert.review
    text = (
        f"เรียน {expert.name}\n\n"
        f"{review.area.name} ขอความอนุเคราะห์ท่านตรวจสอบความตรงเชิงเนื้อหาของ “{review.version.instrument.title}” "
        f"ภายในวันที่ {long_date(timezone.localtime(expert.expires_at).date())} ตามลิงก์นี้ (เฉพาะท่าน ไม่ต้องใช้รหัสผ่าน)\n\n{url}\n\n"
        f"{review.note}\n\n{review.opened_by} {review.opened_by.signing_position}\n{review.area.name}"
    )
    try:
        send_mail(
            f"ขอความอนุเคราะห์ตรวจสอบเครื่องมือ {review.version.instrument.title}",
            text,
            settings.DEFAULT_FROM_EMAIL,
            [expert.email],
        )
    except OSError as error:
        raise ReviewRefused("ส่งอีเมลไม่สำเร็จ โปรดคัดลอกลิงก์ส่งทางช่องทางอื่น หรือแจ้งผู้ดูแลระบบให้ตรวจการตั้งค่าอีเมล") from error
    Expert.objects.filter(pk=expert.pk).update(mailed_at=timezone.now())


def close_review(review: ContentReview, *, by: User) -> None:
    """No more marks are taken; what was sent stays."""
    ContentReview.objects.filter(pk=review.pk, closed_at__isnull=True).update(closed_at=timezone.now(), closed_by=by)
    review.refresh_from_db()


# -- Links ---------------------------------------------------------------------------------------------------------


def token_of(expert: Expert) -> str:
    """The token of the present link, made from what is stored and the secret key of the installation."""
    return _signer.sign(f"{expert.pk}-{expert.nonce}")


def expert_by(token: str) -> Expert | None:
    """Whose link it is, usable or not; None for a token that was never given or has been renewed."""
    try:
        _signer.unsign(token)
    except BadSignature:
        return None
    experts = Expert.objects.select_related("review__version__instrument", "review__area", "review__opened_by")
    return experts.filter(token_hash=_hashed(token)).first()


def _with_new_link(expert: Expert) -> Expert:
    expert.nonce = secrets.token_urlsafe(16)[:22].replace(".", "_")
    expert.token_hash = _hashed(token_of(expert))
    expert.save(update_fields=["nonce", "token_hash"])
    return expert


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


def _locked(expert: Expert) -> Expert:
    found = (
        Expert.objects.select_for_update(of=("self",)).select_related("review__version__instrument").get(pk=expert.pk)
    )
    _refuse_closed(found.review)
    return found


def _refuse_closed(review: ContentReview) -> None:
    if review.closed_at:
        raise LinkRefused("closed", "รอบตรวจนี้ปิดแล้ว หากต้องการให้ตรวจอีกโปรดเปิดรอบใหม่")


def _refuse_sent(expert: Expert) -> None:
    if expert.sent_at:
        raise LinkRefused("sent", "ผู้เชี่ยวชาญคนนี้ส่งผลแล้ว จึงเปลี่ยนลิงก์ไม่ได้")


def _refuse_unusable(expert: Expert) -> None:
    """What the expert reads where the link takes nothing now."""
    if expert.sent_at:
        raise LinkRefused("sent", "ท่านส่งผลการตรวจแล้ว ขอบพระคุณอย่างยิ่ง หากต้องการแก้ไขโปรดติดต่อสำนักงานเขตพื้นที่")
    if expert.revoked_at:
        raise LinkRefused("revoked", "สำนักงานเขตพื้นที่ยกเลิกลิงก์นี้แล้ว")
    if expert.review.closed_at:
        raise LinkRefused("closed", "สำนักงานเขตพื้นที่ปิดรับผลการตรวจของแบบนี้แล้ว")
    if expert.is_expired:
        raise LinkRefused("expired", "ลิงก์นี้หมดอายุแล้ว")


# -- The expert ----------------------------------------------------------------------------------------------------


def open_link(expert: Expert) -> None:
    """Remember when the expert first came; raises ``LinkRefused`` where the link takes nothing now."""
    _refuse_unusable(expert)
    if expert.opened_at is None:
        Expert.objects.filter(pk=expert.pk, opened_at__isnull=True).update(opened_at=timezone.now())


@transaction.atomic
def save_marks(
    expert: Expert, marks: Mapping[str, str], comments: Mapping[str, str], *, remark: str | None = None
) -> int:
    """Keep marks and comments by question key; return how many questions still have no mark.

    What is not named stays as it was. Raises ``LinkRefused`` where the link takes nothing now.
    """
    expert = _writing(expert)
    return _keep(expert, marks, comments, remark)


def send_marks(
    expert: Expert, marks: Mapping[str, str], comments: Mapping[str, str], *, remark: str | None = None, signature: str
) -> None:
    """Keep everything, then hand it in under a typed name. What was given is kept even where sending is refused.

    Sent twice at the same moment, it is taken once; the other is told that it was sent.
    """
    missing = save_marks(expert, marks, comments, remark=remark)
    name = normalise(signature)
    if missing:
        raise ReviewRefused(f"ยังไม่ได้ให้คะแนน {missing} ข้อ ผลที่ท่านทำไว้บันทึกแล้ว โปรดตรวจให้ครบแล้วกดส่งอีกครั้ง")
    if not 2 <= len(name) <= 200:
        raise ReviewRefused("โปรดพิมพ์ชื่อและนามสกุลของท่านแทนการลงลายมือชื่อก่อนส่ง ผลที่ท่านทำไว้บันทึกแล้ว")
    sending = Expert.objects.filter(pk=expert.pk, sent_at__isnull=True, revoked_at__isnull=True)
    if not sending.update(sent_at=timezone.now(), signature=name):
        expert.refresh_from_db()
        _refuse_unusable(expert)


def _writing(expert: Expert) -> Expert:
    """The expert's row, locked: two tabs write one after the other."""
    fresh = Expert.objects.select_for_update(of=("self",)).select_related("review").get(pk=expert.pk)
    if fresh.token_hash != expert.token_hash:
        raise LinkRefused("revoked", "สำนักงานเขตพื้นที่ออกลิงก์ใหม่แทนลิงก์นี้แล้ว โปรดเปิดจากลิงก์ใหม่")
    _refuse_unusable(fresh)
    return fresh


def _keep(expert: Expert, marks: Mapping[str, str], comments: Mapping[str, str], remark: str | None) -> int:
    keys = [question.key for question in judged(expert.review.form)]
    kept = {mark.question: mark for mark in expert.marks.all()}
    fresh, known = [], []
    for key in keys:
        row = kept.get(key) or ExpertMark(expert=expert, question=key)
        if marks.get(key) in MARKS:
            row.mark = MARKS[marks[key]]
        if key in comments:
            row.comment = normalise(comments[key][: 2 * COMMENT_LIMIT], multiline=True)[:COMMENT_LIMIT]
        kept[key] = row
        if row.pk:
            known.append(row)
        elif row.mark is not None or row.comment:
            fresh.append(row)
    ExpertMark.objects.bulk_create(fresh)
    ExpertMark.objects.bulk_update(known, ["mark", "comment"], batch_size=200)
    changes: dict[str, Any] = {"saved_at": timezone.now()}
    if remark is not None:
        changes["remark"] = normalise(remark[:8000], multiline=True)[:4000]
    Expert.objects.filter(pk=expert.pk).update(**changes)
    return sum(kept[key].mark is None for key in keys)
