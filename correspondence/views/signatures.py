"""One's own signature: kept, shown and removed by its owner alone."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import Request, private_file
from correspondence.flows import OFFICE
from correspondence.forms.papers import SignatureForm
from correspondence.services.signatures import keep_signature, remove_signature, signature_of
from instruments.images import MEGABYTE, PictureRefused
from schools.uploads import SizeLimit, upload_limited

REFUSED = 422
MOST_BYTES = 5 * MEGABYTE


@upload_limited(MOST_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
def signature(request: Request, limit: SizeLimit) -> HttpResponse:
    """See the kept signature; draw or choose another in its place."""
    if not request.user.holds(*OFFICE):
        raise Http404
    form = SignatureForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST":
        if limit.exceeded:
            form = SignatureForm({"drawing": "-"})
            form.add_error("upload", "ภาพใหญ่เกิน 5 MB จึงยังไม่ได้รับ โปรดย่อภาพแล้วเลือกอีกครั้ง")
        elif form.is_valid():
            try:
                keep_signature(by=request.user, **form.cleaned_data)
            except PictureRefused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "บันทึกลายมือชื่อแล้ว ท่านเท่านั้นที่วางลายมือชื่อนี้ลงในหนังสือได้")
                return redirect("correspondence:signature")
    context = {"form": form, "present": signature_of(request.user)}
    return render(request, "correspondence/signature.html", context, status=REFUSED if form.errors else 200)


@require_safe
def signature_image(request: Request) -> HttpResponseBase:
    """The person's own picture."""
    present = signature_of(request.user)
    if present is None:
        raise Http404
    response = private_file(present.file, "image/png")
    response["Cache-Control"] = "private, no-store"  # the address stays when the picture is replaced
    return response


@require_POST
def signature_remove(request: Request) -> HttpResponse:
    if not request.user.holds(*OFFICE):
        raise Http404
    if remove_signature(by=request.user):
        messages.success(request, "นำลายมือชื่อออกแล้ว หนังสือที่ลงนามไปก่อนหน้านี้ยังคงเดิม")
    else:
        messages.info(request, "ไม่มีลายมือชื่อที่เก็บไว้")
    return redirect("correspondence:signature")
