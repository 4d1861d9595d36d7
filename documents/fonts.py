"""The fonts of printed documents, made on this machine from installed packages and kept in `var/fonts`.

* **Nithet Text** is Sarabun with `glyphs.split_sara_am`: regular, bold, italic, bold italic.
* **Nithet Signs** draws check boxes, ticks and bullets itself and takes Greek, Cyrillic, arrows and
  mathematical signs from Noto Sans and Noto Sans Symbols: regular and bold.
* **Nithet Emoji** is Noto Emoji, in one colour.
* **Nithet Office** is what an area office brought for its official papers (documents/office_fonts.py), with
  `glyphs.split_sara_am` too: a set of its own in the folder `office-KEY`.

All sources are under the SIL Open Font License 1.1, which asks that changed fonts do not bear a reserved
name; none of these reserves one, and the changed fonts have names of their own all the same. The fonts are
made once (about ten seconds), in a folder named after the digest of sources and builder, and never served.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import fontpkg_sarabun
import fontTools
from django.conf import settings
from fontTools import subset
from fontTools.ttLib import TTFont

from .glyphs import add_drawn, settle_texts, split_sara_am, to_quadratic

TEXT, SIGNS, EMOJI, OFFICE = "Nithet Text", "Nithet Signs", "Nithet Emoji", "Nithet Office"
# Raise this when the fonts must be made anew although sources and fontTools are the same.
BUILDER = 1
INDEX = "index.json"

_SARABUN = Path(fontpkg_sarabun.ROOT) / "files"
_NOTO = settings.BASE_DIR / "static" / "vendor"
"""Collected there by `make assets`."""


@dataclass(frozen=True)
class Face:
    """One file of one family: what `@font-face` says of it, and what it is made from."""

    family: str
    file: str
    weight: int
    style: str
    sources: tuple[Any, ...]
    """Paths, or open files of fonts that were brought."""


FACES = (
    Face(TEXT, "text-regular.ttf", 400, "normal", (_SARABUN / "Sarabun-Regular.ttf",)),
    Face(TEXT, "text-bold.ttf", 700, "normal", (_SARABUN / "Sarabun-Bold.ttf",)),
    Face(TEXT, "text-italic.ttf", 400, "italic", (_SARABUN / "Sarabun-Italic.ttf",)),
    Face(TEXT, "text-bold-italic.ttf", 700, "italic", (_SARABUN / "Sarabun-BoldItalic.ttf",)),
    Face(
        SIGNS, "signs-regular.ttf", 400, "normal", (_NOTO / "expo-google-fonts-noto-sans" / "NotoSans_400Regular.ttf",)
    ),
    Face(SIGNS, "signs-bold.ttf", 700, "normal", (_NOTO / "expo-google-fonts-noto-sans" / "NotoSans_700Bold.ttf",)),
    Face(
        f"{SIGNS} 2",
        "signs-2.ttf",
        400,
        "normal",
        (_NOTO / "expo-google-fonts-noto-sans-symbols" / "NotoSansSymbols_400Regular.ttf",),
    ),
    Face(EMOJI, "emoji.ttf", 400, "normal", (_NOTO / "expo-google-fonts-noto-emoji" / "NotoEmoji_400Regular.ttf",)),
)


@dataclass(frozen=True)
class Fonts:
    """The fonts as built: where they lie, what they can draw, what their glyphs say."""

    folder: Path
    characters: frozenset[str]
    """Every character that at least one face draws."""
    texts: dict[str, dict[int, str]]
    """By SHA-256 of the font file: glyph number → text."""
    faces: tuple[Face, ...]

    def css(self) -> str:
        """The `@font-face` rules, with files by path."""
        return "\n".join(
            f'@font-face {{ font-family: "{face.family}"; src: url({(self.folder / face.file).as_uri()}); '
            f"font-weight: {face.weight}; font-style: {face.style} }}"
            for face in self.faces
        )


@cache
def fonts() -> Fonts:
    """The fonts, built first where this machine has not built them yet."""
    return _read(build(), FACES)


OFFICE_FACES = tuple(
    Face(OFFICE, f"office-{name}.ttf", weight, style, ())
    for name, weight, style in (
        ("regular", 400, "normal"),
        ("bold", 700, "normal"),
        ("italic", 400, "italic"),
        ("bold-italic", 700, "italic"),
    )
)
_office: dict[str, Fonts] = {}


def office_folder(key: str) -> Path:
    return Path(settings.VAR_DIR) / "fonts" / f"office-{key}"


def office_fonts(key: str) -> Fonts | None:
    """The fonts that an office brought, by the key of their set; None where this machine has not built them."""
    if key not in _office and (office_folder(key) / INDEX).exists():
        faces = tuple(face for face in OFFICE_FACES if (office_folder(key) / face.file).exists())
        _office[key] = _read(office_folder(key), faces)
    return _office.get(key)


def text_size(brought: Fonts) -> float:
    """The size in pt of official text in fonts that were brought: 16 as the rule says, which means TH Sarabun.

    TH Sarabun's letters take two thirds of the room of others'. A font with letters as large as Sarabun's (its ก is
    0.586 em high) is set as large as Sarabun is, 10.5 pt, or lines of 18 pt would run into each other.
    """
    with TTFont(brought.folder / OFFICE_FACES[0].file) as font:
        height = font["glyf"][font.getBestCmap()[0x0E01]].yMax / font["head"].unitsPerEm
    return 16 if height < 0.48 else round(10.5 * 0.586 / height, 1)


def known_sets() -> list[Fonts]:
    """Every set that this process has read: ours, and those of offices."""
    return [fonts(), *_office.values()]


def _read(folder: Path, faces: tuple[Face, ...]) -> Fonts:
    index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return Fonts(
        folder=folder,
        characters=frozenset(index["characters"]),
        texts={digest: {int(gid): text for gid, text in texts.items()} for digest, texts in index["texts"].items()},
        faces=faces,
    )


def build() -> Path:
    """Build the fonts unless they are there; return their folder."""
    return build_set(Path(settings.VAR_DIR) / "fonts" / _digest(), FACES)


def build_set(final: Path, faces: Iterable[Face]) -> Path:
    """Build `faces` into the folder `final` unless it is there.

    Two processes may build at once: each works in a folder of its own and the first to finish gives its
    folder the final name, so nobody ever sees half a set. Sets made from older sources stay: a running process may still read them.
    """
    if (final / INDEX).exists():
        return final
    final.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="building-", dir=final.parent))
    try:
        index: dict = {"characters": set(), "texts": {}}
        for face in faces:
            _build_face(face, work / face.file, index)
        index["characters"] = "".join(sorted(index["characters"]))
        (work / INDEX).write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")
        work.chmod(0o755)
        try:
            work.rename(final)
        except OSError:
            if not (final / INDEX).exists():
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return final


def _digest() -> str:
    digest = hashlib.sha256(f"{BUILDER} {fontTools.version}".encode())
    for source in sorted({source for face in FACES for source in face.sources}):
        digest.update(source.read_bytes())
    for module in (__file__, Path(__file__).with_name("glyphs.py")):
        digest.update(Path(module).read_bytes())
    return digest.hexdigest()[:16]


def _build_face(face: Face, target: Path, index: dict) -> None:
    font = TTFont(face.sources[0])
    if "glyf" not in font:
        to_quadratic(font)
    # Per-glyph tables that would no longer fit the number of glyphs; nothing is set downwards, and hints are
    # for screens.
    for tag in ("hdmx", "LTSH", "VDMX", "DSIG", "vhea", "vmtx", "fpgm", "prep", "cvt "):
        if tag in font:
            del font[tag]
    if face.family in {SIGNS, f"{SIGNS} 2", EMOJI}:
        _leave_out(font, face)
    if face.family == SIGNS:
        for code, advance, contours in signs():
            if code not in font.getBestCmap():
                add_drawn(font, code, advance, contours)
    if face.family in {TEXT, OFFICE}:
        texts = split_sara_am(font)
    elif face.family == EMOJI:
        # One emoji may join several and come out of the joins in any order: WeasyPrint's own note of what
        # was typed serves better there.
        texts = {}
    else:
        texts = settle_texts(font)
    _rename(font, face)
    for glyph in font["glyf"].glyphs.values():
        glyph.expand(font["glyf"])
        glyph.removeHinting()
    font.save(target)
    gids = TTFont(target).getReverseGlyphMap()
    data = target.read_bytes()
    index["texts"][hashlib.sha256(data).hexdigest()] = {gids[name]: text for name, text in texts.items()}
    index["characters"] |= {chr(code) for code in font.getBestCmap()}


def _leave_out(font: TTFont, face: Face) -> None:
    """Drop the letters that Nithet Text draws itself, and what no reader of ours writes."""
    codes = set(font.getBestCmap())
    if face.family == SIGNS:
        codes = {code for code in codes if 0x370 <= code < 0x530 or 0x1F00 <= code < 0x2C00}
        codes -= set(TTFont(_SARABUN / "Sarabun-Regular.ttf").getBestCmap())
        # Pango sets a space in the font of the word before it, without asking whether that font has one.
        codes |= {0x20, 0xA0}
    options = subset.Options(layout_features=["ccmp", "mark", "mkmk"], hinting=False, notdef_outline=True)
    options.glyph_names = True
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)


def _rename(font: TTFont, face: Face) -> None:
    style = " ".join(["Bold"] * (face.weight == 700) + ["Italic"] * (face.style == "italic")) or "Regular"
    name = f"{face.family} {style}"
    values = {1: face.family, 2: style, 3: f"{name} {BUILDER}", 4: name, 6: name.replace(" ", "")}
    table = font["name"]
    table.names = [record for record in table.names if record.nameID not in {16, 17, 21, 22, 25}]
    for number, value in values.items():
        table.setName(value, number, 3, 1, 0x409)
        table.setName(value, number, 1, 0, 0)


# -- Signs that we draw: units of a 1000-unit square, on the height of Sarabun's figures -------------------------------


def signs() -> list[tuple[int, int, list[list[tuple[int, int] | None]]]]:
    """(character, width, contours) of the boxes, ticks and bullets that forms use."""
    tick = [(150, 330), (215, 395), (335, 275), (610, 590), (675, 525), (340, 140)]
    heavy = [(120, 330), (215, 430), (335, 310), (610, 630), (705, 535), (345, 100)]
    cross = _cross(400, 320, 210, 34)
    thick = _cross(400, 320, 230, 60)
    star = [
        (round(400 + r * sin(i * pi / 5)), round(310 + r * cos(i * pi / 5)))
        for i in range(10)
        for r in [(340 if i % 2 == 0 else 140)]
    ]
    inner = [(400 + round((x - 400) * 0.72), 310 + round((y - 310) * 0.72)) for x, y in star]
    box = [_square(70, -10, 660), _square(125, 45, 550)[::-1]]
    drawn = {
        "☐": box,
        "☑": [*box, tick],
        "☒": [*box, cross],
        "✓": [tick],
        "✔": [heavy],
        "✗": [cross],
        "✘": [thick],
        "□": box,
        "■": [_square(70, -10, 660)],
        "○": [_round(400, 320, 320), _ring_hole(400, 320, 265)],
        "●": [_round(400, 320, 320)],
        "◯": [_round(400, 320, 370), _ring_hole(400, 320, 315)],
        "★": [star],
        "☆": [star, inner[::-1]],
        "◆": [[(400, 660), (740, 320), (400, -20), (60, 320)]],
        "◇": [[(400, 660), (740, 320), (400, -20), (60, 320)], [(400, 580), (140, 320), (400, 60), (660, 320)]],
        "▶": [[(120, 640), (720, 320), (120, 0)]],
        "►": [[(120, 560), (720, 320), (120, 80)]],
        "▸": [[(180, 520), (580, 320), (180, 120)]],
    }
    return [(ord(character), 800, contours) for character, contours in drawn.items()]


def _square(x: int, y: int, side: int) -> list:
    return [(x, y), (x, y + side), (x + side, y + side), (x + side, y)]


def _round(x: int, y: int, radius: int) -> list:
    """Eight curves; their outer points lie on a circle larger by 1/cos(22.5°). Clockwise, ends in None."""
    reach = radius / cos(pi / 8)
    points = [(round(x + reach * sin(i * pi / 4)), round(y + reach * cos(i * pi / 4))) for i in range(8)]
    return [*points, None]


def _ring_hole(x: int, y: int, radius: int) -> list:
    """The circle of `_round`, the other way round."""
    return [*_round(x, y, radius)[-2::-1], None]


def _cross(x: int, y: int, arm: int, half: int) -> list:
    """A saltire of two bars as one outline, clockwise."""
    h = round(half * 2**0.5)
    a = arm
    return [
        (x, y + h), (x + a - h // 2, y + a + h // 2), (x + a + h // 2, y + a - h // 2), (x + h, y),
        (x + a + h // 2, y - a + h // 2), (x + a - h // 2, y - a - h // 2), (x, y - h),
        (x - a + h // 2, y - a - h // 2), (x - a - h // 2, y - a + h // 2), (x - h, y),
        (x - a - h // 2, y + a - h // 2), (x - a + h // 2, y + a + h // 2),
    ]  # fmt: skip


def describe(folder: Path) -> str:
    """One line for the console: where the fonts are and how large."""
    size = sum(path.stat().st_size for path in folder.iterdir())
    return f"{os.fspath(folder)} ({len(FACES)} files, {size / 1_000_000:.1f} MB)"
