"""What certificates print: one page each, whatever the length of name and title; a whole batch in one file."""

from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import Any

from django.urls import reverse
from fontTools.ttLib import TTFont

from accounts.http import site_url
from certificates.models import Batch, Certificate, Signatory
from documents.fonts import fonts
from documents.kinds import document_kind
from documents.qr import qr_address
from thai.dates import date_range, given_date
from thai.numerals import to_thai, to_thai_digits

SIZES = {
    "office": 1.6,
    "heading": 3.9,
    "plain": 1.35,
    "name": 3.0,
    "from": 1.45,
    "title": 1.75,
    "more": 1.35,
    "given": 1.35,
}
"""In parts of the base size, which is 10 points unless the words need a smaller one."""
LEADING = 1.5
GAP = 3.4
"""Millimetres that part the words where there is room."""
POST, SMALLEST_POST, SIGNERS_WIDTH = 10.5, 7.4, {"landscape": 193, "portrait": 166}
"""Points of what stands under a signer's name; millimetres for the signers beside each other."""
STEPS = (1.24, 1.16, 1.08, 1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64)
SMALLEST_NAME = 1.9
ROOM = {"landscape": (222, 117), "portrait": (158, 174)}
"""Millimetres of width and height that the words have between emblem and signatures."""
MILLIMETRES = 10 * 25.4 / 72
"""Of the base size."""
FILLED = 0.93
"""How much of a line is filled: Thai is broken between words."""


@cache
def _advances() -> tuple[dict[int, int], int]:
    """By character, how far the font moves on in bold; and the font's units of one size."""
    with TTFont(fonts().folder / "text-bold.ttf") as font:
        metrics = font["hmtx"].metrics
        return {code: metrics[name][0] for code, name in font.getBestCmap().items()}, font["head"].unitsPerEm


def width_of(text: str) -> float:
    """The width of the text in bold, in parts of its size; of what the font lacks, a whole size."""
    advances, units = _advances()
    return sum(advances.get(ord(letter), units) for letter in text) / units


def fitted(words: list[tuple[str, str]], layout: str) -> tuple[float, float, float]:
    """Base size and size of the name, in parts of 10 points and of the base, and millimetres between the words.

    The words, (kind, text) each, then fill their room at most: those that the models take fit at the smallest step.
    """
    width, height = ROOM[layout]
    widest = max((width_of(text) for kind, text in words if kind == "name"), default=0)
    whole = _lines(words, width / MILLIMETRES, widest)[0]
    for step in STEPS:
        lines, name = _lines(words, width / MILLIMETRES / step, widest)
        if step > 1 and lines != whole:
            continue  # nothing breaks into more lines for being set larger
        sizes = [name if kind == "name" else SIZES[kind] for kind, _ in words]
        used = sum(count * size * LEADING for count, size in zip(lines, sizes, strict=True)) * MILLIMETRES * step
        gap = min(GAP, (height - used) / (len(words) - 1))
        if gap >= (GAP / 2 if step > 1 else 0):
            return step, name, gap
    return STEPS[-1], SMALLEST_NAME, 0


def _lines(words: list[tuple[str, str]], line: float, widest: float) -> tuple[list[int], float]:
    """How many lines each of the words takes where a line has so many base sizes, and the size of the name there."""
    name = max(SMALLEST_NAME, min(SIZES["name"], line / widest if widest else SIZES["name"]))
    counts = []
    for kind, text in words:
        wide = width_of(text) * name / line if kind == "name" else width_of(text) * SIZES[kind] / (line * FILLED)
        counts.append(max(1, ceil(round(wide, 2))))
    return counts, name


def post_size(signatories: list[Signatory], layout: str) -> float:
    """The points at which no position breaks into two lines, within what can still be read."""
    room = SIGNERS_WIDTH[layout] / max(1, len(signatories)) - 6
    widest = max((width_of(line) for signer in signatories for line in signer.lines), default=0)
    return max(SMALLEST_POST, min(POST, room / widest * 72 / 25.4)) if widest else POST


