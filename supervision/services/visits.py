"""Verbs of a visit as a whole: make it, move its day, set its team; and what else changes with its transitions."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from instruments.models import InstrumentVersion
from instruments.services import describe_response, lock_response, open_response, unlock_response
from schools.models import School
from schools.queries import period_of
from supervision.flows import FILLING, VISIT
from supervision.models import PlanItem, Visit, VisitForm, VisitMember
from thai.dates import date_range
from thai.years import SchoolYear
from workflows.models import TransitionLog
from workflows.services import TransitionError, perform

MAKERS = (Role.SUPERVISOR, Role.WORKGROUP_HEAD, Role.GROUP_HEAD)
"""Who may make a visit that no plan foresaw, and who may be on a team."""


class VisitRefusedError(TransitionError):
    """Something that can't be done to the visit; the message is a Thai sentence for the person who asked."""


class RecordChangedError(VisitRefusedError):
    """Somebody else changed the same field meanwhile. ``current`` is {field: value now}; nothing was written."""

    def __init__(self, message: str, current: dict):
        super().__init__(message)
        self.current = current


def visiting_staff(area_id: int):
    """The people of the area who may be on a visiting team today, by name."""
    return RoleAssignment.objects.holders(*MAKERS, area_id=area_id).order_by("first_name", "last_name", "pk")


# -- Making and moving ---------------------------------------------------------------------------------------------


@transaction.atomic
def create_visit(
    *,
    school: School,
    purpose: str,
    starts_on: date,
    ends_on: date,
    lead: User,
    team: Iterable[User] = (),
    versions: Iterable[InstrumentVersion] = (),
    by: User,
    plan_item: PlanItem | None = None,
    calendar: Sequence[SchoolYear] | None = None,
) -> Visit:
    """A planned visit with its team and one empty response per instrument version.

    Without ``plan_item`` it is a visit that no plan foresaw: only supervisors and heads of the area make one, and a
    supervisor only one that he or she joins. With it, the approval of the plan was the permission. ``calendar`` is
    ``schools.queries.calendar_for(area)``, handed in by whoever makes many. Raises ``VisitRefusedError``.
    """
    if plan_item is None:
        _check_maker(school, by, {lead.pk, *(member.pk for member in team)})
    if ends_on < starts_on:
        raise VisitRefusedError("วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม โปรดตรวจสอบช่วงวันที่")
    if not school.is_open(starts_on):
        raise VisitRefusedError(f"{school} ยุบเลิกหรือรวมแล้วก่อนวันที่กำหนด โปรดเลือกวันที่หรือสถานศึกษาใหม่")
    _check_team(school.area_id, lead, team)
    period = period_of(school.area_id, starts_on, calendar=None if calendar is None else list(calendar))
    visit = Visit.objects.create(
        area_id=school.area_id,
        school=school,
        plan_item=plan_item,
        purpose=purpose,
        starts_on=starts_on,
        ends_on=ends_on,
        fiscal_year=period.fiscal_year,
        academic_year=period.academic_year,
        semester=period.semester,
    )
    members = [VisitMember(visit=visit, user=lead, is_lead=True)]
    members += [VisitMember(visit=visit, user=user) for user in dict.fromkeys(team) if user.pk != lead.pk]
    for member in members:
        member.save()
    for place, version in enumerate(versions, start=1):
        response = open_response(
            version, area=visit.area, by=by, school=school, on=starts_on, person=lead, calendar=calendar
        )
        VisitForm.objects.create(visit=visit, response=response, place=place)
    return visit


def _check_maker(school: School, by: User, team: set[int]) -> None:
    if school.area_id not in by.areas_as(*MAKERS):
        raise VisitRefusedError("ท่านสร้างการนิเทศของสถานศึกษานี้ไม่ได้ ผู้ที่สร้างได้คือศึกษานิเทศก์และหัวหน้ากลุ่มของเขตพื้นที่นั้น")
    if by.pk not in team and school.area_id not in by.areas_as(Role.GROUP_HEAD):
        raise VisitRefusedError("โปรดใส่ชื่อท่านในคณะนิเทศด้วย หากต้องการกำหนดการนิเทศให้ผู้อื่น โปรดแจ้งผู้อำนวยการกลุ่มนิเทศฯ")


