"""Pictures and signatures of a visit through its pages."""

from django.core.files.uploadedfile import SimpleUploadedFile

from supervision.services.visit_records import add_photo
from tests.supervision.pictures import drawn_signature, photograph
from tests.supervision.visiting import url, visit

__all__ = ["visit"]


def test_a_photograph_is_turned_upright_made_small_and_loses_its_place(world, visit, signed_in):
    client = signed_in(world.supervisor)

    client.post(url("visit-photo-add", visit), {"photo": photograph(size=(3000, 2000), rotated=True)})

    photo = visit.photos.get()
    assert (photo.width, photo.height) == (1067, 1600)
    picture = b"".join(client.get(url("visit-photo", visit, photo.pk)).streaming_content)
    assert b"Exif" not in picture


def test_a_photograph_sent_twice_is_kept_once(world, visit, signed_in):
    client = signed_in(world.supervisor)
    for _ in range(2):
        reply = client.post(
            url("visit-photo-add", visit),
            {"photo": photograph(), "uuid": "20000000-0000-4000-8000-000000000001"},
            headers={"accept": "application/json"},
        )

    assert reply.status_code == 200
    assert visit.photos.count() == 1


def test_what_is_no_picture_is_refused_in_words(world, visit, signed_in):
    fake = SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>", "image/jpeg")

    page = signed_in(world.supervisor).post(url("visit-photo-add", visit), {"photo": fake}, follow=True)

    assert "ไม่ใช่ภาพ" in page.content.decode()
    assert not visit.photos.exists()


def test_photographs_are_captioned_and_taken_away_by_the_team_alone(world, visit, signed_in):
    photo = add_photo(visit, photograph(), by=world.supervisor)

    signed_in(world.head).post(url("visit-photo-delete", visit, photo.pk))
    signed_in(world.colleague).post(url("visit-photo-caption", visit, photo.pk), {"caption": "ห้องเรียน ป.1"})
    assert [p.caption for p in visit.photos.all()] == ["ห้องเรียน ป.1"]

    signed_in(world.colleague).post(url("visit-photo-delete", visit, photo.pk))
    assert not visit.photos.exists()


def test_both_sides_sign_on_their_page(world, visit, signed_in):
    client = signed_in(world.supervisor)
    assert client.get(url("visit-sign", visit, side="school")).status_code == 200

    drawn = {"side": "school", "name": "นายประยูร ใจดี", "position": "ผู้อำนวยการโรงเรียน", "drawing": drawn_signature()}
    client.post(url("visit-sign", visit), drawn)
    client.post(url("visit-sign", visit), {"side": "supervisor", "name": str(world.supervisor), "typed": "on"})

    assert {s.side: bool(s.image) for s in visit.signatures.all()} == {"school": True, "supervisor": False}
    refused = client.post(url("visit-sign", visit), {"side": "school", "name": "นายประยูร ใจดี"})
    assert refused.status_code == 422
    assert "โปรดลงลายมือชื่อในช่อง" in refused.content.decode()
