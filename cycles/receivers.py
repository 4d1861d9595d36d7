"""News after each move of a cycle. Never the person who made the move."""

from django.dispatch import receiver

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from cycles.flows import CANCEL, DECIDERS, IMPROVE, OVER, REOPEN
from cycles.models import Cycle, NetworkPlan, Report
from cycles.services.plans import ask_committee
from supervision.models import Plan
from workflows.models import TransitionLog
from workflows.services import open_approvals, tell, transitioned


@receiver(transitioned, sender=Cycle)
def cycle_moved(instance: Cycle, log: TransitionLog, **kwargs) -> None:
    """Whoever is in charge of the next step hears that it is their turn; the head hears where nobody is."""
    cycle = instance
    step = cycle.present_step
    people: list[User]
    if step is None:
        done = "ถูกยกเลิก" if log.action == CANCEL else "เสร็จสิ้นแล้ว"
        people = [row.owner for row in cycle.all_steps if row.owner]
        text, url = f"{cycle} {done}", cycle.get_absolute_url()
    else:
        heads = RoleAssignment.objects.holders(Role.GROUP_HEAD, area_id=cycle.area_id)
        people = [step.owner] if step.owner else list(heads)
        why = f": {' '.join(log.reason.split())[:80]}" if log.action.startswith((IMPROVE, REOPEN)) else ""
        text, url = f"{cycle} ถึง{step}{why}", step.get_absolute_url()
    tell({u.pk: u for u in people if u.pk != log.by_id and u.is_active}.values(), text, url)


@receiver(transitioned, sender=Plan)
def plan_moved(instance: Plan, log: TransitionLog, **kwargs) -> None:
    """A plan that was approved waits for the committee of each cycle whose plan it is."""
    if log.action == "approve":
        for cycle in instance.cycles.exclude(state__in=OVER).select_related("area", "edition"):
            ask_committee(cycle, instance)


@receiver(transitioned, sender=NetworkPlan)
def network_plan_moved(instance: NetworkPlan, log: TransitionLog, **kwargs) -> None:
    """Who decides hears that a plan of networks waits; who sent it hears what was decided."""
    plan = instance
    people: list[User] = []
    if log.action == "submit":
        people, word = list(RoleAssignment.objects.holders(*DECIDERS, area_id=plan.area_id)), "รอท่านพิจารณา"
    elif log.action in ("approve", "return"):
        people, word = [plan.submitted_by or plan.made_by], plan.state_label
    else:
        return
    tell([u for u in people if u.pk != log.by_id and u.is_active], f"{plan} {word}", plan.get_absolute_url())


@receiver(transitioned, sender=Report)
def report_moved(instance: Report, log: TransitionLog, **kwargs) -> None:
    """Whose turn it is hears of it; who wrote the report and who is in charge of its step hear what was decided."""
    report = instance
    if log.action in {"submit", "endorse"} and (waiting := open_approvals(report)):
        approvers = RoleAssignment.objects.holders(waiting[0].role, area_id=report.area_id).exclude(
            pk=report.made_by_id
        )
        _tell_others(approvers, f"“{report.title}” รอท่านพิจารณา ({waiting[0].label})", report, log)
    owner = report.cycle.all_steps[-1].owner
    people = [report.made_by, *([owner] if owner else [])]
    said = {
        "endorse": f"ผ่านการพิจารณาของ{log.role_title}แล้ว",
        "approve": "ได้รับอนุมัติแล้ว ส่งถึงโรงเรียนและเผยแพร่ได้",
        "return": f"ถูกส่งกลับแก้ไข: {' '.join(log.reason.split())[:80]}",
        "publish": "เผยแพร่แล้ว",
        "withdraw": f"ถูกถอนจากการเผยแพร่: {' '.join(log.reason.split())[:80]}",
    }.get(log.action)
    if said:
        _tell_others(people, f"“{report.title}” {said}", report, log)


def _tell_others(people, text: str, report: Report, log: TransitionLog) -> None:
    others = {user.pk: user for user in people if user.pk != log.by_id and user.is_active}
    tell(others.values(), text, report.get_absolute_url())
