"""Photographs and signatures of a visit: given, shown, taken away. Each file is served only through its visit."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request, private_file
from instruments.images import PictureRefused
from supervision.forms.visits import SignForm
from supervision.models import Signature, Visit, VisitPhoto
from supervision.queries.recommendations import reads_from_outside
from supervision.services.visit_records import add_photo, caption_photo, refusal_to_write, remove_photo, sign
from supervision.views.visits import visible_visit
from workflows.services import TransitionError

# -- Photographs ---------------------------------------------------------------------------------------------------


@require_POST
def visit_photo_add(request: Request, pk: int) -> HttpResponse:
    """One photograph as JSON from the page's module, or several at once from the plain form."""
    visit = visible_visit(request, pk)
    wants_json = request.headers.get("Accept") == "application/json"
    files = request.FILES.getlist("photo")
    name = (request.POST.get("uuid") or None) if len(files) == 1 else None
    saved: list[VisitPhoto] = []
    refused: list[str] = []
    for upload in files:
        try:
            saved.append(add_photo(visit, upload, by=request.user, uuid=name))
        except (PictureRefused, TransitionError) as error:
            refused.append(f"{upload.name}: {error}" if len(files) > 1 else str(error))
    if not files:
        refused.append("โปรดเลือกภาพก่อน แล้วกดแนบภาพอีกครั้ง")
    if wants_json:
        if refused:
            return JsonResponse({"message": refused[0]}, status=422)
        return JsonResponse({"photo": str(saved[0].uuid)})
    for sentence in refused:
        messages.error(request, sentence)
    if saved:
        messages.success(request, f"แนบภาพแล้ว {len(saved)} ภาพ")
    return redirect(f"{visit.get_absolute_url()}#photos")


def _photo(request: Request, pk: int, photo_pk: int) -> VisitPhoto:
    visits = Visit.objects.visible_to(request.user)
    return get_object_or_404(VisitPhoto.objects.select_related("visit"), visit__in=visits, visit=pk, pk=photo_pk)


@require_safe
def visit_photo(request: Request, pk: int, photo_pk: int) -> FileResponse:
    """The picture, or its small form with ``?thumb=1``."""
    photo = _photo(request, pk, photo_pk)
    return private_file(photo.thumbnail if "thumb" in request.GET else photo.image, "image/jpeg")


@require_POST
def visit_photo_caption(request: Request, pk: int, photo_pk: int) -> HttpResponse:
    photo = _photo(request, pk, photo_pk)
    try:
        caption_photo(photo, request.POST.get("caption", ""), by=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "บันทึกคำบรรยายภาพแล้ว")
    return redirect(f"{photo.visit.get_absolute_url()}#photos")


@require_POST
def visit_photo_delete(request: Request, pk: int, photo_pk: int) -> HttpResponse:
    photo = _photo(request, pk, photo_pk)
    try:
        remove_photo(photo, by=request.user)
    except TransitionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "ลบภาพแล้ว")
    return redirect(f"{photo.visit.get_absolute_url()}#photos")


# -- Signatures ----------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def visit_sign(request: Request, pk: int) -> HttpResponse:
    """The page that is handed to the signer: what is signed, and where."""
    visit = visible_visit(request, pk)
    if reads_from_outside(request.user, visit):
        raise Http404
    if refusal := refusal_to_write(visit, request.user):
        messages.error(request, refusal)
        return redirect(visit)
    side = (request.POST if request.method == "POST" else request.GET).get("side", "")
    if side not in Signature.Side.values:
        side = Signature.Side.SUPERVISOR.value
    form = SignForm(request.POST or None, initial={"side": side, **_signer(visit, side, request.user)})
    if request.method == "POST" and form.is_valid():
        try:
            signature = sign(visit, by=request.user, **form.cleaned_data)
        except (PictureRefused, TransitionError) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{signature.get_side_display()}ลงนามเรียบร้อยแล้ว")
            return redirect(f"{visit.get_absolute_url()}#signatures")
    context = {"visit": visit, "form": form, "side": Signature.Side(side), "is_school": side == Signature.Side.SCHOOL}
    return render(request, "supervision/visit_sign.html", context, status=422 if form.is_bound else 200)


def _signer(visit: Visit, side: str, user) -> dict[str, str]:
    """Who will most likely sign: the person signed in, or the first of the hosts ("ชื่อ ตำแหน่ง" on one line)."""
    if side == Signature.Side.SUPERVISOR:
        return {"name": str(user), "position": user.signing_position}
    first = next((line.strip() for line in visit.hosts.splitlines() if line.strip()), "")
    words = first.split()
    return {"name": " ".join(words[:2]), "position": " ".join(words[2:])}


@require_safe
def visit_signature(request: Request, pk: int, side: str) -> FileResponse:
    """The drawn signature of one side."""
    visit = visible_visit(request, pk)
    signature = get_object_or_404(Signature, visit=visit, side=side)
    if not signature.image:
        raise Http404
    return private_file(signature.image, "image/png")
