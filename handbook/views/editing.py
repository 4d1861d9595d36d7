"""Pages on which a draft is edited, part by part. Each works as a plain page.

A page about one part keeps everything in its boxes until it is saved: the buttons of its rows only show it again.
"""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from handbook import services
from handbook.checking import problems
from handbook.content import Book
from handbook.differences import Change, piece_changes
from handbook.editing import Draft, EditRefused, Piece, kind_of
from handbook.forms.parts import FORMS, AddForm, PieceForm
from handbook.forms.rows import rows_after
from handbook.models import Edition
from handbook.services import ChangedMeanwhile, locked_sentence
from handbook.views.reading import frame, visible_edition
from instruments.models import Instrument
from workflows.digests import stamp_of

REFUSED, CONFLICT = 422, 409
ADDED = {
    "group": "กลุ่มงาน",
    "task": "งาน",
    "law": "กฎหมายหรือหลักการ",
    "process": "กระบวนงานโดยละเอียด",
    "step": "ขั้นของกระบวนงาน",
}


def _editable(request: Request, pk: int) -> Edition:
    edition = visible_edition(request, pk)
    if not request.user.has_perm("handbook.change_edition", edition):
        raise PermissionDenied("บัญชีของท่านไม่มีสิทธิ์แก้ไขคู่มือ ผู้แก้ไขได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน และผู้อำนวยการกลุ่มนิเทศฯ ของเขต")
    return edition


def _locked(request: Request, edition: Edition) -> HttpResponse:
    messages.error(request, locked_sentence(edition))
    return redirect(edition)


@require_safe
def edit(request: Request, pk: int) -> HttpResponse:
    """The whole draft as a list of its parts: what each lacks, their order, what can be added."""
    edition = _editable(request, pk)
    if not edition.is_draft:
        return _locked(request, edition)
    draft = Draft(edition.content)
    removable = {place: stamp_of(draft.piece(place)) for place in _places(edition.book)}
    free = [task for task in edition.book.tasks if not task.process]
    context = frame(request, edition) | {"problems": problems(edition.book), "was": removable, "free_tasks": free}
    return render(request, "handbook/edit.html", context)


def _places(book: Book) -> list[str]:
    return [
        *(f"group:{group.key}" for group in book.groups),
        *(f"task:{task.key}" for task in book.tasks),
        *(f"process:{process.key}" for process in book.processes),
        *(f"step:{process.key}:{step.key}" for process in book.processes for step in process.steps),
        *(f"law:{law.key}" for law in book.laws),
    ]


# -- One part ------------------------------------------------------------------------------------------------------


def _codes(edition: Edition) -> frozenset[str]:
    """Instruments that the forms of a process may name: the office's, the shared ones, and what is named already."""
    of_office = Q(area=edition.area_id) | Q(area__isnull=True)
    named = {code for process in edition.book.processes for form in process.forms for code in form.instruments}
    return frozenset(named).union(Instrument.objects.filter(of_office).values_list("code", flat=True))


def _form(edition: Edition, place: str, **options) -> PieceForm:
    kind, _, key = place.partition(":")
    codes = _codes(edition) if kind == "process" else frozenset()
    return FORMS[kind](book=edition.book, codes=codes, key=key, **options)


def _page(
    request: Request, edition: Edition, place: str, form: PieceForm, *, was: str, status: int = 200, **more: Any
) -> HttpResponse:
    draft = Draft(edition.content)
    context = frame(request, edition) | {
        "place": place,
        "kind": kind_of(place),
        "title": draft.title_of(place),
        "form": form,
        "was": was,
        "touched": services.last_touched(edition, place),
        "shown_at": _shown_at(edition, place),
        **more,
    }
    return render(request, "handbook/part.html", context, status=status)


def _shown_at(edition: Edition, place: str) -> str:
    """The page on which the part is read."""
    kind, _, rest = place.partition(":")
    if kind in ("task", "process"):
        return reverse(f"handbook:{kind}", args=[edition.pk, rest])
    if kind == "step":
        process, _, key = rest.partition(":")
        return reverse("handbook:process", args=[edition.pk, process]) + f"#step-{key}"
    if kind == "law":
        return reverse("handbook:laws", args=[edition.pk]) + f"#law-{rest}"
    return reverse("handbook:edition", args=[edition.pk])


def _back(edition: Edition, place: str) -> str:
    return reverse("handbook:edit", args=[edition.pk]) + f"#{place.replace(':', '-')}"


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: Request, pk: int, place: str) -> HttpResponse:
    """Read, change and save one part; words of somebody else that came between are shown beside one's own."""
    edition = _editable(request, pk)
    if not edition.is_draft:
        return _locked(request, edition) if request.method != "POST" else _kept_words(request, edition, place)
    if kind_of(place) not in FORMS:
        messages.error(request, "ไม่พบส่วนนี้ในฉบับร่าง โปรดเลือกจากรายการ")
        return redirect("handbook:edit", edition.pk)
    try:
        piece = Draft(edition.content).piece(place)
    except EditRefused as error:
        messages.error(request, str(error))
        return redirect("handbook:edit", edition.pk)
    if request.method != "POST":
        initial = FORMS[kind_of(place)].initial_of(piece)
        return _page(request, edition, place, _form(edition, place, initial=initial), was=stamp_of(piece))
    return _posted(request, edition, place)