def _check_team(area_id: int, lead: User, team: Iterable[User]) -> None:
    wanted = {lead.pk: lead} | {user.pk: user for user in team}
    known = set(visiting_staff(area_id).filter(pk__in=wanted).values_list("pk", flat=True))
    if strangers := [str(user) for pk, user in wanted.items() if pk not in known]:
        raise VisitRefusedError(
            f"{' '.join(strangers)} ไม่ได้เป็นศึกษานิเทศก์ของเขตพื้นที่นี้ในวันนี้ โปรดเลือกผู้อื่น หรือให้ผู้ดูแลระบบมอบบทบาทก่อน"
        )


def reschedule_visit(visit: Visit, *, starts_on: date, ends_on: date, by: User, reason: str = "") -> TransitionLog:
    """Give a planned or postponed visit a new window of days; the old one stays in the log."""
    if ends_on < starts_on:
        raise VisitRefusedError("วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม โปรดตรวจสอบช่วงวันที่")
    if not visit.school.is_open(starts_on):
        raise VisitRefusedError(f"{visit.school} ยุบเลิกหรือรวมแล้วก่อนวันที่กำหนดใหม่ โปรดเลือกวันอื่นหรือยกเลิกการนิเทศ")
    words = f"จาก {date_range(visit.starts_on, visit.ends_on)} เป็น {date_range(starts_on, ends_on)}"
    return perform(
        visit,
        "reschedule",
        by=by,
        reason=f"{words}\n{reason.strip()}".strip(),
        data={
            "from": [visit.starts_on.isoformat(), visit.ends_on.isoformat()],
            "to": [starts_on.isoformat(), ends_on.isoformat()],
        },
    )


@transaction.atomic
def set_team(visit: Visit, *, lead: User, team: Iterable[User], by: User) -> None:
    """Make this the team, ``lead`` leading. Who joined, left or took the lead stays in the members' history.

    Whoever already was on the team may stay even without a role today. Raises ``VisitRefusedError``.
    """
    fresh = Visit.objects.select_for_update(of=("self",)).select_related("school").get(pk=visit.pk)
    if fresh.state not in ("planned", "postponed", *FILLING):
        raise VisitRefusedError(f"การนิเทศนี้อยู่ในสถานะ “{fresh.state_label}” จึงเปลี่ยนคณะนิเทศไม่ได้แล้ว")
    if not by.has_perm("supervision.lead_visit", fresh):
        raise VisitRefusedError("ท่านเปลี่ยนคณะนิเทศไม่ได้ ผู้ที่เปลี่ยนได้คือหัวหน้าคณะและผู้อำนวยการกลุ่มนิเทศฯ")
    members = {member.user_id: member for member in fresh.members.all()}
    wanted = {user.pk: user for user in [lead, *team]}
    newcomers = [user for pk, user in wanted.items() if pk not in members]
    if newcomers:
        _check_team(fresh.area_id, newcomers[0], newcomers[1:])
    for member in members.values():
        if member.user_id not in wanted:
            member.delete()
        elif member.is_lead and member.user_id != lead.pk:
            member.is_lead = False
            member.save()
    for pk in wanted:
        member = members.get(pk) or VisitMember(visit=fresh, user_id=pk)
        if member._state.adding or member.is_lead != (pk == lead.pk):
            member.is_lead = pk == lead.pk
            member.save()
    for cached in ("team_ids", "lead_id", "_prefetched_objects_cache"):
        visit.__dict__.pop(cached, None)


