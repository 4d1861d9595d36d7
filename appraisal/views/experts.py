"""The one page an expert sees: each question with +1, 0 or −1 and room for words. Opened by a link, without an account."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import Request, sealed, wants_json
from appraisal.models import Expert
from appraisal.queries.reviews import judged
from appraisal.services.reviews import LinkRefused, ReviewRefused, expert_by, open_link, save_marks, send_marks

REFUSED = 422
GONE = 410
CHOICES = ((1, "+1", "สอดคล้อง"), (0, "0", "ไม่แน่ใจ"), (-1, "−1", "ไม่สอดคล้อง"))


def _expert(request: Request, token: str) -> Expert | HttpResponse:
    expert = expert_by(token)
    if expert is None:
        return sealed(render(request, "appraisal/expert_unknown.html", status=404))
    return expert


@login_not_required
@require_safe
def expert_page(request: Request, token: str) -> HttpResponse:
    expert = _expert(request, token)
    if isinstance(expert, HttpResponse):
        return expert
    try:
        open_link(expert)
    except LinkRefused as error:
        return _closed(request, expert, error)
    return _page(request, expert, token, saved="saved" in request.GET)


@login_not_required
@require_POST
def expert_save(request: Request, token: str) -> HttpResponse:
    """Keep what is on the page, and hand it in where that was pressed. JSON for the page's own module."""
    expert = _expert(request, token)
    if isinstance(expert, HttpResponse):
        if _wants_json(request):
            return sealed(JsonResponse({"message": "ลิงก์นี้ใช้ไม่ได้แล้ว โปรดเปิดจากลิงก์ล่าสุดที่ได้รับ"}, status=404))
        return expert
    marks, comments, remark = _typed(request)
    sending = "send" in request.POST
    try:
        if sending:
            send_marks(expert, marks, comments, remark=remark, signature=request.POST.get("signature", ""))
        else:
            missing = save_marks(expert, marks, comments, remark=remark)
    except LinkRefused as error:
        if _wants_json(request):
            return sealed(JsonResponse({"message": f"{error} {_contact(expert)}"}, status=GONE))
        return _closed(request, expert, error, token=token, marks=marks, comments=comments, remark=remark)
    except ReviewRefused as error:
        return _page(request, expert, token, refusal=str(error), signature=request.POST.get("signature", ""))
    if _wants_json(request):
        return sealed(JsonResponse({"missing": missing, "total": len(judged(expert.review.form))}))
    page = redirect("appraisal:expert-page", token)
    if not sending:
        page["Location"] += "?saved=1"
    return sealed(page)


def _wants_json(request: Request) -> bool:
    return wants_json(request) and "send" not in request.POST


def _typed(request: Request) -> tuple[dict[str, str], dict[str, str], str | None]:
    post = request.POST
    marks = {name[2:]: str(post[name]) for name in post if name.startswith("m-")}
    comments = {name[2:]: str(post[name]) for name in post if name.startswith("c-")}
    return marks, comments, post.get("remark")


def _contact(expert: Expert) -> str:
    review = expert.review
    reached = ", ".join(part for part in (review.opened_by.phone, review.opened_by.email, review.area.email) if part)
    return f"โปรดติดต่อ{review.opened_by} {review.area.name}{f' ({reached})' if reached else ''}"


def _parts(expert: Expert, marks=None, comments=None) -> list[dict]:
    """The questions by section with what the expert gave; ``marks`` and ``comments`` as typed go before what is kept."""
    kept = {mark.question: mark for mark in expert.marks.all()}
    form = expert.review.form
    wanted = {question.key for question in judged(form)}
    parts = []
    for section in form.sections:
        rows = []
        for question in section.questions:
            if question.key not in wanted:
                continue
            mark = kept.get(question.key)
            given = str(mark.mark) if mark and mark.mark is not None else ""
            rows.append(
                {
                    "question": question,
                    "title": section.title,
                    "mark": (marks or {}).get(question.key, given),
                    "comment": (comments or {}).get(question.key, mark.comment if mark else ""),
                }
            )
        if rows:
            parts.append({"section": section, "rows": rows})
    return parts


def _page(
    request: Request, expert: Expert, token: str, *, refusal: str = "", signature: str = "", saved: bool = False
) -> HttpResponse:
    expert.refresh_from_db(fields=["remark", "saved_at"])
    parts = _parts(expert)
    rows = [row for part in parts for row in part["rows"]]
    missing = [row for row in rows if row["mark"] == ""]
    context = _about(expert) | {
        "token": token,
        "parts": parts,
        "choices": CHOICES,
        "total": len(rows),
        "done": len(rows) - len(missing),
        "missing": missing,
        "refusal": refusal,
        "signature": signature or expert.name,
        "saved": saved,
        "remark": expert.remark,
    }
    return sealed(render(request, "appraisal/expert_page.html", context, status=REFUSED if refusal else 200))


def _about(expert: Expert) -> dict:
    review = expert.review
    return {
        "expert": expert,
        "review": review,
        "instrument": review.version.instrument,
        "version": review.version,
        "contact": _contact(expert),
    }


def _closed(
    request: Request, expert: Expert, error: LinkRefused, *, token: str = "", marks=None, comments=None, remark=None
) -> HttpResponse:
    """Why nothing is taken, who can help; what was just typed stands there, ready to be sent again."""
    if error.why == "sent" and not token:
        expert.refresh_from_db()
    context = _about(expert) | {
        "why": error.why,
        "message": str(error),
        "token": token,
        "typed": bool(token) and error.why != "sent",
        "parts": _parts(expert, marks, comments) if error.why == "sent" or token else [],
        "choices": CHOICES,
        "remark": expert.remark if remark is None or error.why == "sent" else remark,
    }
    status = 200 if error.why == "sent" else GONE
    return sealed(render(request, "appraisal/expert_closed.html", context, status=status))
