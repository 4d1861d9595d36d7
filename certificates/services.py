"""Verbs of certificates: write a batch and its list, number it when it is issued, revoke, issue a corrected copy."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import RoleAssignment, User
from certificates.flows import BATCH, KINDS
from certificates.models import Batch, Certificate, Register, Signatory, key_of, new_token
from certificates.recipients import MOST, Recipient, clean, fault_of, judge
from documents.numbering import take_numbers
from schools.models import AreaOffice
from thai.dates import buddhist_year
from thai.text import normalise
from workflows.models import TransitionLog
from workflows.services import tell

__all__ = ["CertificateRefused", "Recipient", "create_batch"]

FIELDS = frozenset(
    {"kind", "lead", "title", "wording", "starts_on", "ends_on", "issued_on", "layout", "signers", "source_text", "source_url"}
)  # fmt: skip


class CertificateRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """What was asked for can't be done; the message is a Thai sentence."""


class ChangedMeanwhile(CertificateRefused):
    """Somebody has written the batch since this person's page was made."""


# -- Batches -------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_batch(
    *, area: AreaOffice, by: User, title: str, kind: str, recipients: Iterable[Recipient] = (), **fields: Any
) -> Batch:
    """A new draft with its recipients; doubles among them are merged.

    ``fields`` are those of the batch: lead, wording, starts_on, ends_on, issued_on (default: today), layout, signers
    (``Signatory``; default: the director), source_text, source_url. Raises ``CertificateRefused``.
    """
    if not by.has_perm("certificates.write_batch", area):
        raise CertificateRefused(
            f"ท่านจัดทำเกียรติบัตรของ{area}ไม่ได้ ผู้ที่ทำได้คือศึกษานิเทศก์ ผู้บริหารของเขต และเจ้าหน้าที่ธุรการ โปรดติดต่อผู้ดูแลระบบ"
        )
    if kind not in KINDS:
        raise CertificateRefused("ไม่รู้จักประเภทผู้รับเกียรติบัตร โปรดเลือกจากรายการ")
    fields = {"issued_on": timezone.localdate(), "signers": None, **fields}
    if fields["signers"] is None:
        fields["signers"] = signers_now(area)
    batch = Batch(area=area, made_by=by)
    _fill(batch, {"title": title, "kind": kind, **fields})
    batch._history_user = by
    batch.save()
    add_recipients(batch, recipients, by=by)
    return batch


@transaction.atomic
def update_batch(batch: Batch, *, by: User, seen: str = "", **fields: Any) -> Batch:
    """Write the words of a batch. ``seen`` is the ``stamp`` of the person's page. Raises ``CertificateRefused``."""
    fresh = _writable(batch, by=by)
    if seen and seen != stamp(fresh):
        raise ChangedMeanwhile("มีผู้อื่นบันทึกชุดนี้ไปก่อนแล้ว ข้อความของท่านยังอยู่ครบ โปรดเปิดหน้าของชุดนี้ดูข้อความล่าสุดก่อนบันทึกอีกครั้ง")
    _fill(fresh, fields)
    fresh.changed_at = timezone.now()
    fresh._history_user = by
    fresh.save()
    return fresh


def stamp(batch: Batch) -> str:
    return batch.changed_at.isoformat()


def _fill(batch: Batch, fields: dict[str, Any]) -> None:
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"a batch has no {sorted(unknown)}")
    for name, value in fields.items():
        if name == "signers":
            batch.signers = [[signer.name, signer.position, signer.acting_for] for signer in value]
        else:
            setattr(batch, name, normalise(value, multiline=name == "wording") if isinstance(value, str) else value)
    if not batch.title:
        raise CertificateRefused("โปรดระบุกิจกรรมหรือชื่อรางวัล")
    if batch.ends_on and (not batch.starts_on or batch.ends_on < batch.starts_on):
        raise CertificateRefused("วันสิ้นสุดกิจกรรมต้องไม่อยู่ก่อนวันเริ่ม")


def _writable(batch: Batch, *, by: User) -> Batch:
    """The batch under its lock, where this person may write it now."""
    fresh = Batch.objects.select_for_update(of=("self",)).select_related("area").get(pk=batch.pk)
    if not by.has_perm("certificates.write_batch", fresh):
        raise CertificateRefused("ท่านแก้ไขชุดเกียรติบัตรนี้ไม่ได้ ผู้ที่แก้ไขได้คือบุคลากรของเขตที่จัดทำเกียรติบัตร")
    if not fresh.is_writing:
        advice = "หากต้องแก้ไข ผู้จัดทำใช้ “ถอนเรื่องกลับมาแก้ไข” หรือให้ผู้อนุมัติส่งกลับก่อน" if fresh.state == "submitted" else ""
        raise CertificateRefused(f"ชุดเกียรติบัตรนี้อยู่ในสถานะ “{fresh.state_label}” จึงแก้ไขไม่ได้ {advice}".strip())
    return fresh


