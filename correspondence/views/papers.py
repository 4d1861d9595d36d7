"""Official papers: found, drafted, routed, decided, printed."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.flows import Role
from accounts.http import Request
from accounts.models import RoleAssignment
from correspondence import drafts
from correspondence.flows import PAPER, PaperKind, RegisterKind
from correspondence.forms.papers import CodeForm, DecisionForm, HandForm, PaperForm, words_of
from correspondence.models import BODY, LetterCode, Paper
from correspondence.queries import UNSENT
from correspondence.services import papers as services
from correspondence.services.refusals import LetterRefused
from correspondence.services.signatures import signature_of
from correspondence.views.offices import office_of
from documents.kinds import document_response
from jobs.pages import ask_of
from thai.text import normalise
from workflows.services import TransitionError, blocking_reasons, open_approvals
from workflows.views import answer_transition

REFUSED = 422
WHO = [("", "ทุกฉบับ"), ("waiting", "รอข้าพเจ้า"), ("mine", "ข้าพเจ้าจัดทำ"), ("unsent", "ลงนามแล้ว รอส่ง")]


@require_safe
def paper_list(request: Request) -> HttpResponse:
    """The papers of the office, newest first."""
    area, offices = office_of(request)
    papers = Paper.objects.visible_to(request.user).filter(area=area)
    who, kind, state = (request.GET.get(name, "") for name in ("who", "kind", "state"))
    text = normalise(request.GET.get("q", ""))
    papers = papers.awaiting(request.user) if who == "waiting" else papers.with_next_role()
    if who == "mine":
        papers = papers.filter(made_by=request.user)
    elif who == "unsent":
        papers = papers.filter(UNSENT)
    if text:
        papers = papers.filter(Q(subject__icontains=text) | Q(to__icontains=text) | Q(number__icontains=text))
    if kind in PaperKind.values:
        papers = papers.filter(kind=kind)
    papers = papers.filter(state=state) if state in PAPER.keys else papers.exclude(state="cancelled")
    listed = papers.select_related("made_by").defer("body", "items", "refers", "enclosures").order_by("-pk")
    context = {
        "area": area,
        "offices": offices,
        "page": Paginator(listed, 20).get_page(request.GET.get("page")),
        "wanted": {"q": text, "kind": kind, "state": state, "who": who},
        "kinds": RegisterKind,
        "paper_kinds": PaperKind.choices,
        "states": PAPER.choices(),
        "who": WHO,
        "may_keep": request.user.has_perm("correspondence.keep_register", area),
        "code": LetterCode.objects.filter(area=area).first(),
    }
    return render(request, "correspondence/paper_list.html", context)


def _paper(request: Request, pk: int) -> Paper:
    visible = Paper.objects.visible_to(request.user).with_next_role()
    return get_object_or_404(visible.select_related("area", "made_by", "entry__register"), pk=pk)


SHORTENED = (
    f"ข้อความในรายการยาวกว่าที่หนังสือหนึ่งฉบับรับได้ ({BODY:,} ตัวอักษร) ส่วนที่ยาวจึงถูกย่อและลงท้ายด้วย “…” โปรดตรวจก่อนบันทึก "
    "และแนบรายการฉบับเต็มเป็นสิ่งที่ส่งมาด้วย"
)


def _source(request: Request) -> tuple[drafts.Draft | None, Any]:
    """The draft and the record that the address names, where the person sees it and it can be written. 404 otherwise."""
    asked = request.POST if request.method == "POST" else request.GET
    key, of = asked.get("draft", ""), asked.get("of", "")[:15]
    if not key:
        return None, None
    draft = drafts.find(key)
    if draft is None or not of.isdecimal():
        raise Http404
    record = get_object_or_404(draft.records(request.user), pk=int(of))
    if not draft.applies_to(record):
        raise PermissionDenied(f"ยังจัดทำ{draft.label}จากรายการนี้ไม่ได้ โปรดเปิดหน้าของรายการเพื่อดูหนังสือที่จัดทำได้ในขณะนี้")
    return draft, record


@require_http_methods(["GET", "HEAD", "POST"])
def paper_create(request: Request, kind: str) -> HttpResponse:
    """A new paper: empty, or with the words drafted from a record. It is kept when it is saved."""
    if kind not in PaperKind.values:
        raise Http404
    area, offices = office_of(request)
    draft, record = _source(request)
    if draft is not None:
        if draft.kind != kind:
            raise Http404
        area, offices = record.area, []
        if not request.user.has_perm("correspondence.create_paper", area):
            raise Http404
    initial = {
        "chain": services.usual_chain(kind, by=request.user, area_id=area.pk), **services.contact_of(area, kind)
    }  # fmt: skip
    further: list[drafts.Further] = []
    if draft is not None:
        asked_for = request.POST if request.method == "POST" else request.GET
        further = drafts.chosen(draft.further_of(record, request.user), asked_for)
        words, was_shortened = draft.words(record, request.user, *drafts.records_of(further))
        if was_shortened and request.method == "GET":
            messages.info(request, SHORTENED)
        asked = words.pop("asked", "")
        chain = services.usual_chain(kind, by=request.user, area_id=area.pk, asked=asked)
        initial |= {"chain": chain, **words}
    elif kind == PaperKind.MEMO:
        initial["to"] = f"ผู้อำนวยการ{area.name}"
    form, ask = PaperForm(request.POST or None, kind=kind, initial=initial), ask_of(request)
    if request.method == "POST" and form.is_valid():
        try:
            paper = services.create_paper(
                area=area, kind=kind, by=request.user, draft=draft.key if draft else "", source=record, ask=ask,
                **form.values,
            )  # fmt: skip
        except LetterRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "บันทึกร่างแล้ว ตรวจข้อความและตัวอย่าง PDF แล้วเสนอตามสาย")
            return redirect(paper)
    context = {
        "form": form, "area": area, "offices": offices, "kind": PaperKind(kind), "draft": draft, "record": record,
        "ask": ask, "further": further,
    }  # fmt: skip
    return render(request, "correspondence/paper_form.html", context, status=REFUSED if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def paper_edit(request: Request, pk: int) -> HttpResponse:
    paper = _paper(request, pk)
    if not request.user.has_perm("correspondence.write_paper", paper):
        raise PermissionDenied(f"ผู้ที่แก้ไขหนังสือนี้ได้คือผู้จัดทำ ({paper.made_by}) เจ้าหน้าที่ธุรการ และผู้อำนวยการกลุ่มนิเทศฯ")
    if not paper.is_writing:
        raise PermissionDenied(f"หนังสือนี้อยู่ในสถานะ “{paper.state_label}” จึงแก้ไขไม่ได้ เปิดหน้าของหนังสือเพื่อดูสิ่งที่ทำได้")
    form = PaperForm(request.POST or None, kind=paper.kind, initial=words_of(paper))
    typed = request.POST.get("version", "")[:9]
    seen = int(typed) if typed.isdecimal() else paper.version
    if request.method == "POST" and form.is_valid():
        try:
            services.update_paper(paper, by=request.user, seen=seen, **form.values)
        except LetterRefused as error:
            form.add_error(None, str(error))
            if isinstance(error, services.PaperChangedMeanwhile):
                seen = _paper(request, pk).version  # saving once more is meant
        else:
            messages.success(request, "บันทึกหนังสือแล้ว")
            return redirect(paper)
    context = {"form": form, "paper": paper, "area": paper.area, "kind": PaperKind(paper.kind), "version": seen}
    return render(request, "correspondence/paper_form.html", context, status=REFUSED if form.errors else 200)


@require_safe
def paper_detail(request: Request, pk: int) -> HttpResponse:
    """The words of a paper, where it stands in its chain, and what is to be done with it."""
    return _detail(request, _paper(request, pk))


def _detail(request: Request, paper: Paper, *, decision: DecisionForm | None = None) -> HttpResponse:
    user = request.user
    waiting = open_approvals(paper) if paper.state == "routing" else []
    if decision is None and waiting and user.has_perm("correspondence.decide_paper", paper):
        decision = _decision(request, paper, data=None)
    signature = signature_of(user)
    record = paper.source
    if record is not None and not type(record).objects.visible_to(user).filter(pk=record.pk).exists():
        record = None
    next_people = []
    if paper.next_role:
        next_people = list(RoleAssignment.objects.holders(paper.next_role, area_id=paper.area_id))
    may_submit = paper.is_writing and user.has_perm("correspondence.submit_paper", paper)
    context = {
        "paper": paper,
        "record": record,
        "may_write": paper.is_writing and user.has_perm("correspondence.write_paper", paper),
        "may_submit": may_submit,
        "blocked": blocking_reasons(paper, PAPER["submit"]) if may_submit else [],
        "hand": HandForm(has_signature=signature is not None) if may_submit and paper.kind == PaperKind.MEMO else None,
        "decision": decision,
        "is_last": len(waiting) == 1,
        "has_signature": signature is not None,
        "next_people": next_people,
        "links": [(Role(role).label, asked) for role, asked in paper.links],
        "returned": paper.transitions.filter(action="return").select_related("by").last()
        if paper.state == "returned"
        else None,
        "logs": list(paper.transitions.select_related("by")),
    }
    status = REFUSED if decision is not None and decision.errors else 200
    return render(request, "correspondence/paper_detail.html", context, status=status)


def _decision(request: Request, paper: Paper, *, data: Any) -> DecisionForm | None:
    waiting = open_approvals(paper)
    if not waiting:
        return None
    has_signature = signature_of(request.user) is not None
    return DecisionForm(data, waiting=waiting, has_signature=has_signature)


def _seen(request: Request, name: str = "revision") -> int | None:
    typed = request.POST.get(name, "")[:9]
    return int(typed) if typed.isdecimal() else None


@require_POST
def paper_submit(request: Request, pk: int) -> HttpResponse:
    """Send it along its chain; the maker's signature is placed on a memo where that is asked."""
    paper = _paper(request, pk)
    try:
        services.submit(
            paper, by=request.user, seen=_seen(request), version=_seen(request, "version"),
            place="place" in request.POST,
        )  # fmt: skip
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "เสนอหนังสือตามสายแล้ว ผู้พิจารณาลำดับแรกได้รับแจ้งทันที")
    return redirect(paper)


