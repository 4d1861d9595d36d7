"""News after each move: who hears of it, in one short Thai sentence. Never the person who made the move."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.urls import reverse

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from supervision.models import Plan, Recommendation, Visit
from thai.dates import date_range
from workflows.models import TransitionLog
from workflows.services import open_approvals, tell, transitioned

CHECKERS = (Role.WORKGROUP_HEAD, Role.GROUP_HEAD)
_EXCERPT = 80


def _tell(users: Iterable[User], text: str, obj, log: TransitionLog) -> None:
    """Each person once, the one who acted left out."""
    others = {user.pk: user for user in users if user.pk != log.by_id and user.is_active}
    if others:
        tell(others.values(), text, obj.get_absolute_url())


def _beginning(text: str) -> str:
    """The first words of a reason or a recommendation, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _EXCERPT else f"{line[:_EXCERPT].rstrip()}…"


def _holders(*roles: str, **scope) -> QuerySet[User]:
    return RoleAssignment.objects.holders(*roles, **scope)


# -- Plans ---------------------------------------------------------------------------------------------------------


@receiver(transitioned, sender=Plan)
def plan_moved(instance: Plan, log: TransitionLog, **kwargs) -> None:
    """The next approver hears of a plan that waits; owner and team hear of what was decided."""
    plan = instance
    if log.action in {"submit", "endorse"}:
        waiting = open_approvals(plan)
        if waiting:
            approvers = _holders(waiting[0].role, area_id=plan.area_id).exclude(pk=plan.owner_id)
            _tell(approvers, f"“{plan.title}” รอท่านพิจารณา ({waiting[0].label})", plan, log)
    if log.action == "endorse":
        _tell(_plan_people(plan), f"“{plan.title}” ผ่านการพิจารณาของ{log.role_title}แล้ว รอขั้นต่อไป", plan, log)
    elif log.action == "approve":
        _tell(_plan_people(plan), f"“{plan.title}” ได้รับอนุมัติแล้ว", plan, log)
        _tell_who_visits(plan, log)
    elif log.action == "return":
        _tell(_plan_people(plan), f"“{plan.title}” ถูกส่งกลับแก้ไข: {_beginning(log.reason)}", plan, log)


def _plan_people(plan: Plan) -> list[User]:
    return [plan.owner, *plan.team.all()]


def _tell_who_visits(plan: Plan, log: TransitionLog) -> None:
    """One sentence for each supervisor whom the approved plan sends out, with how many visits it is."""
    counts: dict[User, int] = {}
    for visit in Visit.objects.filter(plan_item__plan=plan).prefetch_related("members__user"):
        for member in visit.members.all():
            counts[member.user] = counts.get(member.user, 0) + 1
    for user, count in counts.items():
        if user.pk != log.by_id and user.is_active:
            text = f"ท่านอยู่ในคณะผู้นิเทศ {count:,} ครั้ง ตาม “{plan.title}” โปรดดูกำหนดการ"
            tell([user], text, f"{reverse('supervision:visit-list')}?tab=mine")


# -- Visits --------------------------------------------------------------------------------------------------------


@receiver(transitioned, sender=Visit)
def visit_moved(instance: Visit, log: TransitionLog, **kwargs) -> None:
    """The team, those who check and release, or the school, whoever is to act or to know."""
    visit, school = instance, instance.school
    match log.action:
        case "submit":
            checkers = (user for user in _holders(*CHECKERS, area_id=visit.area_id) if user.pk not in visit.team_ids)
            _tell(checkers, f"บันทึกการนิเทศ{school}รอท่านตรวจ", visit, log)
        case "check":
            releasers = (u for u in _holders(Role.GROUP_HEAD, area_id=visit.area_id) if u.pk not in visit.team_ids)
            _tell(releasers, f"บันทึกการนิเทศ{school}ตรวจแล้ว รอท่านส่งผลให้โรงเรียน", visit, log)
        case "return":
            _tell(_team(visit), f"บันทึกการนิเทศ{school}ถูกส่งกลับแก้ไข: {_beginning(log.reason)}", visit, log)
        case "release":
            heads = _holders(Role.SCHOOL_HEAD, school_id=visit.school_id)
            _tell(heads, f"ผลการนิเทศ{school}มาถึงแล้ว โปรดอ่าน รับทราบ และตอบข้อเสนอแนะ", visit, log)
            _tell(_team(visit), f"ผลการนิเทศ{school}ส่งให้โรงเรียนแล้ว", visit, log)
        case "acknowledge":
            _tell(_team(visit), f"{school}รับทราบผลการนิเทศแล้ว", visit, log)
        case "reschedule":
            _tell(_team(visit), f"การนิเทศ{school}กำหนดวันใหม่แล้ว โปรดดูกำหนดการ", visit, log)
        case "postpone":
            _tell(_team(visit), f"การนิเทศ{school}ถูกเลื่อน: {_beginning(log.reason)}", visit, log)
        case "cancel":
            _tell(_team(visit), f"การนิเทศ{school}ถูกยกเลิก: {_beginning(log.reason)}", visit, log)


@receiver(post_save, sender=Visit)
def visit_made(instance: Visit, *, created: bool, raw: bool = False, **kwargs) -> None:
    """A visit that no plan foresaw: its team hears of it. Those of a plan are told by ``plan_moved``, all at once."""
    if created and not raw and instance.plan_item_id is None:
        transaction.on_commit(lambda: _tell_of_new_visit(instance), robust=True)


def _tell_of_new_visit(visit: Visit) -> None:
    maker = visit.history.values_list("history_user", flat=True).last()
    team = [user for user in _team(visit) if user.pk != maker and user.is_active]
    days = date_range(visit.starts_on, visit.ends_on)
    tell(team, f"ท่านอยู่ในคณะผู้นิเทศ{visit.school} {days}", visit.get_absolute_url())


def _team(visit: Visit) -> list[User]:
    return [member.user for member in visit.members.select_related("user")]


# -- Recommendations -----------------------------------------------------------------------------------------------


@receiver(transitioned, sender=Recommendation)
def recommendation_moved(instance: Recommendation, log: TransitionLog, **kwargs) -> None:
    """The team hears what the school says; the school hears what the supervisor says."""
    said = _beginning(instance.text)
    match log.action:
        case "plan":
            _tell(_team(instance.visit), f"{instance.school}ตอบแผนตามข้อเสนอแนะ “{said}”", instance, log)
        case "report":
            _tell(_team(instance.visit), f"{instance.school}รายงานผลตามข้อเสนอแนะ “{said}” รอท่านยืนยัน", instance, log)
        case "verify" | "settle":
            _tell(_school_heads(instance), f"ศึกษานิเทศก์ยืนยันผลตามข้อเสนอแนะ “{said}” แล้ว", instance, log)
        case "ask_again":
            _tell(_school_heads(instance), f"ขอให้ดำเนินการเพิ่มตามข้อเสนอแนะ “{said}”", instance, log)
        case "carry_over":
            _tell(_school_heads(instance), f"ข้อเสนอแนะ “{said}” จะติดตามต่อในการนิเทศครั้งใหม่", instance, log)


def _school_heads(recommendation: Recommendation) -> Iterable[User]:
    return _holders(Role.SCHOOL_HEAD, school_id=recommendation.school_id)
