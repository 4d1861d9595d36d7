"""What can be printed: each kind of document is a context builder and a template, registered by its app.

An app writes its kinds in its own `documents.py`, which is found when the program starts:

    @document_kind("visit-record", label="บันทึกผลการนิเทศ", model=Visit, template="documents/visit_record.html")
    def visit_record(visit, user):
        return {"visit": visit, …}

The builder decides what this reader sees; the template says how it looks; nothing else prints.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from .pdf import render_pdf

Builder = Callable[[Any, Any], dict]


class UnknownKindError(LookupError):
    """There is no such kind; the text names those that there are."""


@dataclass(frozen=True)
class Kind:
    """One kind of document. `document_kind` says what the fields mean."""

    code: str
    label: str
    model: Any
    template: str
    build: Builder
    queryset: Callable[[Any], QuerySet] | None = None
    title: Callable[[Any], str] | None = None
    record_code: Callable[[Any], str] | None = None
    filename: Callable[[Any], str] | None = None

    def objects(self, user) -> QuerySet:
        """What `user` may print; without a user (the command line), everything."""
        if user is None:
            return self.model._base_manager.all()
        return self.queryset(user) if self.queryset else self.model._default_manager.visible_to(user)


@dataclass(frozen=True)
class RenderedDocument:
    """A finished document and the names it goes by."""

    content: bytes
    filename: str
    code: str
    title: str


_kinds: dict[str, Kind] = {}


def document_kind(
    code: str,
    *,
    label: str,
    model: Any,
    template: str,
    queryset: Callable[[Any], QuerySet] | None = None,
    title: Callable[[Any], str] | None = None,
    record_code: Callable[[Any], str] | None = None,
    filename: Callable[[Any], str] | None = None,
) -> Callable[[Builder], Builder]:
    """Register the decorated `builder(obj, user) -> context` as the document kind `code`.

    label: Thai name of the kind. model: the class it prints. template: extends `documents/base.html`.
    queryset: what a user may print (default: `model.objects.visible_to(user)`). title: heading and title of
    the file (default: the label). record_code: what the foot of each page shows (default: CODE-PK).
    filename: with ending (default: title and record code). `user` is None on the command line, where the
    builder shows everything.

    Raises ValueError where the code is taken.
    """

    def register(build: Builder) -> Builder:
        if code in _kinds:
            raise ValueError(f"document kind {code} is registered twice")
        _kinds[code] = Kind(code, label, model, template, build, queryset, title, record_code, filename)
        return build

    return register


def all_kinds() -> list[Kind]:
    """Every kind, by code."""
    return sorted(_kinds.values(), key=lambda kind: kind.code)


def get_kind(code: str) -> Kind:
    """The kind with this code. Raises UnknownKindError, in Thai, naming the known ones."""
    try:
        return _kinds[code]
    except KeyError:
        known = ", ".join(kind.code for kind in all_kinds()) or "ยังไม่มี"
        raise UnknownKindError(f"ไม่รู้จักชนิดเอกสาร “{code}” ชนิดที่มี: {known}") from None


def document_html(kind: str | Kind, obj: Model, user=None) -> tuple[str, str, str]:
    """(HTML, title, record code) of `obj` as a document: what the PDF is made of."""
    kind = get_kind(kind) if isinstance(kind, str) else kind
    title = kind.title(obj) if kind.title else kind.label
    code = kind.record_code(obj) if kind.record_code else f"{kind.code.upper()}-{obj.pk}"
    context = {"title": title, "code": code, **kind.build(obj, user)}
    return render_to_string(kind.template, context), context["title"], context["code"]


def render_document(kind: str | Kind, obj: Model, user=None) -> RenderedDocument:
    """Print `obj` as `kind` for `user`, who was already allowed to see it (`Kind.objects`).

    Raises UnknownKindError.
    """
    kind = get_kind(kind) if isinstance(kind, str) else kind
    html, title, code = document_html(kind, obj, user)
    filename = kind.filename(obj) if kind.filename else f"{title} {code}.pdf"
    return RenderedDocument(render_pdf(html), safe_filename(filename), code, title)


def safe_filename(name: str) -> str:
    """`name` without what file systems refuse, and not longer than they take (255 bytes; Thai needs three each)."""
    stem, dot, ending = re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]+', "-", name).strip(" .").rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (ending, "")
    return stem.encode()[: 240 - len(ending)].decode(errors="ignore").strip(" .") + ending


def pdf_response(rendered: RenderedDocument, *, download: bool = False) -> HttpResponse:
    """The document as an answer: shown in the browser, or saved under its Thai name (RFC 5987)."""
    response = HttpResponse(rendered.content, content_type="application/pdf")
    header = content_disposition_header(as_attachment=download, filename=rendered.filename)
    if header:
        response["Content-Disposition"] = header
    response["Cache-Control"] = "private, no-store"
    return response
