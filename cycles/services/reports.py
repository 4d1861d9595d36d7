"""Verbs of a cycle's report: write it, have it approved, send it, remind, remember who opened it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import MaxLengthValidator, validate_email
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.flows import AREA_ROLES, SCHOOL_ROLES, Role
from accounts.http import site_url
from accounts.models import RoleAssignment, User
from cycles.flows import REPORT, REPORT_APPROVERS
from cycles.models import Cycle, Delivery, Report
from cycles.services.cycles import ChangedMeanwhileError, CycleRefusedError
from schools.models import School
from thai.text import normalise
from workflows.models import TransitionLog
from workflows.services import NotAllowedError, TransitionError, approval_chain, begin_approvals, record_approval, tell

TEXTS = ("title", "preface", "summary", "problems", "suggestions")
MOST_PARTNERS = 100
"""Agencies to which one report is sent."""
validate_length = MaxLengthValidator(254)
"""The longest address that letters travel to (RFC 5321), and that the column holds."""
BETWEEN_REMINDERS = timedelta(hours=20)


# -- Writing -------------------------------------------------------------------------------------------------------


@transaction.atomic
def begin_report(cycle: Cycle, *, by: User) -> Report:
    """The one report of the cycle, a draft; the one that is there where it was begun already."""
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("area").get(pk=cycle.pk)
    found = Report.objects.filter(cycle=cycle).first()
    if found:
        return found
    if not by.has_perm("cycles.write_report", cycle):
        raise NotAllowedError("ท่านไม่มีสิทธิ์จัดทำรายงานของรอบนี้ ผู้ที่จัดทำได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน หรือผู้อำนวยการกลุ่มนิเทศฯ")
    if cycle.is_over:
        raise CycleRefusedError(f"รอบนี้{cycle.state_label}แล้วจึงเริ่มรายงานใหม่ไม่ได้")
    report = Report(
        area=cycle.area,
        cycle=cycle,
        title=f"รายงานผลการดำเนินงาน{cycle.title.removeprefix('งาน')} {cycle.year_name}",
        made_by=by,
    )
    report._history_user = by
    report.save()
    return report


@transaction.atomic
def write_report(report: Report, texts: Mapping[str, str], *, by: User, seen: int | None = None) -> Report:
    """Keep what was typed. ``seen`` is the version that the person's page showed.

    Raises ``ChangedMeanwhileError`` where somebody wrote since, ``CycleRefusedError`` where it isn't written now.
    """
    current = Report.objects.select_for_update(of=("self",)).select_related("cycle").get(pk=report.pk)
    if not by.has_perm("cycles.write_report", current):
        raise NotAllowedError("ท่านไม่มีสิทธิ์แก้ไขรายงานนี้ ผู้ที่แก้ไขได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน หรือผู้อำนวยการกลุ่มนิเทศฯ")
    if not current.is_written:
        raise CycleRefusedError(f"รายงานอยู่ในสถานะ “{current.state_label}” จึงแก้ไขไม่ได้ หากต้องแก้ให้ผู้พิจารณาส่งกลับก่อน")
    if seen is not None and seen != current.version:
        raise ChangedMeanwhileError(
            "ขณะที่ท่านพิมพ์ มีผู้บันทึกรายงานนี้ไปก่อนแล้ว ข้อความของท่านยังอยู่ด้านล่าง โปรดเทียบกับที่บันทึกไว้ แล้วกดบันทึกอีกครั้งเพื่อใช้ของท่าน"
        )
    for name in TEXTS:
        if name in texts:
            setattr(current, name, normalise(texts[name], multiline=name != "title"))
    current.version += 1
    current._history_user = by
    current.save()
    return current


# -- What else changes with a move ---------------------------------------------------------------------------------


@REPORT.effect("submit")
def ask_for_approval(report: Report, log: TransitionLog) -> None:
    """Keep which records it tells of and begin a round of approvals; a link that only its maker holds is left out."""
    chain = approval_chain(report, default=REPORT_APPROVERS)
    alone = {role for role, _ in chain if _held_by_maker_alone(report, role)}
    if {role for role, _ in chain} <= alone:
        raise TransitionError(
            "ขณะนี้ไม่มีผู้พิจารณารายงานนี้นอกจากผู้จัดทำ โปรดแจ้งผู้ดูแลระบบให้มอบบทบาทผู้พิจารณาหรือผู้รักษาราชการแทนแก่บุคคลอื่นก่อน"
        )
    _keep(report, records=report.present_records())
    begin_approvals(report, default=REPORT_APPROVERS, without=alone)


def _held_by_maker_alone(report: Report, role: str) -> bool:
    holders = set(RoleAssignment.objects.holders(role, area_id=report.area_id).values_list("pk", flat=True))
    return holders == {report.made_by_id}


def _keep(report: Report, **values) -> None:
    Report.objects.filter(pk=report.pk).update(**values)
    for name, value in values.items():
        setattr(report, name, value)
    report.__dict__.pop("step_records", None)


@REPORT.effect("endorse", "approve", "return")
def write_decision(report: Report, log: TransitionLog) -> None:
    record_approval(report, log)


@REPORT.effect("publish")
def note_the_day(report: Report, log: TransitionLog) -> None:
    _keep(report, published_at=log.at)


@REPORT.effect("withdraw")
def take_off(report: Report, log: TransitionLog) -> None:
    _keep(report, published_at=None)


# -- Sending -------------------------------------------------------------------------------------------------------


@dataclass
class Sent:
    """What came of sending or reminding. ``failed`` are the addresses that could not be reached."""

    schools: int = 0
    without_head: int = 0
    """Schools of which nobody has an account and no address is known: their link is copied by hand."""
    letters: int = 0
    failed: list[str] = field(default_factory=list)


def _sendable(report: Report, by: User) -> Report:
    current = Report.objects.select_for_update(of=("self",)).select_related("area", "cycle").get(pk=report.pk)
    if not by.has_perm("cycles.send_report", current):
        raise NotAllowedError("ท่านไม่มีสิทธิ์ส่งรายงาน ผู้ที่ส่งได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน ผู้อำนวยการกลุ่มนิเทศฯ หรือเจ้าหน้าที่ธุรการ")
    if not current.is_delivered:
        raise CycleRefusedError(f"รายงานอยู่ในสถานะ “{current.state_label}” จึงยังส่งไม่ได้ ต้องได้รับอนุมัติก่อน")
    return current


def send_to_schools(report: Report, *, by: User) -> Sent:
    """To every open school of the area that has not got it: news to its heads, and a letter where an address is known."""
    with transaction.atomic():
        current = _sendable(report, by)
        had = current.deliveries.filter(school__isnull=False).values("school")
        missing = School.objects.open_on().filter(area=current.area_id).exclude(pk__in=had)
        Delivery.objects.bulk_create(
            Delivery(
                report=current, school=school, email=school.email, sent_by=by,
                channel=Delivery.MAIL if school.email else Delivery.LINK,
            )
            for school in missing
        )  # fmt: skip
        fresh = list(current.deliveries.filter(school__isnull=False, sent_at__isnull=True).select_related("school"))
    return _hand_over(current, fresh, f"{current.area.short_name} ส่ง “{current.title}” ถึงโรงเรียนของท่าน")


def send_to_partners(report: Report, partners: Sequence[tuple[str, str]], *, by: User) -> Sent:
    """To agencies: [(name, e-mail)], each with a link of its own; who has it already is not written to again.

    Raises ``CycleRefusedError`` where an address is none.
    """
    wanted = {email.strip().lower(): normalise(name)[:200] for name, email in partners}
    for email, name in wanted.items():
        try:
            validate_email(email)
            validate_length(email)
        except ValidationError:
            raise CycleRefusedError(f"“{email}” ไม่ใช่ที่อยู่อีเมล โปรดแก้ไขแล้วส่งอีกครั้ง") from None
        if not name:
            raise CycleRefusedError(f"โปรดระบุชื่อหน่วยงานของ {email}")
    with transaction.atomic():
        current = _sendable(report, by)
        there = set(current.deliveries.filter(school__isnull=True).values_list("email", flat=True))
        if len(there | set(wanted)) > MOST_PARTNERS:
            raise CycleRefusedError(f"รายงานหนึ่งฉบับส่งถึงหน่วยงานได้ไม่เกิน {MOST_PARTNERS} แห่ง")
        try:
            Delivery.objects.bulk_create(
                Delivery(report=current, agency=name, email=email, channel=Delivery.MAIL, sent_by=by)
                for email, name in wanted.items()
                if email not in there
            )
        except IntegrityError:
            raise CycleRefusedError("มีผู้ส่งถึงหน่วยงานเดียวกันในขณะเดียวกัน โปรดเปิดหน้าใหม่แล้วตรวจสอบอีกครั้ง") from None
        fresh = list(current.deliveries.filter(school__isnull=True, email__in=wanted, sent_at__isnull=True))
    return _hand_over(current, fresh, "")


def remind(report: Report, *, by: User) -> Sent:
    """Ask whoever has not opened it, once a day at most."""
    with transaction.atomic():
        current = _sendable(report, by)
        since = timezone.now() - BETWEEN_REMINDERS
        waiting = current.deliveries.filter(opened_at__isnull=True, sent_at__lte=since).exclude(reminded_at__gt=since)
        left = list(waiting.select_related("school"))
        current.deliveries.filter(pk__in=[d.pk for d in left]).update(reminded_at=timezone.now())
    if not left:
        raise CycleRefusedError("ไม่มีผู้ที่ต้องเตือนในขณะนี้ ทุกแห่งเปิดอ่านแล้ว หรือเพิ่งได้รับรายงานหรือคำเตือนภายในวันนี้")
    return _hand_over(
        current, left, f"โปรดเปิดอ่าน “{current.title}” ที่ {current.area.short_name} ส่งถึงโรงเรียนของท่าน", again=True
    )


@transaction.atomic
def hand_over_by_hand(delivery: Delivery, *, by: User) -> None:
    """The link was given by another way: by hand, by telephone, in a group."""
    report = _sendable(delivery.report, by)
    report.deliveries.filter(pk=delivery.pk, sent_at__isnull=True).update(sent_at=timezone.now(), channel=Delivery.LINK)


def _hand_over(report: Report, deliveries: Sequence[Delivery], news: str, *, again: bool = False) -> Sent:
    """News and letters, after the rows are kept. What can't be handed over stays unsent and is tried again.

    Each is claimed first, so that of two presses one sends it.
    """
    done = Sent()
    heads = _heads([d.school_id for d in deliveries if d.school_id])
    connection = get_connection()
    for delivery in deliveries:
        row = Delivery.objects.filter(pk=delivery.pk)
        if not again and not row.filter(sent_at__isnull=True).update(sent_at=timezone.now()):
            continue
        people = heads.get(delivery.school_id, []) if delivery.school_id else []
        tell(people, news, delivery.url)
        mailed = False
        if delivery.email:
            letter = _letter(report, delivery, again=again)
            letter.connection = connection
            try:
                mailed = bool(letter.send())
            except OSError:
                done.failed.append(delivery.email)
        done.letters += mailed
        done.schools += bool(delivery.school_id)
        if delivery.school_id and not people and not delivery.email:
            done.without_head += 1
        if again:
            continue
        if people or mailed:
            row.update(channel=Delivery.NEWS if people else Delivery.MAIL)
        else:
            row.update(sent_at=None)
    return done


def _heads(schools: Iterable[int]) -> dict[int, list[User]]:
    """The heads in office of each school."""
    found: dict[int, list[User]] = {}
    held = RoleAssignment.objects.active().filter(school__in=list(schools), role=Role.SCHOOL_HEAD, user__is_active=True)
    for assignment in held.select_related("user"):
        found.setdefault(assignment.school_id or 0, []).append(assignment.user)
    return found


def _letter(report: Report, delivery: Delivery, *, again: bool) -> EmailMessage:
    to = f"ผู้อำนวยการ{delivery.school}" if delivery.school_id else delivery.agency
    asked = "ขอความอนุเคราะห์เปิดอ่าน" if again else "ขอส่ง"
    lines = [
        f"เรียน {to}", "",
        f"{report.area.group_name} {report.area.name} {asked} “{report.title}” เพื่อโปรดทราบและใช้ประโยชน์", "",
        f"อ่านและดาวน์โหลดได้ที่ {site_url()}{delivery.url}",
        "ลิงก์นี้เป็นของท่านโดยเฉพาะ เพื่อให้สำนักงานทราบว่ารายงานถึงท่านแล้ว",
    ]  # fmt: skip
    if report.is_published:
        lines += ["", f"ฉบับเผยแพร่ต่อสาธารณะ {site_url()}{reverse('cycles:public-report', args=[report.slug])}"]
    return EmailMessage(f"{'เตือน: ' if again else ''}{report.title}"[:200], "\n".join(lines), None, [delivery.email])


# -- Reading -------------------------------------------------------------------------------------------------------


def delivery_by(token: str) -> Delivery | None:
    """What was sent by this link, while the report may be read; None for any other link."""
    found = Delivery.objects.select_related("report__area", "report__cycle__area", "report__cycle__edition", "school")
    delivery = found.filter(token=token[:60]).first()
    return delivery if delivery and delivery.report.is_delivered else None


def open_delivery(delivery: Delivery, *, user: User | None) -> None:
    """Remember the first time that somebody to whom it was sent opened it.

    Whoever of the office looks at another's link has not opened it in their stead.
    """
    if delivery.opened_at or (user and not _is_theirs(delivery, user)):
        return
    Delivery.objects.filter(pk=delivery.pk, opened_at__isnull=True).update(opened_at=timezone.now(), opened_by=user)
    delivery.refresh_from_db(fields=["opened_at", "opened_by"])


def _is_theirs(delivery: Delivery, user: User) -> bool:
    if delivery.school_id is None:
        return delivery.report.area_id not in user.areas_as(*AREA_ROLES)
    return delivery.school_id in user.schools_as(*SCHOOL_ROLES)