def signers_now(area: AreaOffice, on: date | None = None) -> list[Signatory]:
    """The director of the office on the day (default: today); who acts in the director's stead where there is none."""
    assignments = RoleAssignment.objects.active(on).filter(area=area, role="area_director").select_related("user")
    holder = min(assignments, key=lambda assignment: (assignment.acting, assignment.pk), default=None)
    if holder is None:
        return []
    post = f"ผู้อำนวยการ{area.name}"
    return [
        Signatory(
            str(holder.user),
            holder.user.signing_position or ("" if holder.acting else post),
            post if holder.acting else "",
        )
    ]


# -- Recipients ----------------------------------------------------------------------------------------------------


def held_by(batch: Batch) -> dict[str, str]:
    """The recipients that the batch has: key → name."""
    return dict(batch.certificates.values_list("key", "name"))


@transaction.atomic
def add_recipients(batch: Batch, recipients: Iterable[Recipient], *, by: User) -> int:
    """Add them in their order, each once, and answer how many; who is in the batch already stays as is.

    Raises ``CertificateRefused``.
    """
    fresh = _writable(batch, by=by)
    wanted = [clean(recipient) for recipient in recipients]
    held = held_by(fresh)
    lines = judge(enumerate(wanted, 1), held=held)
    if faults := [f"รายการที่ {line.number}: {line.fault}" for line in lines if line.fault]:
        raise CertificateRefused(" ".join(faults[:3]))
    taken = [(line, recipient) for line, recipient in zip(lines, wanted, strict=True) if line.is_taken]
    if len(held) + len(taken) > MOST:
        raise CertificateRefused(f"ชุดหนึ่งมีผู้รับได้ไม่เกิน {MOST:,} คน โปรดแบ่งเป็นหลายชุด")
    last = fresh.certificates.aggregate(last=Max("place"))["last"] or 0
    accounts = accounts_of(fresh.area_id, [recipient for _, recipient in taken if recipient.user is None])
    Certificate.objects.bulk_create(
        Certificate(
            batch=fresh, place=place, name=line.name, organisation=line.organisation,
            key=key_of(line.name, line.organisation),
            user=recipient.user or accounts.get(key_of(line.name, line.organisation)),
        )
        for place, (line, recipient) in enumerate(taken, last + 1)
    )  # fmt: skip
    return len(taken)


def accounts_of(area_id: int, recipients: list[Recipient]) -> dict[str, User]:
    """The accounts of those whose whole name and school (or office) are those of exactly one person of the area."""
    wanted = {key_of(recipient.name, recipient.organisation) for recipient in recipients}
    if not wanted:
        return {}
    assignments = RoleAssignment.objects.active().select_related("user", "school", "area")
    found: dict[str, set[User]] = {}
    for assignment in assignments.filter(school__area=area_id) | assignments.filter(area=area_id):
        places = [assignment.school.name, str(assignment.school)] if assignment.school else []
        places += [assignment.area.name, assignment.area.short_name] if assignment.area else []
        for place in places:
            key = key_of(str(assignment.user), place)
            if key in wanted and assignment.user.is_active:
                found.setdefault(key, set()).add(assignment.user)
    return {key: users.pop() for key, users in found.items() if len(users) == 1}


def _line(certificate: Certificate, *, by: User) -> Certificate:
    batch = _writable(certificate.batch, by=by)
    line = batch.certificates.filter(pk=certificate.pk).first()
    if line is None:
        raise CertificateRefused("รายชื่อนี้ถูกนำออกไปแล้ว โปรดเปิดหน้ารายชื่ออีกครั้ง")
    return line


@transaction.atomic
def change_recipient(certificate: Certificate, *, by: User, name: str, organisation: str) -> Certificate:
    """Correct one line of a list that is being written. Raises ``CertificateRefused``."""
    line = _line(certificate, by=by)
    wanted = clean(Recipient(name, organisation))
    if fault := fault_of(wanted.name, wanted.organisation):
        raise CertificateRefused(fault)
    key = key_of(wanted.name, wanted.organisation)
    if line.batch.certificates.exclude(pk=line.pk).filter(key=key).exists():
        raise CertificateRefused(f"มี {wanted.name} จากหน่วยงานนี้ในชุดนี้แล้ว โปรดนำรายการที่ซ้ำออกแทน")
    if key != line.key:
        line.user = accounts_of(line.batch.area_id, [wanted]).get(key)
    line.name, line.organisation = wanted.name, wanted.organisation
    line.save()
    return line