@transaction.atomic
def set_forms(visit: Visit, *, versions: Iterable[InstrumentVersion], by: User) -> None:
    """Make these the instruments of the visit; one that it has already keeps its version and its answers.

    Before the visit begins an empty form may be taken out again. Afterwards forms only join: a telephone without a
    line may hold answers that no server has seen. Raises ``VisitRefusedError``.
    """
    fresh = Visit.objects.select_for_update(of=("self",)).select_related("school", "area").get(pk=visit.pk)
    if refusal := refusal_to_set_forms(fresh, by):
        raise VisitRefusedError(refusal)
    wanted = {version.instrument_id: version for version in versions}
    forms = list(fresh.forms.select_related("response__version__instrument"))
    for form in forms:
        instrument = form.response.version.instrument
        if wanted.pop(instrument.pk, None):
            continue
        if fresh.state in FILLING or form.response.batches.exists():
            raise VisitRefusedError(
                f"นำ {instrument} ออกไม่ได้ เพราะการนิเทศเริ่มแล้ว และอาจมีคำตอบค้างอยู่ในโทรศัพท์ของผู้ร่วมคณะ เพิ่มแบบอื่นได้"
            )
        form.delete()
        form.response.delete()
    last = max((form.place for form in forms), default=0)
    on = fresh.visited_on or fresh.starts_on
    lead = User.objects.filter(visit_memberships__visit=fresh, visit_memberships__is_lead=True).first()
    for place, version in enumerate(wanted.values(), start=last + 1):
        response = open_response(version, area=fresh.area, by=by, school=fresh.school, on=on, person=lead)
        VisitForm.objects.create(visit=fresh, response=response, place=place)


def refusal_to_set_forms(visit: Visit, by: User) -> str | None:
    """Why this person can't choose the forms of the visit now, as a Thai sentence; None where nothing is in the way."""
    if visit.state not in ("planned", "postponed", *FILLING):
        return f"การนิเทศนี้อยู่ในสถานะ “{visit.state_label}” จึงเปลี่ยนแบบนิเทศไม่ได้แล้ว"
    if not (by.has_perm("supervision.conduct_visit", visit) or by.has_perm("supervision.lead_visit", visit)):
        return "ท่านเลือกแบบนิเทศไม่ได้ ผู้ที่เลือกได้คือคณะผู้นิเทศครั้งนี้และผู้อำนวยการกลุ่มนิเทศฯ"
    return None


# -- What else changes with a transition ---------------------------------------------------------------------------


def stamp_period(visit: Visit, day: date) -> list[str]:
    """Set the periods of the day on the visit, unsaved; return the names of the fields."""
    period = period_of(visit.area_id, day)
    visit.fiscal_year, visit.academic_year, visit.semester = period.fiscal_year, period.academic_year, period.semester
    return ["fiscal_year", "academic_year", "semester"]


@VISIT.effect("start")
def _note_the_day(visit: Visit, log: TransitionLog) -> None:
    """A visit happens on the day it is started, until the team says otherwise."""
    if visit.visited_on is None:
        visit.visited_on = timezone.localdate(log.at)
        visit.save(update_fields=["visited_on", *stamp_period(visit, visit.visited_on)])


@VISIT.effect("reschedule")
def _move_the_days(visit: Visit, log: TransitionLog) -> None:
    visit.starts_on, visit.ends_on = (date.fromisoformat(day) for day in log.data["to"])
    visit.save(update_fields=["starts_on", "ends_on", *stamp_period(visit, visit.starts_on)])


@VISIT.effect("submit", "cancel")
def _close_the_forms(visit: Visit, log: TransitionLog) -> None:
    """From now on a late answer of some phone is refused, not slipped into what was sent; what was sent counts."""
    sent = log.action == "submit"
    lead = User.objects.filter(visit_memberships__visit=visit, visit_memberships__is_lead=True).first()
    for form in visit.forms.select_related("response"):
        if sent:
            describe_response(form.response, school=visit.school, on=visit.visited_on or visit.starts_on, person=lead)
        lock_response(form.response, by=log.by, counted=sent)


@VISIT.effect("return")
def _open_the_forms(visit: Visit, log: TransitionLog) -> None:
    for form in visit.forms.select_related("response"):
        unlock_response(form.response, by=log.by)