def page_of(certificate: Certificate, batch: Batch, days: str) -> dict[str, Any]:
    """What the template shows of one certificate; of one that is not issued, what it will be."""
    title = to_thai_digits(batch.title)
    words = [
        ("office", to_thai_digits(batch.area.name)),
        ("heading", "เกียรติบัตร"),
        ("plain", "มอบให้ไว้เพื่อแสดงว่า"),
        ("name", certificate.name),
    ]
    if certificate.organisation:
        words.append(("from", to_thai_digits(certificate.organisation)))
    words += [("title", f"{to_thai_digits(batch.leading_words)} {title}")]
    words += [("more", to_thai_digits(line)) for line in [*([days] if days else []), *batch.wording_lines]]
    words.append(("given", f"ให้ไว้ ณ {given_date(batch.issued_on)}"))
    base, name, gap = fitted(words, batch.layout)
    link = f"{site_url()}{reverse('certificates:verify', args=[certificate.token])}" if certificate.token else ""
    return {
        "certificate": certificate,
        "words": words,
        "base": f"{base * 10:g}",
        "name_size": f"{name:.3f}",
        "name_fits": name > SMALLEST_NAME,
        "gap": f"{gap:.2f}",
        "number": to_thai(certificate.full_number),
        "qr": qr_address(link) if link else "",
        "link": link.partition("://")[2],
    }


def _context(batch: Batch, certificates: list[Certificate]) -> dict[str, Any]:
    days = ""
    if batch.starts_on:
        one = batch.ends_on in (None, batch.starts_on)
        days = ("เมื่อวันที่ " if one else "ระหว่างวันที่ ") + date_range(batch.starts_on, batch.ends_on, style="official")
    signatories = [
        Signatory(one.name, to_thai_digits(one.position), to_thai_digits(one.acting_for)) for one in batch.signatories
    ]
    return {
        "batch": batch,
        "sizes": SIZES,
        "leading": LEADING,
        "signatories": signatories,
        "post_size": f"{post_size(signatories, batch.layout):.2f}",
        "pages": [page_of(certificate, batch, days) for certificate in certificates],
    }


@document_kind(
    "certificate",
    label="เกียรติบัตร",
    model=Certificate,
    template="documents/certificate.html",
    queryset=lambda user: Certificate.objects.visible_to(user).with_batch(),
    title=lambda certificate: f"เกียรติบัตร {certificate.name}",
    record_code=lambda certificate: certificate.full_number or "ร่าง",
    filename=lambda certificate: f"เกียรติบัตร {certificate.full_number} {certificate.name}.pdf",
    word=False,
)
def certificate(printed: Certificate, user) -> dict[str, Any]:
    """One page; where the batch is not issued yet, a sample that says so."""
    return _context(printed.batch, [printed])


@dataclass(frozen=True)
class Part:
    """So many certificates of a batch: the first part is 1."""

    batch: Batch
    number: int
    size: int


def _batch_of(printed: Batch | Part) -> Batch:
    return printed.batch if isinstance(printed, Part) else printed


@document_kind(
    "certificate-batch",
    label="เกียรติบัตรทั้งชุด",
    model=Batch,
    template="documents/certificate.html",
    queryset=lambda user: Batch.objects.visible_to(user).select_related("area"),
    title=lambda printed: str(_batch_of(printed)),
    record_code=lambda printed: f"CERT-{_batch_of(printed).pk}",
    filename=lambda printed: (
        f"{_batch_of(printed)}{f' ส่วนที่ {printed.number}' if isinstance(printed, Part) else ''}.pdf"
    ),
    word=False,
)
def certificate_batch(printed: Batch | Part, user) -> dict[str, Any]:
    """Every certificate of the batch (or of a part of it) that is valid, in the order of the list; a sample before the issue."""
    batch = _batch_of(printed)
    lines = batch.certificates.filter(revoked_at__isnull=True).select_related("register").order_by("place", "pk")
    if isinstance(printed, Part):
        lines = lines[(printed.number - 1) * printed.size : printed.number * printed.size]
    return _context(batch, list(lines))
