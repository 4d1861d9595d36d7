"""Photographs of released visits: which of them the report shows, and each made small for print once."""

from collections import defaultdict
from io import BytesIO
from itertools import zip_longest
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from supervision.flows import SEEN_BY_SCHOOL
from supervision.models import Plan, VisitPhoto
from thai.dates import short_date

MOST = 80
"""Photographs of one report; of each visit the first ones, turn about."""
EDGE, QUALITY = 900, 78
"""Pixels of the longest edge: 80 millimetres of paper at 280 dots an inch."""


def photo_facts(plan: Plan) -> list[dict[str, Any]]:
    """Photographs of visits of the plan whose record was released, with their captions, by day; one query."""
    rows = (
        VisitPhoto.objects.filter(visit__plan_item__plan=plan, visit__state__in=SEEN_BY_SCHOOL)
        .select_related("visit__school")
        .order_by("visit__starts_on", "visit", "pk")
    )
    by_visit: dict[int, list[VisitPhoto]] = defaultdict(list)
    for photo in rows:
        by_visit[photo.visit_id].append(photo)
    turns = (photo for turn in zip_longest(*by_visit.values()) for photo in turn if photo is not None)
    chosen = sorted(list(turns)[:MOST], key=lambda photo: (photo.visit.visited_on or photo.visit.starts_on, photo.pk))
    return [
        {
            "name": photo.image.name,
            "sha256": photo.sha256,
            "caption": photo.caption or "ภาพกิจกรรมการนิเทศ",
            "of": f"โรงเรียน{photo.visit.school.name} {short_date(photo.visit.visited_on or photo.visit.starts_on)}",
        }
        for photo in chosen
    ]


def printable(name: str, sha256: str) -> str:
    """The storage name of the photograph in the size of print: made once, then found. The original where it can't be."""
    small = f"print/{sha256[:2]}/{sha256}-{EDGE}.jpg"
    if default_storage.exists(small):
        return small
    try:
        with default_storage.open(name) as file, Image.open(file) as image:
            image.draft("RGB", (EDGE, EDGE))
            made = image.convert("RGB")
            made.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    except OSError:
        return name
    out = BytesIO()
    made.save(out, "JPEG", quality=QUALITY, optimize=True)
    return default_storage.save(small, ContentFile(out.getvalue()))