@require_POST
def paper_decide(request: Request, pk: int) -> HttpResponse:
    """One's word on one's turn."""
    paper = _paper(request, pk)
    form = (
        _decision(request, paper, data=request.POST)
        if request.user.has_perm("correspondence.decide_paper", paper)
        else None
    )
    if form is not None and not form.is_valid():
        return _detail(request, paper, decision=form)
    values: dict[str, Any] = form.cleaned_data if form else {"word": request.POST.get("word", "")[:60] or "ทราบ"}
    try:
        services.decide(
            paper, by=request.user, seen=_seen(request), word=values["word"], text=values.get("text", ""),
            place=values.get("place", False),
        )  # fmt: skip
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        done = f"ลงนามแล้ว ได้เลขที่ {paper.number}" if paper.is_numbered else "ให้ความเห็นและเสนอต่อแล้ว"
        messages.success(request, done)
    return redirect(paper)


@require_POST
def paper_transition(request: Request, pk: int, name: str) -> HttpResponse:
    return answer_transition(request, _paper(request, pk), name)


@require_safe
def paper_pdf(request: Request, pk: int) -> HttpResponse:
    return document_response(request, "paper", _paper(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def letter_code(request: Request) -> HttpResponse:
    """What stands before the numbers of the office's letters."""
    area, _ = office_of(request)
    if not request.user.has_perm("correspondence.keep_register", area):
        raise PermissionDenied("ผู้ที่กำหนดรหัสหนังสือได้คือเจ้าหน้าที่ธุรการและผู้อำนวยการกลุ่มนิเทศฯ")
    present = LetterCode.objects.filter(area=area).first()
    form = CodeForm(request.POST or None, initial={"code": present.code if present else ""})
    if request.method == "POST" and form.is_valid():
        services.set_code(area, by=request.user, **form.cleaned_data)
        messages.success(request, "บันทึกรหัสหนังสือแล้ว ใช้กับหนังสือที่ลงนามตั้งแต่นี้ไป")
        return redirect("correspondence:paper-list")
    context = {"form": form, "area": area}
    return render(request, "correspondence/letter_code.html", context, status=REFUSED if form.errors else 200)
