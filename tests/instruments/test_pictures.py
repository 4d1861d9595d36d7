"""Photos and signatures: checked by content, made small, stripped, limited, served without risk."""

import base64
import io
import struct
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from instruments import images
from instruments.attachments import add_upload, attachment_response
from instruments.images import PictureRefused, read_photo, read_signature
from instruments.models import Attachment, Response
from instruments.services import ResponseLocked, lock_response


def picture(size=(2400, 1200), kind="JPEG", name="a.jpg", **save):
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, kind, **save)
    return SimpleUploadedFile(name, out.getvalue())


def with_place_and_turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (13.0, 45.0, 0.0)
    return picture(exif=exif)


def test_a_photo_is_upright_small_and_says_nothing_of_where_it_was_taken():
    made = read_photo(with_place_and_turned())

    image = Image.open(io.BytesIO(made.content))
    assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (800, 1600), {})
    assert b"Exif" not in made.content
    assert max(Image.open(io.BytesIO(made.thumbnail)).size) == 320


def test_a_photo_whose_notes_are_mangled_is_taken_all_the_same():
    width_as_words = struct.pack(">HHI4s", 0x0100, 2, 1, b"x\0\0\0")
    turned = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    notes = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 2) + width_as_words + turned + b"\0\0\0\0"

    made = read_photo(picture((40, 20), exif=notes))

    assert (made.width, made.height) == (20, 40)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_notes_that_are_none_at_all_are_left_aside(kind):
    exif = Image.Exif()
    exif[274] = 6
    data = picture((40, 20), kind=kind, exif=exif).read().replace(b"MM\x00*", b"MM\x00?")

    made = read_photo(SimpleUploadedFile("a", data))

    assert (made.width, made.height) == (40, 20)


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("a.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        SimpleUploadedFile("a.jpg", b"%PDF-1.7"),
        SimpleUploadedFile("a.jpg", b"\xff\xd8\xff\xe0 half a picture"),
        SimpleUploadedFile("a.jpg", b""),
        SimpleUploadedFile("a.jpg", b"x" * (15 * 1024 * 1024 + 1)),
    ],
    ids=["svg", "pdf", "broken", "empty", "too large"],
)
def test_what_is_no_picture_is_refused_in_thai(upload):
    with pytest.raises(PictureRefused, match="[ก-๙]"):
        read_photo(upload)


def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(images, "PHOTO_PIXELS", 1_000_000)

    with pytest.raises(PictureRefused, match="ล้านจุด"):
        read_photo(picture())


def test_a_transparent_picture_gets_a_white_ground():
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")

    made = read_photo(SimpleUploadedFile("a.png", out.getvalue()))

    assert Image.open(io.BytesIO(made.content)).getpixel((5, 5)) == (255, 255, 255)


def signature_url(*, drawn=True):
    image = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    if drawn:
        image.paste((10, 30, 90, 255), (50, 40, 200, 50))
    out = io.BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def test_a_signature_is_cut_to_its_ink():
    made = read_signature(signature_url())

    assert (made.content_type, made.width, made.height) == ("image/png", 166, 26)


@pytest.mark.parametrize("url", ["", "data:image/svg+xml;base64,AAAA", "data:image/png;base64,AAAA", "javascript:1"])
def test_what_is_no_drawn_signature_is_refused(url):
    with pytest.raises(PictureRefused):
        read_signature(url)


def test_an_empty_signature_is_refused():
    with pytest.raises(PictureRefused, match="ยังไม่มีลายมือชื่อ"):
        read_signature(signature_url(drawn=False))


def test_a_photo_sent_again_is_kept_once(response, supervisor):
    name = uuid.uuid4()
    add_upload(response, "B1.photo", picture(), by=supervisor, uuid=name)

    attachment, outcome = add_upload(response, "B1.photo", picture(), by=supervisor, uuid=name)

    assert (Attachment.objects.count(), outcome.revision) == (1, 1)
    assert response.answers["B1.photo"]["v"] == [str(attachment.pk)]
    assert str(attachment.pk) not in attachment.file.name
    assert attachment.original_name == "a.jpg"


def test_a_photo_keeps_the_name_it_was_sent_under_without_what_misleads(response, supervisor):
    sent = picture()
    sent.name = "ภาพ\u202egpj.exe"

    attachment, _ = add_upload(response, "B1.photo", sent, by=supervisor)

    assert attachment.original_name == "ภาพgpj.jpg"


def test_a_slot_takes_so_many_photos_and_no_more(response, supervisor):
    for _ in range(4):
        add_upload(response, "B1.photo", picture((40, 40)), by=supervisor)

    with pytest.raises(PictureRefused, match="ไม่เกิน 4 ภาพ"):
        add_upload(response, "B1.photo", picture((40, 40)), by=supervisor)
    assert Attachment.objects.count() == 4


@pytest.mark.parametrize("slot", ["B1", "nowhere"])
def test_a_photo_goes_into_a_photo_slot_only(response, supervisor, slot):
    with pytest.raises(PictureRefused):
        add_upload(response, slot, picture((40, 40)), by=supervisor)


def test_a_locked_response_takes_no_photo(response, supervisor):
    lock_response(response, by=supervisor)

    with pytest.raises(ResponseLocked):
        add_upload(response, "B1.photo", picture((40, 40)), by=supervisor)


def test_a_photo_that_arrived_before_the_lock_is_known_when_it_is_sent_again(response, supervisor):
    name = uuid.uuid4()
    kept, _ = add_upload(response, "B1.photo", picture((40, 40)), by=supervisor, uuid=name)
    lock_response(response, by=supervisor)

    again, outcome = add_upload(response, "B1.photo", picture((40, 40)), by=supervisor, uuid=name)

    assert (again, outcome.saved, len(outcome.duplicates)) == (kept, [], 1)


def test_a_photo_whose_answer_is_refused_leaves_no_file_behind(response, supervisor, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    add_upload(response, "B1.photo", picture((40, 40)), by=supervisor)
    files = sorted(tmp_path.rglob("*.jpg"))
    stale = Response.objects.get(pk=response.pk)
    for _ in range(3):
        add_upload(response, "B1.photo", picture((40, 40)), by=supervisor)

    with pytest.raises(PictureRefused, match="ไม่เกิน 4 ภาพ"):
        add_upload(stale, "B1.photo", picture((40, 40)), by=supervisor)

    assert len(sorted(tmp_path.rglob("*.jpg"))) == 4 * len(files)


def test_a_picture_is_served_privately_and_can_do_nothing(response, supervisor):
    attachment, _ = add_upload(response, "B1.photo", picture((40, 40)), by=supervisor)

    answer = attachment_response(attachment, thumb=True)

    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("private")
    answer.close()
