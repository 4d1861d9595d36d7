"""Sections and questions out of another form."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import Request
from builder import editing, services
from builder.editing import Draft, EditRefused
from builder.forms.facts import CopyForm
from builder.outline import outline
from builder.queries import forms_to_copy
from builder.views.answering import REFUSED, changeable, draft_of, locked, page_context


@require_http_methods(["GET", "HEAD", "POST"])
def copy_in(request: Request, pk: int) -> HttpResponse:
    """Sections and questions out of another form, with their scales and lists."""
    version = changeable(request, pk)
    if answer := locked(request, version):
        return answer
    draft = draft_of(version)
    sources = [each for each in forms_to_copy(request.user) if each.pk != version.pk]
    wanted = request.POST.get("from") or request.GET.get("from", "")
    chosen = next((each for each in sources if str(each.pk) == wanted), None)
    context = page_context(version, draft, sources=sources, chosen=chosen)
    if chosen is None:
        return render(request, "builder/copy_in.html", context)
    source = Draft(chosen.definition)
    form = CopyForm(request.POST if request.method == "POST" else None, draft=draft, source=source)
    if form.is_valid():
        typed = form.cleaned_data
        try:
            edited = services.edit(
                version,
                by=request.user,
                change=lambda draft: editing.copy_in(
                    draft,
                    source.definition,
                    sections=typed["sections"],
                    questions=typed["questions"],
                    into=typed["into"],
                ),
            )
        except EditRefused as error:
            form.add_error(None, str(error))
        else:
            made, left = edited.result
            count = sum(not key.startswith("@") for key in made)
            messages.success(request, f"คัดลอก {count:,} ข้อจาก {chosen.instrument.code} แล้ว")
            for sentence in left:
                messages.warning(request, sentence)
            return redirect("builder:form-edit", version.pk)
    picked = {"sections": form["sections"].value() or [], "questions": form["questions"].value() or []}
    context |= {"form": form, "source": outline(source), "picked": picked}
    return render(request, "builder/copy_in.html", context, status=REFUSED if form.is_bound else 200)
