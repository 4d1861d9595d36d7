"""Verbs of the plan: write it, keep its schedule, copy last year's, and make the visits of an approved one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from simple_history.utils import bulk_create_with_history

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from instruments.models import Instrument, InstrumentVersion
from schools.models import AreaOffice, School
from schools.queries import calendar_for
from supervision.flows import PLAN, PLAN_APPROVERS
from supervision.models import Plan, PlanItem
from supervision.services.visits import create_visit, visiting_staff
from thai.dates import date_range
from thai.years import DateRange, fiscal_year_range, semester_range
from workflows.digests import stamp_of
from workflows.models import TransitionLog
from workflows.services import TransitionError, approval_chain, begin_approvals, record_approval

TEXTS = ("title", "rationale", "objectives", "targets", "methods", "budget", "budget_source")
PLAN_FIELDS = (*TEXTS, "period", "year", "starts_on", "ends_on")
ITEM_FIELDS = ("school", "starts_on", "ends_on", "purpose", "lead")
YEARS = range(2500, 2701)
"""Years (พ.ศ.) for which a plan can be written."""


class PlanRefusedError(Exception):
    """The plan was not written; the message is a Thai sentence that says why and what to do."""


class NotPlannerError(PlanRefusedError, PermissionDenied):
    """The person may not write this plan."""


class EditConflictError(PlanRefusedError):
    """Somebody else saved first. ``current`` is the plan or line as stored now; the typed values were not written."""

    def __init__(self, message: str, current: Any):
        super().__init__(message)
        self.current = current


# -- Reads that the verbs and the forms share ----------------------------------------------------------------------


def instruments_of(area: AreaOffice | int):
    """The instruments an area can plan with: its own and the shared ones that have a published version."""
    versions = InstrumentVersion.objects.usable_in(area)
    return Instrument.objects.filter(pk__in=versions.values("instrument"))


def period_range(area: AreaOffice | int, period: str, year: int) -> DateRange:
    """The days of a fiscal year, or of a semester by the area's own calendar without the break after it."""
    if period == Plan.Period.FISCAL_YEAR:
        return fiscal_year_range(year)
    semester = 1 if period == Plan.Period.SEMESTER_1 else 2
    return semester_range(year, semester, calendar_for(area), with_break=False)


def plan_stamp(plan: Plan) -> str:
    """Says what the plan's own form would show; two stamps differ where somebody saved in between."""
    return stamp_of([*(getattr(plan, name) for name in PLAN_FIELDS), sorted(plan.team.values_list("pk", flat=True))])


def item_stamp(item: PlanItem) -> str:
    """As ``plan_stamp``, for one line of the schedule."""
    return stamp_of(item.content_for_digest())


# -- The plan ------------------------------------------------------------------------------------------------------


@transaction.atomic
def create_plan(
    *, area: AreaOffice, by: User, title: str, period: str, year: int, team: Iterable[User] = (), **texts
) -> Plan:
    """A new draft owned by ``by``. ``starts_on`` and ``ends_on`` follow from the period where they are not given.

    Raises ``NotPlannerError`` or ``PlanRefusedError``.
    """
    if not by.has_perm("supervision.create_plan", area):
        raise NotPlannerError(f"ท่านไม่ได้เป็นผู้จัดทำแผนนิเทศของ{area} โปรดให้ผู้ดูแลระบบมอบบทบาทศึกษานิเทศก์ก่อน")
    plan = Plan(area=area, owner=by, title=title, period=period, year=year)
    _fill(plan, texts)
    plan._history_user = by
    plan.save()
    plan.team.set(_from_office(plan, team))
    return plan


