"""Questions of a draft: their panel, adding, moving, copying, deleting, and many pasted at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import Request, wants_json
from builder import services
from builder.editing import Draft, EditRefused, Piece
from builder.forms.pasting import PasteForm
from builder.forms.questions import QuestionForm
from builder.outline import shown_alone
from builder.services import ChangedMeanwhile, Edited
from builder.views.answering import (
    CONFLICT,
    REFUSED,
    address,
    changeable,
    differing,
    done,
    draft_of,
    fragment,
    gone,
    locked,
    operate,
    page_context,
    remember,
    show_panel,
    step_asked,
)
from instruments import logic
from workflows.digests import stamp_of


def _question_panel(form: QuestionForm, draft: Draft, question: Piece, **more: Any) -> dict[str, Any]:
    keys = draft.question_keys
    place = keys.index(question["key"])
    return {
        "panel_template": "builder/_question_panel.html",
        "open_key": question["key"],
        "form": form,
        "question": question,
        "section": draft.section_of(question["key"]),
        "place": draft.place_of(question["key"]),
        "previous": keys[place - 1] if place else "",
        "following": keys[place + 1] if place + 1 < len(keys) else "",
        "was": stamp_of(question),
        "alone": shown_alone(draft, question["key"]),
        "functions": logic.FUNCTIONS.items(),
        **more,
    }


@require_POST
def question_add(request: Request, pk: int) -> HttpResponse:
    """A new question of a type in a section, behind another where that is told."""
    where, kind = request.POST.get("section", ""), request.POST.get("type", "text")
    after = request.POST.get("after") or None

    def answer(edited: Edited) -> HttpResponse:
        key, draft = edited.result, edited.draft
        now = draft.question(key)
        panel = _question_panel(QuestionForm(draft=draft, question=now), draft, now)
        message = f"เพิ่มข้อ {key} แล้ว"
        return done(request, edited, message, go=address(edited.version, "question", key), panel=panel, focus=key)

    return operate(request, pk, lambda draft: draft.add_question(where, kind, after=after), answer)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: Request, pk: int, key: str) -> HttpResponse:
    """One question: look at it, or save what was typed. A changed type brings the fields of the new type."""
    version = changeable(request, pk)
    if answer := locked(request, version):
        return answer
    draft = draft_of(version)
    try:
        now = draft.question(key)
    except EditRefused as error:
        return gone(request, error)
    as_sheet = request.GET.get("choices") == "sheet" or _has_attributes(now)
    if request.method != "POST":
        form = QuestionForm(draft=draft, question=now, sheet=as_sheet)
        return show_panel(request, version, draft, _question_panel(form, draft, now))
    form = QuestionForm(request.POST, draft=draft, question=now)
    if not form.is_valid():
        return show_panel(request, version, draft, _question_panel(form, draft, now), REFUSED)
    kind = request.POST.get("type", form.kind)
    was = request.POST.get("was", "")
    try:
        edited = services.save_question(version, key, {**form.values, "type": kind}, was=was, by=request.user)
    except ChangedMeanwhile as error:
        theirs = QuestionForm(draft=draft, question=now, sheet=form.sheet)
        panel = _question_panel(form, draft, now, refusal=str(error), rivals=differing(form, theirs))
        return show_panel(request, version, draft, panel, CONFLICT)
    except EditRefused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return show_panel(request, version, draft, _question_panel(form, draft, now, refusal=str(error)), REFUSED)
    after = edited.draft.question(edited.result)
    if kind != now.get("type"):
        step = {"what": "changed", "piece": now, "key": edited.result}
        remember(request, version, step, f"เปลี่ยนชนิดของข้อ {edited.result}")
    panel = _question_panel(QuestionForm(draft=edited.draft, question=after, sheet=form.sheet), edited.draft, after)
    redrawn = kind != now.get("type") or edited.result != key or now.get("scale") != after.get("scale")
    return done(
        request,
        edited,
        f"บันทึกข้อ {edited.result} แล้ว",
        go=address(version, "question", edited.result),
        panel=panel if redrawn else None,
        was=panel["was"],
        alone=fragment(request, "builder/_alone.html", version, edited.draft, **panel) if wants_json(request) else "",
    )


def _has_attributes(now: Piece) -> bool:
    """Whether lines of text would lose what the choices say of themselves."""
    own = [item for item in now.get("choices") or () if isinstance(item, dict)]
    return any(item.get("attrs") for item in own) or "choice." in str(now.get("filter", ""))


@require_POST
def question_move(request: Request, pk: int, key: str) -> HttpResponse:
    """One place up or down, or to behind another question."""
    by, there, after = step_asked(request), request.POST.get("section", ""), request.POST.get("after")

    def answer(edited: Edited) -> HttpResponse:
        message = f"ย้ายไป{edited.draft.place_of(key)} แล้ว"
        return done(request, edited, message, go=f"{address(edited.version)}#row-{key}", focus=key)

    return operate(request, pk, lambda draft: draft.move_question(key, by=by, section=there, after=after), answer)


@require_POST
def question_copy(request: Request, pk: int, key: str) -> HttpResponse:
    def answer(edited: Edited) -> HttpResponse:
        new, draft = edited.result, edited.draft
        panel = _question_panel(QuestionForm(draft=draft, question=draft.question(new)), draft, draft.question(new))
        go = address(edited.version, "question", new)
        return done(request, edited, f"ทำสำเนาเป็นข้อ {new} แล้ว", go=go, panel=panel, focus=new)

    return operate(request, pk, lambda draft: draft.duplicate_question(key), answer)


@require_POST
def question_delete(request: Request, pk: int, key: str) -> HttpResponse:
    def answer(edited: Edited) -> HttpResponse:
        remember(request, edited.version, edited.result, f"ลบข้อ {key}")
        section = edited.result.section
        return done(
            request, edited, f"ลบข้อ {key} แล้ว", go=f"{address(edited.version)}#section-{section}", focus=f"@{section}"
        )

    return operate(request, pk, lambda draft: draft.delete_question(key), answer)


@require_http_methods(["GET", "HEAD", "POST"])
def question_paste(request: Request, pk: int) -> HttpResponse:
    """Many questions at once, one on a line."""
    version = changeable(request, pk)
    if answer := locked(request, version):
        return answer
    draft = draft_of(version)
    form = PasteForm(
        request.POST if request.method == "POST" else None, draft=draft, section=request.GET.get("section", "")
    )
    if form.is_valid():
        where, kind, rows = form.cleaned_data["section"], form.cleaned_data["type"], form.questions
        try:
            edited = services.edit(version, by=request.user, change=lambda draft: draft.add_many(where, kind, rows))
        except EditRefused as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, f"เพิ่ม {len(edited.result):,} ข้อแล้ว")
            return redirect(f"{address(version)}#row-{edited.result[0]}")
    context = page_context(version, draft, form=form)
    return render(request, "builder/question_paste.html", context, status=REFUSED if form.is_bound else 200)
