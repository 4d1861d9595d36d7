"""A survey of the small district, in whatever shape a test asks for."""

import io
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import ExifTags, Image

from surveys.services import create_survey, door_of
from workflows.services import perform

WHOLE = {"A1": "5", "A2": "4", "B1": "ครูใช้สื่อได้ดี"}


@pytest.fixture
def make_survey(world):
    """A survey that was sent (a draft where ``state`` says so), open from yesterday for a week."""

    def make(*, state="open", schools=None, **values):
        today = timezone.localdate()
        asked = [world.school, world.other_school] if schools is None else schools
        fields = {
            "version": world.instrument.current, "title": "ความต้องการการนิเทศ", "message": "โปรดตอบ",
            "opens_on": today - timedelta(days=1), "closes_on": today + timedelta(days=6), "audience": "schools",
            "per_school": "one", "anonymous": False, "tryout": False, "remind_days": 3,
        }  # fmt: skip
        survey = create_survey(area=world.area, by=world.supervisor, schools=asked, **(fields | values))
        if state != "draft":
            perform(survey, "open", by=world.supervisor)
        return survey

    return make


@pytest.fixture
def door(world):
    """The answering page of a school, as it is now."""

    def find(survey, school=None):
        token = survey.token if school is None else survey.places.get(school=school).token
        found = door_of(token)
        assert found is not None
        return found

    return find


def posted(**answers):
    """An ordinary post of the page."""
    answers = answers or WHOLE
    return {"id": str(uuid.uuid4())} | {f"a-{key}": value for key, value in answers.items()}


def jpeg(colour="#dfe9df") -> SimpleUploadedFile:
    """A photograph with the place where it was taken."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Phone"
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (13.0, 45.0, 1.0), 3: "E", 4: (100.0, 30.0, 1.0)}
    out = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG", exif=exif.tobytes())
    return SimpleUploadedFile("ห้องเรียน ป.4.jpg", out.getvalue(), "image/jpeg")