def _posted(request: Request, edition: Edition, place: str) -> HttpResponse:
    form = _form(edition, place, data=request.POST)
    was, over = request.POST.get("was", ""), request.POST.get("over", "")
    if do := request.POST.get("do", ""):
        typed, look_at = _operated(form, do)
        return _page(request, edition, place, _form(edition, place, initial=typed), was=was, over=over, look_at=look_at)
    if not form.is_valid():
        return _page(request, edition, place, form, was=was, over=over, status=REFUSED)
    try:
        services.save_piece(edition, place, form.values(), was=was, over=over, by=request.user)
    except ChangedMeanwhile as error:
        mine = Draft(edition.content)
        mine.replace(place, form.values())
        return _page(
            request, edition, place, form, was=was, over=stamp_of(error.theirs), status=CONFLICT,
            refusal=str(error), rivals=_beside(edition, place, mine),
        )  # fmt: skip
    except EditRefused as error:
        return _page(request, edition, place, form, was=was, over=over, status=CONFLICT, refusal=str(error))
    messages.success(request, "บันทึกแล้ว")
    return redirect(_back(edition, place))


def _operated(form: PieceForm, do: str) -> tuple[dict[str, Any], str]:
    """What stands in the boxes after a button of a row was pressed, and the row to look at."""
    name, act, place = [*do.split(":"), "", ""][:3]
    typed = form.typed()
    rows = typed.get(name)
    if not isinstance(rows, list) or name not in form.fields:
        return typed, ""
    typed[name], there = rows_after(rows, act, int(place) if place.isdecimal() else 0)
    return typed, f"{name}-{there}"


def _beside(edition: Edition, place: str, mine: Draft) -> list[Change]:
    """What somebody else wrote beside what this person wrote."""
    theirs = Edition.objects.values_list("content", flat=True).get(pk=edition.pk)
    return piece_changes(theirs, mine.content, place)


def _kept_words(request: Request, edition: Edition, place: str) -> HttpResponse:
    """The draft was handed in while somebody was writing: what was typed is shown, with why it can't be saved."""
    kind = kind_of(place)
    if kind not in FORMS or not Draft(edition.content).has(place):
        return _locked(request, edition)
    form = _form(edition, place, initial=_form(edition, place, data=request.POST).typed())
    return _page(request, edition, place, form, was="", status=CONFLICT, refusal=locked_sentence(edition))


# -- The order of parts --------------------------------------------------------------------------------------------


@require_POST
def part_add(request: Request, pk: int, kind: str) -> HttpResponse:
    edition = _editable(request, pk)
    within = request.POST.get("within", "")[:60]
    form = AddForm(request.POST)
    values: Piece = {}
    if kind not in ("process",):
        if kind not in ADDED or not form.is_valid():
            messages.error(request, f"โปรดพิมพ์ชื่อ{ADDED.get(kind, 'ส่วน')}ที่จะเพิ่ม ไม่เกิน 500 ตัวอักษร")
            return redirect("handbook:edit", edition.pk)
        values = {"short" if kind == "step" else "title": form.cleaned_data["title"]}
    try:
        added = services.add_part(edition, kind, values, within=within, by=request.user)
    except EditRefused as error:
        messages.error(request, str(error))
        return redirect("handbook:edit", edition.pk)
    messages.success(request, f"เพิ่ม{ADDED[kind]}แล้ว")
    if kind == "group":
        return redirect(_back(edition, added.result))
    return redirect("handbook:part", edition.pk, added.result)


@require_POST
def part_move(request: Request, pk: int, place: str) -> HttpResponse:
    edition = _editable(request, pk)
    step = -1 if request.POST.get("by") == "-1" else 1
    try:
        moved = services.move_part(edition, place, step, by=request.user)
    except EditRefused as error:
        messages.error(request, str(error))
    else:
        if not moved.result:
            messages.info(request, "อยู่ต้นหรือท้ายรายการแล้ว จึงเลื่อนต่อไม่ได้")
    return redirect(_back(edition, place))


@require_POST
def part_remove(request: Request, pk: int, place: str) -> HttpResponse:
    edition = _editable(request, pk)
    try:
        removed = services.remove_part(edition, place, was=request.POST.get("was", ""), by=request.user)
    except EditRefused as error:
        messages.error(request, str(error))
        return redirect(_back(edition, place))
    messages.success(request, f"นำ “{removed.result}” ออกจากฉบับร่างแล้ว ฉบับที่เผยแพร่ไว้ก่อนยังคงเดิม")
    return redirect("handbook:edit", edition.pk)
