"""Pages of cycles: the board, one cycle, one step of it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request, private_file
from accounts.models import User
from cycles.flows import KEEPERS, OVER
from cycles.forms import EvidenceForm, ImproveForm, NotesForm, OpenForm, ScheduleForm
from cycles.kinds import Source
from cycles.models import Cycle, CycleStep, Report, StepCheck, StepEvidence
from cycles.queries import board_rows, in_charge, late
from cycles.services.cycles import (
    add_check,
    add_evidence,
    choose_source,
    mark_checks,
    open_cycle,
    remove_check,
    remove_evidence,
    schedule_step,
    set_improve_to,
    write_step,
)
from documents.kinds import document_response
from handbook.chart import flow_chart
from handbook.queries import edition_in_force
from schools.models import AreaOffice
from workflows.services import TransitionError
from workflows.views import answer_transition

REFUSED, CONFLICT = 422, 409
PER_PAGE = 8
MOST_OPTIONS = 50
"""Records offered to choose from beside those that are chosen; the newest come first."""
RUNNING, ALL = "running", "all"
SHOWN = {RUNNING: "กำลังดำเนินการ", "late": "ล่าช้า", "mine": "ที่ฉันรับผิดชอบ", "over": "จบแล้ว", ALL: "ทั้งหมด"}


# -- The board -----------------------------------------------------------------------------------------------------


@require_safe
def board(request: Request) -> HttpResponse:
    """All cycles with step, lateness and owner; what runs first."""
    visible = Cycle.objects.visible_to(request.user)
    shown = request.GET.get("show", RUNNING)
    cycles = {
        RUNNING: visible.running,
        "late": lambda: late(visible),
        "mine": lambda: in_charge(visible.running(), request.user),
        "over": lambda: visible.filter(state__in=OVER),
        ALL: visible.all,
    }.get(shown, visible.running)()
    process, year = request.GET.get("process", ""), request.GET.get("year", "")
    processes = list(visible.order_by("process").values_list("process", flat=True).distinct())
    if process in processes:
        cycles = cycles.filter(process=process)
    if year.isdecimal():
        cycles = cycles.filter(year=int(year[:4]))
    page = Paginator(cycles.order_by("-year", "process", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": board_rows(page.object_list),
        "shown": shown if shown in SHOWN else RUNNING,
        "choices": SHOWN.items(),
        "process": process,
        "year": year,
        "processes": processes,
        "years": list(visible.order_by("-year").values_list("year", flat=True).distinct()),
        "may_open": bool(request.user.areas_as(*KEEPERS)),
        "many_areas": len(request.user.areas_as(*KEEPERS)) > 1,
    }
    return render(request, "cycles/board.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cycle_open(request: Request) -> HttpResponse:
    """A new cycle, of the office where the person may open one."""
    offices = AreaOffice.objects.filter(pk__in=request.user.areas_as(*KEEPERS)).order_by("pk")
    wanted = request.GET.get("area", "")
    area = offices.filter(pk=int(wanted)).first() if wanted.isdecimal() else offices.first()
    if area is None:
        raise PermissionDenied("ท่านไม่มีสิทธิ์เปิดรอบการดำเนินงาน ผู้ที่เปิดได้คือหัวหน้ากลุ่มงานหรือผู้อำนวยการกลุ่มนิเทศฯ")
    edition = edition_in_force(area)
    form = OpenForm(request.POST or None, edition=edition) if edition else None
    if form and request.method == "POST" and form.is_valid():
        try:
            cycle = open_cycle(area, by=request.user, edition=edition, **form.cleaned_data)
        except TransitionError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"เปิด{cycle}แล้ว โปรดกำหนดผู้รับผิดชอบและตรวจช่วงเวลาของแต่ละขั้น")
            return redirect("cycles:schedule", cycle.pk)
    context = {"form": form, "area": area, "offices": offices, "edition": edition}
    return render(request, "cycles/cycle_open.html", context, status=REFUSED if form and form.errors else 200)


# -- One cycle -----------------------------------------------------------------------------------------------------


def visible_cycle(request: Request, pk: int) -> Cycle:
    visible = Cycle.objects.visible_to(request.user).select_related("area", "edition", "before", "plan")
    return get_object_or_404(visible.defer("edition__content"), pk=pk)


@require_safe
def cycle_detail(request: Request, pk: int) -> HttpResponse:
    """Where the cycle stands: its flow chart, its steps with windows and people, its rounds, its history.

    What a step gathers and what it still needs stands on the page of the step, where it is done.
    """
    visible = Cycle.objects.visible_to(request.user).select_related("edition").defer("edition__content")
    cycle = get_object_or_404(visible, pk=pk)
    board_rows([cycle])
    logs = list(cycle.transitions.select_related("by"))
    context = {
        "cycle": cycle,
        "steps": cycle.all_steps,
        "chart": flow_chart(cycle.handbook, cycle.present),
        "rounds": [log for log in logs if log.action.startswith("improve_")],
        "logs": logs,
        "report": Report.objects.visible_to(request.user).filter(cycle=cycle).first(),
        "may_keep": request.user.has_perm("cycles.keep_cycle", cycle) and not cycle.is_over,
    }
    return render(request, "cycles/cycle_detail.html", context)


@require_POST
def cycle_transition(request: Request, pk: int, name: str) -> HttpResponse:
    return answer_transition(request, visible_cycle(request, pk), name)


@require_safe
def cycle_pdf(request: Request, pk: int) -> HttpResponse:
    return document_response(request, "cycle", visible_cycle(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: Request, pk: int) -> HttpResponse:
    """Windows and people of all open steps on one page, and where ปรับปรุง leads."""
    cycle = visible_cycle(request, pk)
    if not request.user.has_perm("cycles.keep_cycle", cycle):
        raise PermissionDenied("ท่านไม่มีสิทธิ์กำหนดเวลาและผู้รับผิดชอบ ผู้ที่กำหนดได้คือหัวหน้ากลุ่มงานหรือผู้อำนวยการกลุ่มนิเทศฯ")
    if cycle.is_over:
        messages.error(request, f"รอบนี้{cycle.state_label}แล้ว จึงกำหนดเวลาใหม่ไม่ได้")
        return redirect(cycle)
    data = request.POST or None
    forms = [(s, ScheduleForm(data, step=s, prefix=f"s{s.number}")) for s in cycle.all_steps if s.is_open]
    improve = ImproveForm(data, cycle=cycle) if cycle.decides > 1 else None
    wrong = False
    if request.method == "POST":
        whole = [*(form for _, form in forms), *([improve] if improve else [])]
        wrong = len([form for form in whole if form.is_valid()]) < len(whole)  # each says what is wrong with it
        if not wrong:
            try:
                with transaction.atomic():
                    for step, form in forms:
                        if form.is_changed:
                            schedule_step(step, by=request.user, seen=step.version, **form.values)
                    if improve and improve.is_changed:
                        set_improve_to(cycle, improve.cleaned_data["improve_to"], by=request.user)
            except TransitionError as error:
                messages.error(request, str(error))
                wrong = True
            else:
                messages.success(request, "บันทึกช่วงเวลาและผู้รับผิดชอบแล้ว")
                return redirect(cycle)
    context = {"cycle": cycle, "forms": forms, "improve": improve}
    return render(request, "cycles/schedule.html", context, status=REFUSED if wrong else 200)


# -- One step ------------------------------------------------------------------------------------------------------


def visible_step(request: Request, pk: int, number: int) -> CycleStep:
    try:
        return visible_cycle(request, pk).step(number)
    except LookupError as error:
        raise Http404 from error


def _options(step: CycleStep, source: Source, user: User) -> tuple[list[Any], list[Any]]:
    """What the step asks for, and what else the person may choose."""
    visible, chosen = source.objects(step, user), set(step.sources.get(source.name, []))
    if source.meant is None:
        return _newest(visible, chosen), []
    return _newest(visible.filter(source.meant), chosen), _newest(visible.exclude(source.meant), chosen)


def _newest(visible: QuerySet, chosen: set[int]) -> list[Any]:
    """The newest, and below them what is chosen already."""
    newest = list(visible[:MOST_OPTIONS])
    older = chosen - {record.pk for record in newest}
    return [*newest, *(visible.filter(pk__in=older) if older else ())]


def _choice(step: CycleStep, source: Source, user: User) -> dict[str, Any]:
    (options, others), chosen = _options(step, source, user), step.sources.get(source.name, [])
    return {
        "source": source,
        "options": options,
        "others": others,
        "others_open": not options or any(record.pk in chosen for record in others),
        "chosen": chosen,
        "beyond": len(set(chosen) - {record.pk for record in (*options, *others)}),
    }


def _step_page(request: Request, step: CycleStep, *, status: int = 200, **bound: Any) -> HttpResponse:
    """The page of a step; ``bound`` are forms that were refused, with what was typed in them."""
    cycle = step.cycle
    works = request.user.has_perm("cycles.work_on_step", cycle)
    may_write = works and step.is_open
    kind = step.kind
    form = bound.get("form")
    if form is None and kind.form and may_write:
        form = kind.form(step=step, initial=step.content)
    context = {
        "cycle": cycle,
        "step": step,
        "steps": cycle.all_steps,
        "kind": kind,
        "facts": step.facts,
        "content": step.kept,
        "record": step.record,
        "gaps": step.gaps if step.is_open else [],
        "form": form,
        "notes": bound.get("notes") or NotesForm(initial={"notes": step.notes}),
        "evidence_form": bound.get("evidence_form") or EvidenceForm(),
        "checks": list(step.checks.select_related("by")),
        "evidence": list(step.evidence.select_related("by")),
        "records": list(step.records.select_related("log", "log__by")),
        "sources": [_choice(step, source, request.user) for source in (kind.sources if may_write else ())],
        "may_write": may_write,
        "may_keep": request.user.has_perm("cycles.keep_cycle", cycle) and step.is_open,
        "before": cycle.all_steps[step.number - 2] if step.number > 1 else None,
        "after": cycle.all_steps[step.number] if step.number < cycle.steps else None,
    }
    return render(request, "cycles/step.html", context, status=status)


@require_safe
def step_page(request: Request, pk: int, number: int) -> HttpResponse:
    return _step_page(request, visible_step(request, pk, number))


@require_POST
def step_write(request: Request, pk: int, number: int) -> HttpResponse:
    """Keep what people added in the step's own form."""
    step = visible_step(request, pk, number)
    if step.kind.form is None:
        raise Http404
    form = step.kind.form(request.POST, step=step)
    if not form.is_valid():
        return _step_page(request, step, status=REFUSED, form=form)
    seen = request.POST.get("seen", "")[:9]
    try:
        write_step(step, by=request.user, content=form.kept(), seen=int(seen) if seen.isdecimal() else None)
    except TransitionError as error:
        form.add_error(None, str(error))
        return _step_page(request, visible_step(request, pk, number), status=CONFLICT, form=form)
    messages.success(request, "บันทึกแล้ว")
    return redirect(f"{step.get_absolute_url()}#writing")


