"""Pictures that people send, made safe: checked by their content, turned upright, made small, stripped of everything.

Nothing of an uploaded file is kept but its pixels: no name, no place, no camera, no second format hidden behind the
first. Used for photos of answers and by anything else that takes a picture or a signature.
"""

import base64
import binascii
import hashlib
import re
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import ExifTags, Image, UnidentifiedImageError

MEGABYTE = 1024 * 1024
PHOTO_BYTES = 15 * MEGABYTE
PHOTO_PIXELS = 40_000_000
LONGEST_EDGE = 1600
THUMBNAIL_EDGE = 320
QUALITY = 82
SIGNATURE_BYTES = 500 * 1024
SIGNATURE_EDGE = 1200
_DATA_URL = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")  # an MPO of a phone opens as the JPEG it begins with
_NOT_A_PICTURE = "ไฟล์นี้ไม่ใช่ภาพที่ระบบเปิดได้ โปรดเลือกภาพถ่าย (JPEG, PNG หรือ WebP) แล้วลองอีกครั้ง"


class PictureRefused(ValueError):  # noqa: N818 -- a refusal, not a fault
    """The picture can't be taken; the message is a Thai sentence for the person who sent it."""


@dataclass(frozen=True)
class Picture:
    """A safe picture: ``content`` and ``thumbnail`` are whole files of ``content_type`` (the thumbnail a JPEG)."""

    content: bytes
    thumbnail: bytes
    content_type: str
    width: int
    height: int
    sha256: str

    @property
    def extension(self) -> str:
        return "png" if self.content_type == "image/png" else "jpg"


def read_photo(upload) -> Picture:
    """A photo from an uploaded file, as a JPEG of at most 1,600 pixels on its longest edge.

    Raises ``PictureRefused`` for what is no picture, over 15 MB or over 40 megapixels.
    """
    size = getattr(upload, "size", None)
    if size is not None and size > PHOTO_BYTES:
        raise PictureRefused(f"ภาพมีขนาด {size / MEGABYTE:.1f} MB เกินกว่าที่รับได้ (15 MB) โปรดย่อภาพหรือถ่ายใหม่ให้เล็กลง")
    data = upload.read(PHOTO_BYTES + 1)
    if len(data) > PHOTO_BYTES:
        raise PictureRefused("ภาพมีขนาดเกินกว่าที่รับได้ (15 MB) โปรดย่อภาพหรือถ่ายใหม่ให้เล็กลง")
    if not data:
        raise PictureRefused("ไฟล์ว่างเปล่า โปรดเลือกภาพแล้วลองอีกครั้ง")
    image = _open(data, _FORMATS, PHOTO_PIXELS)
    image = _flat(_upright(image))
    image.thumbnail((LONGEST_EDGE, LONGEST_EDGE), Image.Resampling.LANCZOS)
    small = image.copy()
    small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE), Image.Resampling.LANCZOS)
    content = _jpeg(image)
    return Picture(content, _jpeg(small), "image/jpeg", image.width, image.height, hashlib.sha256(content).hexdigest())


def read_signature(data_url: str) -> Picture:
    """A drawn signature from a PNG data URL, as a PNG with a transparent ground.

    Raises ``PictureRefused`` for what is no PNG, too large, or nearly empty.
    """
    match = _DATA_URL.fullmatch(data_url.strip()) if len(data_url) < 2 * SIGNATURE_BYTES else None
    if match is None:
        raise PictureRefused("อ่านลายมือชื่อไม่ได้ โปรดลงลายมือชื่ออีกครั้ง หรือพิมพ์ชื่อแทน")
    try:
        data = base64.b64decode(match[1], validate=False)
    except (binascii.Error, ValueError):
        raise PictureRefused("อ่านลายมือชื่อไม่ได้ โปรดลงลายมือชื่ออีกครั้ง หรือพิมพ์ชื่อแทน") from None
    image = _open(data, ("PNG",), 8_000_000).convert("RGBA")
    ink = image.getchannel("A").point(lambda alpha: 255 if alpha > 40 else 0)
    box = ink.getbbox()
    if box is None or ink.histogram()[255] < 40:
        raise PictureRefused("ยังไม่มีลายมือชื่อในช่อง โปรดลงลายมือชื่อก่อนบันทึก")
    left, top, right, bottom = box
    image = image.crop((max(left - 8, 0), max(top - 8, 0), min(right + 8, image.width), min(bottom + 8, image.height)))
    image.thumbnail((SIGNATURE_EDGE, SIGNATURE_EDGE), Image.Resampling.LANCZOS)
    out = BytesIO()
    clean = Image.new("RGBA", image.size)
    clean.paste(image)
    clean.save(out, "PNG", optimize=True)
    content = out.getvalue()
    return Picture(content, b"", "image/png", image.width, image.height, hashlib.sha256(content).hexdigest())


def _open(data: bytes, formats: tuple[str, ...], most_pixels: int) -> Image.Image:
    """The picture, fully decoded. The size is read from the header first, so a bomb is never unpacked."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data), formats=formats)
            if image.width * image.height > most_pixels:
                raise PictureRefused(  # noqa: TRY301 -- passed on below
                    f"ภาพมี {image.width * image.height / 1_000_000:,.0f} ล้านจุด เกินกว่าที่รับได้ "
                    f"({most_pixels // 1_000_000} ล้านจุด) โปรดย่อภาพก่อน"
                )
            if image.format == "JPEG":
                image.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
            image.load()
    except PictureRefused:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise PictureRefused(_NOT_A_PICTURE) from None
    return image


_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def _upright(image: Image.Image) -> Image.Image:
    """Turned as its notes (EXIF) say. ``ImageOps.exif_transpose`` writes the notes anew and fails on mangled ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of notes that are cut off
        try:
            turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
        except Exception:  # noqa: BLE001 -- mangled notes break their reader in any way they like; the picture is whole
            turn = None
    return image if turn is None else image.transpose(turn)


def _flat(image: Image.Image) -> Image.Image:
    """RGB on white, without palette, transparency or metadata."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    plain = Image.new("RGB", image.size)
    plain.paste(image.convert("RGB"))
    return plain


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return out.getvalue()
