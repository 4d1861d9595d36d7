"""One round of experts, one try-out and one joint rating for the small district of ``tests.standing``."""

from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from appraisal.models import Expert, TryOut
from appraisal.services.pairs import create_pair
from appraisal.services.reviews import add_expert, open_review, send_marks
from instruments.models import Attachment, Instrument, InstrumentVersion
from tests.supervision.factories import DEFINITION
from tests.supervision.pictures import photograph


def settle_quality(world) -> None:
    """``own_draft`` under ``review`` by ``expert`` and ``sent_expert``, ``tryout``, and ``pair`` with a picture."""
    instrument = Instrument.objects.create(area=world.area, code="OWN-QUALITY", title="แบบของเขต")
    world.own_draft = InstrumentVersion.objects.create(instrument=instrument, definition=DEFINITION)
    due = timezone.localdate() + timedelta(days=14)
    world.review = open_review(world.own_draft, area=world.area, by=world.supervisor, due_on=due)
    world.expert = add_expert(world.review, name="ผศ.ดร.วันดี", by=world.supervisor)
    Expert.objects.filter(pk=world.expert.pk).update(opened_at=timezone.now())
    world.sent_expert = add_expert(world.review, name="รศ.ดร.ชาติ", by=world.supervisor)
    Expert.objects.filter(pk=world.sent_expert.pk).update(opened_at=timezone.now())
    send_marks(world.sent_expert, {"A1": "1", "A2": "1", "B1": "0"}, {}, signature="ชาติ")
    world.tryout = TryOut.objects.create(
        area=world.area, version=world.version, definition=world.version.definition,
        content_hash=world.version.content_hash, title="ครู 2 คน", columns=["A1", "A2"], matrix=[[5, 4], [3, 2]],
        made_by=world.supervisor,
    )  # fmt: skip
    world.pair = create_pair(
        version=world.version, area=world.area, subject="การสอน ป.4", on=date(2026, 11, 18), school=world.school,
        first=world.supervisor, second=world.colleague, by=world.head,
    )  # fmt: skip
    picture = photograph().read()
    world.pair_picture = Attachment.objects.create(
        response=world.pair.first_response, slot="A1", kind=Attachment.PHOTO, file=ContentFile(picture, "p.jpg"),
        thumbnail=ContentFile(picture, "t.jpg"), content_type="image/jpeg", width=800, height=600, size=1,
        sha256="0" * 64, uploaded_by=world.supervisor,
    )  # fmt: skip
