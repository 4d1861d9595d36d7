"""The plans of a cycle: begun, chosen, read by the committee, approved."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from cycles.forms import OpinionForm
from cycles.kinds import StepKind
from cycles.models import Cycle, CycleStep, NetworkPlan, PlanOpinion
from cycles.services.plans import begin_network_plan, begin_plan, give_opinion, tie_plan, why_no_opinion
from cycles.steps.network_plan import PlanOfNetworks
from cycles.steps.plan import SupervisionPlan
from cycles.views.cycles import REFUSED, visible_cycle
from supervision.models import Plan
from supervision.services.plans import PlanRefusedError
from workflows.services import TransitionError
from workflows.views import answer_transition


def _step_of(cycle: Cycle, kind: type[StepKind]) -> CycleStep:
    """The step of the cycle with this screen; 404 where its process has none."""
    step = next((step for step in cycle.all_steps if isinstance(step.kind, kind)), None)
    if step is None:
        raise Http404
    return step


@require_POST
def plan_begin(request: Request, pk: int) -> HttpResponse:
    """Write a draft from the priorities and go to it."""
    step = _step_of(visible_cycle(request, pk), SupervisionPlan)
    try:
        plan = begin_plan(step, by=request.user)
    except (TransitionError, PlanRefusedError) as error:
        messages.error(request, str(error))
        return redirect(f"{step.get_absolute_url()}#plan")
    messages.success(request, "สร้างร่างแผนจากสิ่งสำคัญที่เลือกแล้ว โปรดตรวจข้อความ เพิ่มวิธีดำเนินการและกำหนดการนิเทศ แล้วส่งขออนุมัติ")
    return redirect(plan)


@require_POST
def plan_tie(request: Request, pk: int) -> HttpResponse:
    """Choose one of the plans that the person sees."""
    step = _step_of(visible_cycle(request, pk), SupervisionPlan)
    key = request.POST.get("plan", "")[:12]
    plan = Plan.objects.visible_to(request.user).filter(pk=int(key)).first() if key.isdecimal() else None
    if plan is None:
        messages.error(request, "โปรดเลือกแผนหนึ่งแผน")
        return redirect(f"{step.get_absolute_url()}#plan")
    try:
        tie_plan(step, plan, by=request.user)
    except (TransitionError, PlanRefusedError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"ใช้ “{plan}” เป็นแผนของรอบนี้แล้ว")
    return redirect(f"{step.get_absolute_url()}#plan")


@require_http_methods(["GET", "HEAD", "POST"])
def opinion(request: Request, pk: int) -> HttpResponse:
    """A member of the committee reads the plan and says what he or she thinks of it."""
    cycle = visible_cycle(request, pk)
    step = _step_of(cycle, SupervisionPlan)
    if not request.user.has_perm("cycles.give_opinion", cycle):
        raise PermissionDenied("ผู้ให้ความเห็นต่อแผนได้คือกรรมการ ก.ต.ป.น. ของเขตพื้นที่นี้")
    form = OpinionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            give_opinion(cycle, by=request.user, **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกความเห็นของท่านแล้ว")
            return redirect(f"{step.get_absolute_url()}#opinions")
    plan = Plan.objects.visible_to(request.user).filter(pk=cycle.plan_id).first() if cycle.plan_id else None
    context = {
        "cycle": cycle,
        "step": step,
        "plan": plan,
        "closed": why_no_opinion(plan, step) if plan else "",
        "before": list(PlanOpinion.objects.filter(cycle=cycle, plan=cycle.plan_id, by=request.user)),
        "form": form,
    }
    return render(request, "cycles/plan_opinion.html", context, status=REFUSED if form.errors else 200)


# -- The plan of networks ------------------------------------------------------------------------------------------


@require_POST
def network_plan_begin(request: Request, pk: int) -> HttpResponse:
    step = _step_of(visible_cycle(request, pk), PlanOfNetworks)
    try:
        plan = begin_network_plan(step, by=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
        return redirect(f"{step.get_absolute_url()}#approval")
    return redirect(plan)


def _network_plan(request: Request, pk: int) -> NetworkPlan:
    visible = NetworkPlan.objects.visible_to(request.user)
    plan = get_object_or_404(
        visible.select_related("cycle__area", "cycle__edition", "step__owner", "made_by", "submitted_by"), pk=pk
    )
    plan.step.cycle = plan.cycle
    return plan


@require_safe
def network_plan(request: Request, pk: int) -> HttpResponse:
    """The plan of networks as it goes through its approval."""
    plan = _network_plan(request, pk)
    logs = list(plan.transitions.select_related("by"))
    context = {
        "plan": plan,
        "cycle": plan.cycle,
        "step": plan.step,
        "facts": plan.step.facts,
        "content": plan.step.kept,
        "returned": next((log for log in reversed(logs) if log.action == "return"), None),
        "logs": logs,
    }
    return render(request, "cycles/network_plan.html", context)


@require_POST
def network_plan_transition(request: Request, pk: int, name: str) -> HttpResponse:
    return answer_transition(request, _network_plan(request, pk), name)
