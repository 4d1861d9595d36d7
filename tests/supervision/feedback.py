"""What the tests of feedback begin with: a released visit with one recommendation, and files to send."""

from datetime import date
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.supervision.factories import make_recommendation, make_visit

DUE = date(2030, 1, 31)


def released(world, state: str = "open", **fields):
    """A recommendation of a visit to ``world.school`` that its school has; led by ``world.supervisor``."""
    visit = make_visit(world.school, world.supervisor, team=[world.colleague], state="released", **fields)
    return make_recommendation(visit, state=state)


def photo(name: str = "ห้องเรียน.jpg", size=(640, 480), kind: str = "JPEG") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", size, "steelblue").save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def pdf(name: str = "คำสั่งโรงเรียน.pdf", *, script: str = "", password: str = "") -> SimpleUploadedFile:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if password:
        writer.encrypt(password)
    out = BytesIO()
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


def file(name: str, content: bytes, kind: str = "application/octet-stream") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)
