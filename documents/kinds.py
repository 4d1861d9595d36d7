"""What can be printed: each kind of document is a context builder and a template, registered by its app.

An app writes its kinds in its own `documents.py`, which is found when the program starts:

    @document_kind("visit-record", label="บันทึกผลการนิเทศ", model=Visit, template="documents/visit_record.html")
    def visit_record(visit, user):
        return {"visit": visit, …}

The builder decides what this reader sees; the template says how it looks; nothing else prints. A document is had as
PDF or, unless its kind says `word=False`, as an editable Word file of the same HTML.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header

from thai.text import normalise

from .pdf import render_pdf
from .word import render_word

Builder = Callable[[Any, Any], dict]
FORMATS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
"""Formats that a document is had in, by the ending of the file."""


class UnknownKindError(LookupError):
    """There is no such kind; the text names those that there are."""


class FormatRefused(PermissionDenied):
    """A format that we don't make, or not of this kind; the text says so in Thai."""


class NothingToPrint(PermissionDenied):
    """A record that has nothing to say on this paper yet: in Thai, what is missing, who can help and what to do."""


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
    word: bool = True

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
    file_format: str = "pdf"


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
    word: bool = True,
) -> Callable[[Builder], Builder]:
    """Register the decorated `builder(obj, user) -> context` as the document kind `code`.

    label: Thai name of the kind. model: the class it prints. template: extends `documents/base.html`.
    queryset: what a user may print (default: `model.objects.visible_to(user)`). title: heading and title of
    the file (default: the label). record_code: what the foot of each page shows (default: CODE-PK).
    filename: with ending (default: title and record code). word: whether it may be had as an editable file; a
    certificate may not. `user` is None on the command line, where the builder shows everything.

    Raises ValueError where the code is taken.
    """

    def register(build: Builder) -> Builder:
        if code in _kinds:
            raise ValueError(f"document kind {code} is registered twice")
        _kinds[code] = Kind(code, label, model, template, build, queryset, title, record_code, filename, word)
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


def document_html(kind: str | Kind, obj: Any, user=None) -> tuple[str, str, str]:
    """(HTML, title, record code) of `obj` as a document: what the PDF is made of."""
    kind = get_kind(kind) if isinstance(kind, str) else kind
    title = kind.title(obj) if kind.title else kind.label
    code = kind.record_code(obj) if kind.record_code else f"{kind.code.upper()}-{obj.pk}"
    context = {"title": title, "code": code, **kind.build(obj, user)}
    return render_to_string(kind.template, context), context["title"], context["code"]


def render_document(kind: str | Kind, obj: Any, user=None, file_format: str = "pdf") -> RenderedDocument:
    """Print `obj` as `kind` for `user`, who was already allowed to see it (`Kind.objects`), as a key of `FORMATS`.

    Raises UnknownKindError, FormatRefused, and NothingToPrint where the builder of the kind does.
    """
    kind = get_kind(kind) if isinstance(kind, str) else kind
    check_format(kind, file_format)
    html, title, code = document_html(kind, obj, user)
    filename = kind.filename(obj) if kind.filename else f"{title} {code}.pdf"
    content = render_pdf(html) if file_format == "pdf" else render_word(html, code=code)
    return RenderedDocument(
        content, safe_filename(f"{filename.removesuffix('.pdf')}.{file_format}"), code, title, file_format
    )


def check_format(kind: Kind, file_format: str) -> None:
    """Raises FormatRefused where `kind` is not had in `file_format`."""
    if file_format not in FORMATS:
        raise FormatRefused(
            f"ไม่รู้จักรูปแบบไฟล์ “{file_format[:20]}” เอกสารมีเป็น PDF และ Word (docx) โปรดกลับไปกดปุ่มดาวน์โหลดที่หน้าของเอกสารอีกครั้ง"
        )
    if file_format == "docx" and not kind.word:
        raise FormatRefused(f"{kind.label}ไม่มีเป็นไฟล์ Word เพราะต้องคงข้อความไว้ตามที่ออก โปรดเปิดเป็น PDF แทน")


LONGEST_ENDING = 10
"""What stands after the last point of a title is no ending of a file."""


def safe_filename(name: str) -> str:
    """`name` without what file systems refuse or nobody sees (marks that turn the reading round among them), and not
    longer than they take (255 bytes; Thai needs three each).
    """
    plain = normalise(re.sub(r'[\x00-\x1f\x7f/\\:*?"<>|]+', "-", name)).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    stem, ending = (stem, dot + ending) if stem and len(ending) <= LONGEST_ENDING else (plain, "")
    return stem.encode()[: 240 - len(ending.encode())].decode(errors="ignore").strip(" .") + ending


def document_response(request: HttpRequest, kind: str | Kind, obj: Any) -> HttpResponse:
    """`obj` as a document for the person who asks, in the format of the address: `?format=docx`, else PDF.

    A PDF opens in the browser unless `?download` is asked for; a Word file is always saved. Raises FormatRefused.
    """
    rendered = render_document(kind, obj, request.user, request.GET.get("format", "pdf"))
    return pdf_response(rendered, download=rendered.file_format != "pdf" or "download" in request.GET)


def pdf_response(rendered: RenderedDocument, *, download: bool = False) -> HttpResponse:
    """The document as an answer: shown in the browser, or saved under its Thai name (RFC 5987)."""
    response = HttpResponse(rendered.content, content_type=FORMATS[rendered.file_format])
    header = content_disposition_header(as_attachment=download, filename=rendered.filename)
    if header:
        response["Content-Disposition"] = header
    response["Cache-Control"] = "private, no-store"
    return response
