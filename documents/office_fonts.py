"""The fonts that an office brings for its official papers: what is taken, how it is built, which an office uses.

TH SarabunPSK and TH Sarabun New are the office's own to bring. A regular and a bold face are needed before papers
are printed in them; what they cannot draw comes from Nithet Text.
"""

import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction

from .font_trial import KINDS, faces_of, try_font
from .fonts import BUILDER, build_set, office_folder, office_fonts
from .models import FontFace, OfficeFont

logger = logging.getLogger(__name__)

NEEDED = (FontFace.REGULAR, FontFace.BOLD)


def bring(area, files: Mapping[str, bytes], *, by) -> list[OfficeFont]:
    """Take the fonts of `files` (face → content) for `area`, in place of those it had.

    All or none: each is tried before any is kept. Raises OfficeFontError.
    """
    names = {face: try_font(face, content) for face, content in files.items()}
    with transaction.atomic():
        # Two who bring at once come one after the other.
        type(area).objects.select_for_update(no_key=True).get(pk=area.pk)
        kept = []
        for face, content in files.items():
            digest = hashlib.sha256(content).hexdigest()
            font = OfficeFont.objects.filter(area=area, face=face).first() or OfficeFont(area=area, face=face)
            font.name, font.digest, font.uploaded_by, font._history_user = names[face], digest, by, by
            font.file.save(f"{digest[:16]}{KINDS[content[:4]]}", ContentFile(content), save=False)
            font.save()
            kept.append(font)
    return kept


def drop(font: OfficeFont, *, by) -> None:
    """The office prints without this face again. The file stays: the history may speak of it."""
    font._history_user = by
    font.delete()


def key_of(area) -> str:
    """The key of the fonts in which papers of `area` are printed, built where they were not; "" for our own."""
    fonts = {font.face: font for font in OfficeFont.objects.filter(area=area)}
    if not all(face in fonts for face in NEEDED):
        return ""
    key = _key({face: font.digest for face, font in fonts.items()})
    if office_fonts(key) is None:
        try:
            build_set(office_folder(key), faces_of({face: _content(font) for face, font in fonts.items()}))
        except OSError:
            logger.exception("a font that %s brought can't be read; its papers are printed in our own", area)
            return ""
    return key


def _content(font: OfficeFont) -> bytes:
    with font.file.open("rb") as stored:
        return stored.read()


def _key(digests: Mapping[str, str]) -> str:
    made_by = [Path(__file__).with_name(name).read_bytes() for name in ("fonts.py", "glyphs.py")]
    digest = hashlib.sha256(f"{BUILDER} {sorted(digests.items())}".encode())
    for module in made_by:
        digest.update(module)
    return digest.hexdigest()[:16]