@transaction.atomic
def remove_recipient(certificate: Certificate, *, by: User) -> None:
    """Take one line off a list that is being written. Raises ``CertificateRefused``."""
    _line(certificate, by=by).delete()


# -- Issue, revoke, correct ----------------------------------------------------------------------------------------


@BATCH.effect("issue")
def _issue(batch: Batch, log: TransitionLog) -> None:
    """Number every line in the order of the list."""
    lines = list(batch.certificates.order_by("place"))
    _number(batch, lines, log)
    Certificate.objects.bulk_update(lines, ["register", "number", "token", "issued_at"], batch_size=200)


def _number(batch: Batch, lines: list[Certificate], log: TransitionLog | None = None) -> None:
    """Give the next numbers of the year of the printed date; the register stays locked until the transaction ends."""
    year = buddhist_year(batch.issued_on.year)
    register, numbers = take_numbers(Register, len(lines), area_id=batch.area_id, year=year)
    at = log.at if log else timezone.now()
    for number, line in zip(numbers, lines, strict=True):
        line.register, line.number, line.token, line.issued_at = register, number, new_token(), at


def _revocable(certificate: Certificate, *, by: User, reason: str) -> tuple[Certificate, str]:
    """The certificate under its lock and the reason in normal form. Raises ``CertificateRefused``."""
    fresh = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("batch__area", "register")
        .get(pk=certificate.pk)
    )
    if not by.has_perm("certificates.revoke_certificate", fresh):
        raise CertificateRefused("ท่านเพิกถอนเกียรติบัตรนี้ไม่ได้ ผู้ที่ทำได้คือผู้อำนวยการกลุ่มนิเทศฯ และผู้อำนวยการสำนักงานเขตพื้นที่")
    if not fresh.is_issued:
        raise CertificateRefused("เกียรติบัตรนี้ยังไม่ได้ออก จึงแก้ไขรายชื่อในชุดได้โดยไม่ต้องเพิกถอน")
    if fresh.is_revoked:
        raise CertificateRefused("เกียรติบัตรนี้ถูกเพิกถอนไปก่อนแล้ว โปรดเปิดหน้าใหม่เพื่อดูรายละเอียด")
    if not (reason := normalise(reason, multiline=True)):
        raise CertificateRefused("โปรดระบุเหตุผล เพื่อให้ผู้รับและสำนักงานทราบภายหลัง")
    return fresh, reason


def _revoke(certificate: Certificate, *, by: User, reason: str) -> None:
    values = {"revoked_at": timezone.now(), "revoked_by": by, "revoke_reason": reason}
    Certificate.objects.filter(pk=certificate.pk).update(**values)
    for name, value in values.items():
        setattr(certificate, name, value)


@transaction.atomic
def revoke(certificate: Certificate, *, by: User, reason: str) -> Certificate:
    """Declare an issued certificate void; its number is never used again. Raises ``CertificateRefused``."""
    fresh, reason = _revocable(certificate, by=by, reason=reason)
    _revoke(fresh, by=by, reason=reason)
    _tell_recipient(fresh, f"เกียรติบัตรเลขที่ {fresh.full_number} ของท่านถูกเพิกถอน: {' '.join(reason.split())[:120]}")
    return fresh


@transaction.atomic
def reissue(certificate: Certificate, *, by: User, name: str, organisation: str, reason: str) -> Certificate:
    """Revoke, and issue a corrected copy of the same words and date under the next number. Raises ``CertificateRefused``."""
    old, reason = _revocable(certificate, by=by, reason=reason)
    wanted = clean(Recipient(name, organisation))
    if fault := fault_of(wanted.name, wanted.organisation):
        raise CertificateRefused(fault)
    if (wanted.name, wanted.organisation) == (old.name, old.organisation):
        raise CertificateRefused("ชื่อและหน่วยงานเหมือนฉบับเดิม จึงไม่มีสิ่งใดให้ออกใหม่ โปรดแก้ไขส่วนที่ผิดก่อน")
    _revoke(old, by=by, reason=reason)
    copy = Certificate(
        batch=old.batch,
        place=old.place,
        name=wanted.name,
        organisation=wanted.organisation,
        user=old.user,
        replaces=old,
    )
    _number(old.batch, [copy])
    copy.save()
    _tell_recipient(copy, f"เกียรติบัตรเลขที่ {old.full_number} ของท่านแก้ไขแล้ว ฉบับใหม่เลขที่ {copy.full_number}")
    return copy


def _tell_recipient(certificate: Certificate, text: str) -> None:
    if certificate.user is not None:
        user, url = certificate.user, certificate.get_absolute_url()
        transaction.on_commit(lambda: tell([user], text, url), robust=True)
