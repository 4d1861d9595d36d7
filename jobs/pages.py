"""The pages of one file: how far it is, the file itself, cancel, write it here, once more. Alike for every kind."""

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.http import Request
from jobs.making import FileRefused, Making
from jobs.models import MadeFile


def ask_of(request: Request) -> uuid.UUID:
    """The mark by which two clicks on one page are known to be one wish."""
    try:
        return uuid.UUID(request.POST.get("ask", ""))
    except ValueError:
        return uuid.uuid4()


def in_the_browser(making: Making, made: MadeFile) -> FileResponse:
    """A finished PDF for the browser's own viewer, to be read or printed."""
    name = making.filename(made)
    response = FileResponse(made.file.open("rb"), content_type="application/pdf", filename=name, as_attachment=False)
    response["Cache-Control"] = "private, no-store"
    return response


def file_urls(
    making: Making, own: Callable[[Request], QuerySet], *, name: str, back: tuple[str, str]
) -> list[URLPattern]:
    """Addresses ``…/<pk>/`` named ``<name>-detail``, ``-download``, ``-cancel``, ``-here`` and ``-again``.

    own: the files of the person. back: (address name, label) of the list that the pages lead back to.
    """
    app = making.model._meta.app_label

    def mine(request: Request, pk: int) -> MadeFile:
        return get_object_or_404(own(request), pk=pk)

    @require_safe
    def detail(request: Request, pk: int) -> HttpResponse:
        job = mine(request, pk)
        context = {
            "job": job,
            "making": making,
            "facts": making.facts(job),
            "nobody_works": job.waits_for_nobody,
            "in_the_page": job.total <= making.in_the_page,
            "may_cancel": making.may_cancel(request.user, job),
            "begins": job.status == MadeFile.DONE and "begin" in request.GET,
            "back": (reverse(f"{app}:{back[0]}"), back[1]),
            **{act: reverse(f"{app}:{name}-{act}", args=[pk]) for act in ("download", "cancel", "here", "again")},
        }
        return render(request, "jobs/detail.html", context)

    @require_safe
    def download(request: Request, pk: int) -> HttpResponseBase:
        job = mine(request, pk)
        if job.status != MadeFile.DONE:
            raise Http404
        try:
            content = job.file.open("rb")
        except FileNotFoundError:
            messages.error(request, "ไม่พบไฟล์นี้ในที่เก็บแล้ว โปรดขอไฟล์ใหม่")
            return redirect(job.get_absolute_url())
        return FileResponse(content, as_attachment=True, filename=making.filename(job))

    def act(verb: Callable) -> Callable[..., HttpResponse]:
        @require_POST
        def view(request: Request, pk: int) -> HttpResponse:
            job = mine(request, pk)
            try:
                verb(job, by=request.user)
            except FileRefused as error:
                messages.error(request, str(error))
            except PermissionDenied as error:
                raise Http404 from error
            return redirect(job.get_absolute_url())

        return view

    return [
        path("<int:pk>/", detail, name=f"{name}-detail"),
        path("<int:pk>/file/", download, name=f"{name}-download"),
        path("<int:pk>/cancel/", act(making.cancel), name=f"{name}-cancel"),
        path("<int:pk>/here/", act(making.run_here), name=f"{name}-here"),
        path("<int:pk>/again/", act(making.try_again), name=f"{name}-again"),
    ]
