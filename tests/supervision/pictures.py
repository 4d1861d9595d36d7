"""Pictures for tests, drawn by the program."""

import base64
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw


def drawn_signature(strokes: int = 6) -> str:
    """A PNG data URL with some ink on a transparent ground."""
    image = Image.new("RGBA", (300, 120), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    for number in range(strokes):
        pen.line((20 + 40 * number, 90, 50 + 40 * number, 30), fill=(16, 48, 107, 255), width=4)
    out = BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def photograph(
    name: str = "ภาพ.jpg", size: tuple[int, int] = (800, 600), *, rotated: bool = False
) -> SimpleUploadedFile:
    """A JPEG as a telephone sends it: with a place in its metadata, lying on its side where ``rotated``."""
    image = Image.new("RGB", size, "#7aa6b2")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1] // 2), fill="#f2b134")
    exif = Image.Exif()
    if rotated:
        exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (13.0, 45.0, 0.0)
    out = BytesIO()
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")