@require_POST
def step_notes(request: Request, pk: int, number: int) -> HttpResponse:
    step = visible_step(request, pk, number)
    form = NotesForm(request.POST)
    if not form.is_valid():
        return _step_page(request, step, status=REFUSED, notes=form)
    seen = request.POST.get("seen", "")[:9]
    try:
        write_step(
            step, by=request.user, notes=form.cleaned_data["notes"], seen=int(seen) if seen.isdecimal() else None
        )
    except TransitionError as error:
        form.add_error(None, str(error))
        return _step_page(request, visible_step(request, pk, number), status=CONFLICT, notes=form)
    messages.success(request, "บันทึกแล้ว")
    return redirect(f"{step.get_absolute_url()}#notes")


@require_POST
def step_checks(request: Request, pk: int, number: int) -> HttpResponse:
    """The checklist: ticks and remarks; one more line with ``add``."""
    step = visible_step(request, pk, number)
    marks = {}
    for check in step.checks.all():
        met, remark = f"met-{check.pk}" in request.POST, request.POST.get(f"remark-{check.pk}", check.remark)[:300]
        if request.POST.get(f"was-{check.pk}") != f"{met:d} {remark}":  # what others ticked meanwhile stays
            marks[check.pk] = met, remark
    try:
        mark_checks(step, marks, by=request.user)
        if text := request.POST.get("add", "").strip():
            add_check(step, text, by=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "บันทึกการตรวจตามมาตรฐานแล้ว")
    return redirect(f"{step.get_absolute_url()}#checks")