@transaction.atomic
def update_plan(plan: Plan, *, by: User, seen: str = "", team: Iterable[User] | None = None, **fields) -> Plan:
    """Write the fields of the plan's form.

    ``seen`` is the ``plan_stamp`` that the person's page carried; where somebody saved since, nothing is written and
    ``EditConflictError`` carries what is stored. Dates that followed from the period follow the new one.
    """
    current = writable_plan(plan, by=by)
    if seen and seen != plan_stamp(current):
        raise EditConflictError(
            f"ขณะที่ท่านแก้ไข {_last_editor(current)}ได้บันทึกแผนนี้ไปก่อนแล้ว ข้อความของท่านยังไม่ได้บันทึก", current
        )
    moved = (fields.get("period", current.period), fields.get("year", current.year)) != (current.period, current.year)
    for name in ("starts_on", "ends_on"):
        if moved and fields.get(name) == getattr(current, name):
            fields[name] = None
    _fill(current, fields)
    current._history_user = by
    current.save()
    if team is not None:
        current.team.set(_from_office(current, team))
    return current


def _fill(plan: Plan, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        if name not in PLAN_FIELDS:
            raise TypeError(f"a plan has no field {name} to write")
        setattr(plan, name, value)
    if not plan.title.strip():
        raise PlanRefusedError("โปรดตั้งชื่อแผน")
    if plan.year not in YEARS:
        raise PlanRefusedError("ปีของแผนเป็น พ.ศ. สี่หลัก เช่น 2570")
    whole = period_range(plan.area_id, plan.period, plan.year)
    plan.starts_on = plan.starts_on or whole.start
    plan.ends_on = plan.ends_on or whole.end
    if plan.ends_on < plan.starts_on:
        raise PlanRefusedError("วันสิ้นสุดของแผนต้องไม่อยู่ก่อนวันเริ่ม")


def writable_plan(plan: Plan, *, by: User) -> Plan:
    """A fresh, locked copy of the plan, which this person may write now. Raises ``PlanRefusedError`` otherwise."""
    current = Plan.objects.select_for_update(of=("self",)).select_related("area", "owner").get(pk=plan.pk)
    if refusal := refusal_to_write(current, by=by):
        raise refusal
    return current


def refusal_to_write(plan: Plan, *, by: User) -> PlanRefusedError | None:
    """Why this person can't write the plan now; None where nothing stands in the way."""
    if not by.has_perm("supervision.edit_plan", plan):
        return NotPlannerError(f"ผู้ที่แก้ไขแผนนี้ได้คือผู้จัดทำแผน ({plan.owner}) หรือผู้อำนวยการกลุ่มนิเทศฯ")
    if by.has_perm("supervision.write_plan", plan):
        return None
    advice = (
        "หากต้องแก้ไข โปรดถอนเรื่องกลับมาก่อน หรือขอให้ผู้พิจารณาส่งกลับ"
        if plan.state == "submitted"
        else "หากต้องการแผนใหม่ ใช้ “คัดลอกเป็นแผนใหม่”"
    )
    return PlanRefusedError(f"แผนนี้อยู่ในสถานะ “{plan.state_label}” จึงแก้ไขไม่ได้ {advice}")


def _last_editor(record) -> str:
    last = record.history.select_related("history_user").order_by("-history_date", "-history_id").first()
    return f"{last.history_user} " if last and last.history_user else "ผู้ใช้อีกคน"


def _from_office(plan: Plan, users: Iterable[User]) -> list[User]:
    """The users without doubles, all of whom go on visits for the plan's area. Raises ``PlanRefusedError``."""
    users = list(dict.fromkeys(users))
    known = set(visiting_staff(plan.area_id).filter(pk__in=[user.pk for user in users]).values_list("pk", flat=True))
    if strangers := [str(user) for user in users if user.pk not in known]:
        raise PlanRefusedError(f"{' '.join(strangers[:3])} ไม่ได้เป็นผู้นิเทศของเขตนี้ในขณะนี้ โปรดเลือกผู้อื่น")
    return users


# -- The schedule --------------------------------------------------------------------------------------------------


@transaction.atomic
def add_item(
    plan: Plan, *, by: User, school: School, starts_on: date, ends_on: date | None = None, purpose: str, lead: User,
    team: Iterable[User] = (), instruments: Iterable[Instrument] = (),
) -> PlanItem:  # fmt: skip
    """One more line of the schedule; without ``ends_on`` the visit takes one day. Raises ``PlanRefusedError``."""
    current = writable_plan(plan, by=by)
    item = PlanItem(
        plan=current, school=school, starts_on=starts_on, ends_on=ends_on or starts_on, purpose=purpose, lead=lead
    )
    return _write_item(item, by=by, team=team, instruments=instruments)


@transaction.atomic
def update_item(
    item: PlanItem, *, by: User, seen: str = "", team: Iterable[User] | None = None,
    instruments: Iterable[Instrument] | None = None, **fields,
) -> PlanItem:  # fmt: skip
    """Change one line. ``seen`` is its ``item_stamp`` as the person's page carried it; see ``update_plan``."""
    writable_plan(item.plan, by=by)
    current = _existing_item(item)
    if seen and seen != item_stamp(current):
        raise EditConflictError(
            f"ขณะที่ท่านแก้ไข {_last_editor(current)}ได้บันทึกกำหนดการนี้ไปก่อนแล้ว ข้อมูลของท่านยังไม่ได้บันทึก", current
        )
    for name, value in fields.items():
        if name not in ITEM_FIELDS:
            raise TypeError(f"a line of the schedule has no field {name} to write")
        setattr(current, name, value)
    return _write_item(
        current,
        by=by,
        team=current.team.all() if team is None else team,
        instruments=current.instruments.all() if instruments is None else instruments,
    )


@transaction.atomic
def remove_item(item: PlanItem, *, by: User) -> None:
    """Take one line out of the schedule."""
    writable_plan(item.plan, by=by)
    current = _existing_item(item)
    current._history_user = by
    current.delete()


def _existing_item(item: PlanItem) -> PlanItem:
    found = PlanItem.objects.filter(pk=item.pk, plan_id=item.plan_id).select_related("plan", "school", "lead").first()
    if found is None:
        raise PlanRefusedError("กำหนดการนี้ถูกลบไปแล้ว โปรดเปิดหน้าแผนใหม่")
    return found


def _write_item(item: PlanItem, *, by: User, team: Iterable[User], instruments: Iterable[Instrument]) -> PlanItem:
    _check_line(item)
    _from_office(item.plan, [item.lead])
    members = [user for user in _from_office(item.plan, team) if user != item.lead]
    chosen = _usable(item.plan, instruments)
    item._history_user = by
    item.save()
    item.team.set(members)
    item.instruments.set(chosen)
    return item


def _check_line(item: PlanItem) -> None:
    plan, school = item.plan, item.school
    if school.area_id != plan.area_id:
        raise PlanRefusedError(f"{school} ไม่ได้อยู่ในเขตพื้นที่ของแผน โปรดเลือกโรงเรียนในเขต")
    if not item.purpose.strip():
        raise PlanRefusedError("โปรดระบุประเด็นการนิเทศ")
    if item.ends_on < item.starts_on:
        raise PlanRefusedError("วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม")
    if item.starts_on < plan.starts_on or item.ends_on > plan.ends_on:
        raise PlanRefusedError(f"วันนิเทศต้องอยู่ในช่วงของแผน คือ {date_range(plan.starts_on, plan.ends_on)}")
    if not school.is_open(item.starts_on):
        raise PlanRefusedError(f"{school} {school.status_label}แล้วในวันนิเทศ โปรดเลือกโรงเรียนหรือวันอื่น")


def _usable(plan: Plan, instruments: Iterable[Instrument]) -> list[Instrument]:
    chosen = list(dict.fromkeys(instruments))
    known = set(instruments_of(plan.area_id).filter(pk__in=[i.pk for i in chosen]).values_list("pk", flat=True))
    if unknown := [instrument.title for instrument in chosen if instrument.pk not in known]:
        raise PlanRefusedError(f"เครื่องมือ “{unknown[0]}” ไม่มีฉบับที่เผยแพร่สำหรับเขตนี้ โปรดเลือกเครื่องมืออื่น")
    return chosen


@transaction.atomic
def add_items_in_bulk(
    plan: Plan, *, by: User, schools: Iterable[School], starts_on: date, ends_on: date, purpose: str, lead: User,
    team: Iterable[User] = (), instruments: Iterable[Instrument] = (), days: int = 1,
) -> list[PlanItem]:  # fmt: skip
    """One line for each school, spread evenly over the working days of the span, each taking ``days`` working days.

    All of it or nothing; raises ``PlanRefusedError``.
    """
    current = writable_plan(plan, by=by)
    schools = list(dict.fromkeys(schools))
    if not schools:
        raise PlanRefusedError("โปรดเลือกโรงเรียนอย่างน้อย 1 แห่ง")
    _from_office(current, [lead])
    members = [user for user in _from_office(current, team) if user != lead]
    chosen = _usable(current, instruments)
    windows = spread_windows(starts_on, ends_on, count=len(schools), days=days)
    items = [
        PlanItem(plan=current, school=school, starts_on=first, ends_on=last, purpose=purpose, lead=lead)
        for school, (first, last) in zip(schools, windows, strict=True)
    ]
    for item in items:
        _check_line(item)
    return _store_items(items, by=by, team=[members] * len(items), instruments=[chosen] * len(items))


def _store_items(
    items: list[PlanItem], *, by: User, team: list[list[User]], instruments: list[list[Instrument]]
) -> list[PlanItem]:
    """Write checked lines with their teams and instruments, in a number of queries that does not grow with them."""
    items = bulk_create_with_history(items, PlanItem, default_user=by)
    members, forms = PlanItem.team.through, PlanItem.instruments.through
    members.objects.bulk_create(
        members(planitem_id=item.pk, user_id=user.pk) for item, users in zip(items, team, strict=True) for user in users
    )
    forms.objects.bulk_create(
        forms(planitem_id=item.pk, instrument_id=instrument.pk)
        for item, chosen in zip(items, instruments, strict=True)
        for instrument in chosen
    )
    return items


def spread_windows(starts_on: date, ends_on: date, *, count: int, days: int) -> list[tuple[date, date]]:
    """``count`` windows of ``days`` working days each (Monday to Friday), their beginnings evenly over the span.

    Where there are more windows than days, several begin on one day. Raises ``PlanRefusedError`` where not even one fits.
    """
    if ends_on < starts_on:
        raise PlanRefusedError("วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม")
    span = (starts_on + timedelta(days=n) for n in range((ends_on - starts_on).days + 1))
    working = [day for day in span if day.weekday() < 5]
    places = len(working) - days + 1
    if days < 1 or places < 1:
        raise PlanRefusedError(
            f"ช่วง {date_range(starts_on, ends_on)} มีวันทำการ (จันทร์–ศุกร์) {len(working)} วัน ไม่พอสำหรับการนิเทศแห่งละ {days} วัน"
        )
    return [(working[first := n * places // count], working[first + days - 1]) for n in range(count)]


# -- Last year's plan as the beginning of this year's ----------------------------------------------------------------


@dataclass
class Copied:
    """The new draft, and Thai sentences about what could not come along."""

    plan: Plan
    left_out: list[str] = field(default_factory=list)


@transaction.atomic
def copy_plan(plan: Plan, *, by: User, year: int | None = None) -> Copied:
    """A new draft of ``by`` with the texts, team and schedule of ``plan``, for ``year`` (default: the next one).

    Each window keeps its weekday and its place in the period. A school that is closed by then stays behind, so do
    people who left the office and instruments without a published version; a lead who left is replaced by ``by``.
    """
    year = year or plan.year + 1
    title = plan.title.replace(str(plan.year), str(year))
    texts = {name: getattr(plan, name) for name in TEXTS if name != "title"}
    in_office = set(visiting_staff(plan.area_id).values_list("pk", flat=True))
    team = [user for user in plan.team.all() if user.pk in in_office]
    new = create_plan(area=plan.area, by=by, title=title, period=plan.period, year=year, team=team, **texts)
    copied = Copied(new)
    usable = set(instruments_of(plan.area_id).values_list("pk", flat=True))
    weeks = round((new.starts_on - plan.starts_on).days / 7)
    old = plan.items.select_related("school", "lead").prefetch_related("team", "instruments")
    items, teams, instruments, closed, replaced, dropped = [], [], [], [], set(), set()
    for line in old:
        first, last = _within(new, line.starts_on + timedelta(weeks=weeks), line.ends_on + timedelta(weeks=weeks))
        if not line.school.is_open(first):
            closed.append(line.school.name)
            continue
        lead = line.lead if line.lead_id in in_office else by
        if lead != line.lead:
            replaced.add(str(line.lead))
        items.append(
            PlanItem(plan=new, school=line.school, starts_on=first, ends_on=last, purpose=line.purpose, lead=lead)
        )
        teams.append([user for user in line.team.all() if user.pk in in_office and user != lead])
        instruments.append([i for i in line.instruments.all() if i.pk in usable])
        dropped.update(i.title for i in line.instruments.all() if i.pk not in usable)
    _store_items(items, by=by, team=teams, instruments=instruments)
    if closed:
        copied.left_out.append(f"ไม่ได้นำมา เพราะยุบเลิกหรือรวมแล้ว: {' '.join(closed)}")
    if replaced:
        copied.left_out.append(f"{' '.join(sorted(replaced))} ไม่ได้เป็นผู้นิเทศของเขตแล้ว จึงใส่ชื่อท่านเป็นหัวหน้าคณะแทนไว้ก่อน")
    if dropped:
        copied.left_out.append(f"เครื่องมือที่ไม่มีฉบับเผยแพร่แล้วไม่ได้นำมา: {' '.join(sorted(dropped))}")
    return copied


def _within(plan: Plan, first: date, last: date) -> tuple[date, date]:
    """The window moved by whole weeks into the plan's period, and cut to it where it still does not fit."""
    if first < plan.starts_on:
        first, last = first + timedelta(weeks=1), last + timedelta(weeks=1)
    elif last > plan.ends_on:
        first, last = first - timedelta(weeks=1), last - timedelta(weeks=1)
    first = min(max(first, plan.starts_on), plan.ends_on)
    return first, min(max(last, first), plan.ends_on)


# -- What else changes with a transition ----------------------------------------------------------------------------


@PLAN.effect("submit")
def ask_for_approval(plan: Plan, log: TransitionLog) -> None:
    """Begin a round of approvals. A link that only the owner could decide is left out: nobody approves their own plan."""
    roles = {role for role, _label in approval_chain(plan, default=PLAN_APPROVERS)}
    alone = {role for role in roles if _decided_by_owner_alone(plan, role)}
    if roles <= alone:
        raise TransitionError(
            "ขณะนี้ไม่มีผู้พิจารณาแผนนี้นอกจากตัวท่านเอง โปรดแจ้งผู้ดูแลระบบให้มอบบทบาทผู้พิจารณาหรือผู้รักษาราชการแทนแก่บุคคลอื่นก่อน"
        )
    begin_approvals(plan, default=PLAN_APPROVERS, without=alone)


def _decided_by_owner_alone(plan: Plan, role: Role | str) -> bool:
    holders = set(RoleAssignment.objects.holders(role, area_id=plan.area_id).values_list("pk", flat=True))
    return holders == {plan.owner_id}


@PLAN.effect("endorse", "approve", "return")
def write_decision(plan: Plan, log: TransitionLog) -> None:
    record_approval(plan, log)


@PLAN.effect("approve")
def make_visits(plan: Plan, log: TransitionLog) -> None:
    """One visit for each line of the schedule that has none yet, with its team and the newest form of each instrument.

    A member of a team who left the office since the plan was written stays out; a lead who left is a refusal.
    """
    items = plan.items.filter(visit__isnull=True).select_related("school__area", "lead")
    calendar = calendar_for(plan.area_id)
    in_office = set(visiting_staff(plan.area_id).values_list("pk", flat=True))
    versions = {version.instrument_id: version for version in InstrumentVersion.objects.usable_in(plan.area_id)}
    for item in items.prefetch_related("team", "instruments"):
        create_visit(
            school=item.school,
            purpose=item.purpose,
            starts_on=item.starts_on,
            ends_on=item.ends_on,
            lead=item.lead,
            team=[user for user in item.team.all() if user.pk in in_office],
            versions=[versions[instrument.pk] for instrument in item.instruments.all()],
            by=log.by,
            plan_item=item,
            calendar=calendar,
        )
