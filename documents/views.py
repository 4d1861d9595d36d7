"""Where an office says how its papers look: their standard passages, and the fonts they are printed in.

Who keeps the register of the office (clerk and group head) keeps its papers; administrators bring fonts too.
"""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request
from documents.font_trial import MAX_BYTES, OfficeFontError
from documents.forms import FontForm, WordingForm
from documents.kinds import RenderedDocument, pdf_response
from documents.models import FontFace, OfficeFont, Wording
from documents.office_fonts import NEEDED, bring, drop, key_of
from documents.official import sample
from documents.pdf import render_pdf
from documents.wording import (
    WordingError,
    WordingKind,
    fill,
    get_wording_kind,
    save_texts,
    stamp,
    texts_of,
    wording_kinds,
)
from schools.models import AreaOffice
from schools.queries import revisions_of
from schools.uploads import SizeLimit, upload_limited

FONT_SAMPLE = {
    "subject": "ตัวอย่างการพิมพ์ด้วยแบบอักษรของสำนักงาน",
    "first": "น้ำใจ ทำงาน ป่าไม้ ปั้นดิน ฝ้าย ญี่ปุ่น ฐานะ กตัญญู ฤๅษี ที่นี่ เมื่อ พ.ศ. 2569 เวลา 09.30 น. ทดสอบ ABC abc 1,234.50",
    "last": "จึงเรียนมาเพื่อโปรดทราบ",
}


def _with_fonts(user) -> QuerySet[AreaOffice]:
    return AreaOffice.objects.all() if user.is_staff else AreaOffice.objects.managed_by(user)


@require_safe
def wording_list(request: Request) -> HttpResponse:
    managed = AreaOffice.objects.managed_by(request.user)
    offices = [
        {"area": area, "kinds": _kinds_of(area) if area in managed else [], "own_font": bool(key_of(area))}
        for area in _with_fonts(request.user)
    ]
    if not offices:
        raise Http404
    return render(request, "documents/wording_list.html", {"offices": offices})


def _kinds_of(area: AreaOffice) -> list[dict]:
    """Each kind with the labels of the passages that this office has changed."""
    changed = set(Wording.objects.filter(area=area).values_list("kind", "key"))
    return [
        {"kind": kind, "own": [one.label for key, one in kind.passages.items() if (kind.code, key) in changed]}
        for kind in wording_kinds()
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def wording_edit(request: Request, area_pk: int, code: str) -> HttpResponse:
    """`restore` puts the text that a passage comes with into the form, beside whatever else was typed there."""
    area, kind = _passages(request, area_pk, code)
    restored = kind.passages.get(request.POST.get("restore", ""))
    seen = request.POST.get("seen", "") or stamp(area, kind)
    if restored:
        typed = {key: request.POST.get(key, "") for key in kind.passages} | {restored.key: restored.default}
        form = WordingForm(initial=typed, kind=kind)
        messages.info(request, f"ใส่ข้อความที่มากับระบบใน “{restored.label}” แล้ว ยังไม่บันทึกจนกว่าจะกด “บันทึก”")
    else:
        form = WordingForm(request.POST or None, initial=texts_of(area, kind), kind=kind)
        if request.method == "POST" and form.is_valid():
            try:
                changed = save_texts(area, kind, form.cleaned_data, by=request.user, seen=seen)
            except WordingError as error:
                form.add_error(None, str(error))
                seen = stamp(area, kind)
            else:
                messages.success(request, f"บันทึกแล้ว เปลี่ยน {changed} ส่วน" if changed else "ไม่มีส่วนใดเปลี่ยน")
                return redirect("documents:wording-edit", area.pk, kind.code)
    own = {row.key: row for row in Wording.objects.filter(area=area, kind=kind.code)}
    context = {
        "area": area,
        "kind": kind,
        "form": form,
        "seen": seen,
        "passages": [
            {
                "passage": passage,
                "field": form[key],
                "own": key in own,
                "revisions": revisions_of(own[key]) if key in own else [],
            }
            for key, passage in kind.passages.items()
        ],
    }
    return render(request, "documents/wording_edit.html", context, status=422 if form.errors else 200)


@require_POST
def wording_preview(request: Request, area_pk: int, code: str) -> HttpResponse:
    """The paper with what stands in the form now, saved or not, and with example values; nothing is kept."""
    area, kind = _passages(request, area_pk, code)
    form = WordingForm(request.POST, kind=kind)
    if not form.is_valid():
        return wording_edit(request, area_pk, code)
    texts = {key: fill(form.cleaned_data[key], passage.examples) for key, passage in kind.passages.items()}
    return _sample(area, kind.paper, texts, kind.label)


def _passages(request: Request, area_pk: int, code: str) -> tuple[AreaOffice, WordingKind]:
    kind = get_wording_kind(code)
    if kind is None:
        raise Http404
    return get_object_or_404(AreaOffice.objects.managed_by(request.user), pk=area_pk), kind


def _sample(area: AreaOffice, paper: str, texts: dict[str, str], label: str) -> HttpResponse:
    content = render_pdf(sample(area, paper, texts, label=label))
    return pdf_response(RenderedDocument(content, f"ตัวอย่าง {label}.pdf", "", label))


# -- Fonts ---------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@upload_limited(len(FontFace) * MAX_BYTES)
def fonts(request: Request, limit: SizeLimit, area_pk: int) -> HttpResponse:
    area = get_object_or_404(_with_fonts(request.user), pk=area_pk)
    form = FontForm()
    if request.method == "POST":
        form = FontForm(request.POST, request.FILES)
        if limit.exceeded:
            form.refuse_size()
        elif form.is_valid():
            try:
                kept = bring(area, {face: upload.read() for face, upload in form.chosen.items()}, by=request.user)
            except OfficeFontError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, f"นำเข้าแล้ว: {' · '.join(str(font) for font in kept)}")
                return redirect("documents:fonts", area.pk)
    there = {font.face: font for font in OfficeFont.objects.filter(area=area).select_related("uploaded_by")}
    context = {
        "area": area,
        "form": form,
        "faces": [{"face": face, "font": there.get(face), "needed": face in NEEDED} for face in FontFace],
        "missing": [face.label for face in NEEDED if face not in there],
        "any": bool(there),
    }
    return render(request, "documents/office_fonts.html", context, status=422 if form.errors else 200)


@require_POST
def font_drop(request: Request, area_pk: int, face: str) -> HttpResponse:
    font = get_object_or_404(OfficeFont, area__in=_with_fonts(request.user), area=area_pk, face=face)
    drop(font, by=request.user)
    messages.success(request, f"นำ {font} ออกแล้ว")
    return redirect("documents:fonts", area_pk)


@require_safe
def font_sample(request: Request, area_pk: int) -> HttpResponse:
    area = get_object_or_404(_with_fonts(request.user), pk=area_pk)
    return _sample(area, "memo", FONT_SAMPLE, "แบบอักษรของสำนักงาน")