@require_POST
def check_remove(request: Request, pk: int, number: int, check: int) -> HttpResponse:
    step = visible_step(request, pk, number)
    line = get_object_or_404(StepCheck, step=step, pk=check)
    line.step = step
    try:
        remove_check(line, by=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "นำรายการออกแล้ว")
    return redirect(f"{step.get_absolute_url()}#checks")


@require_POST
def step_source(request: Request, pk: int, number: int, name: str) -> HttpResponse:
    """Choose the records that the step draws from; what the person may not see is not taken."""
    step = visible_step(request, pk, number)
    source = next((source for source in step.kind.sources if source.name == name), None)
    if source is None:
        raise Http404
    offered = [record.pk for part in _options(step, source, request.user) for record in part]
    keys = [pk for pk in offered if str(pk) in request.POST.getlist("key")]
    try:
        choose_source(step, name, keys, offered=offered, by=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"เลือก{source.label}แล้ว")
    return redirect(f"{step.get_absolute_url()}#sources")


@require_POST
def evidence_add(request: Request, pk: int, number: int) -> HttpResponse:
    step = visible_step(request, pk, number)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        return _step_page(request, step, status=REFUSED, evidence_form=form)
    values = form.cleaned_data
    try:
        add_evidence(step, by=request.user, title=values["title"], upload=values["file"], url=values["url"])
    except TransitionError as error:
        form.add_error(None, str(error))
        return _step_page(request, visible_step(request, pk, number), status=REFUSED, evidence_form=form)
    messages.success(request, "แนบผลงานหรือหลักฐานแล้ว")
    return redirect(f"{step.get_absolute_url()}#evidence")


def _evidence(request: Request, pk: int, number: int, evidence: int) -> StepEvidence:
    return get_object_or_404(
        StepEvidence.objects.select_related("by"), step=visible_step(request, pk, number), pk=evidence
    )


@require_safe
def evidence_file(request: Request, pk: int, number: int, evidence: int) -> FileResponse:
    found = _evidence(request, pk, number, evidence)
    if not found.file:
        raise Http404
    header = content_disposition_header(as_attachment=True, filename=found.name) or "attachment"
    return private_file(found.file, found.content_type, disposition=header)


@require_POST
def evidence_remove(request: Request, pk: int, number: int, evidence: int) -> HttpResponse:
    found = _evidence(request, pk, number, evidence)
    try:
        remove_evidence(found, by=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "นำหลักฐานออกแล้ว")
    return redirect(f"{found.step.get_absolute_url()}#evidence")


@require_safe
def step_pdf(request: Request, pk: int, number: int) -> HttpResponse:
    return document_response(request, "cycle-step", visible_step(request, pk, number))
