"""Dull makers of what tests of evaluations need; forms are answered and moves made through the services."""

import uuid
from datetime import date
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import User
from instruments.models import Attachment, InstrumentVersion
from instruments.services import record_answers
from networks.models import Evaluation, Network
from networks.services.evaluation import add_direction, confirm, open_round
from tests.supervision.factories import DEFINITION, LONG_AGO, make_instrument, make_version, put
from tests.supervision.pictures import photograph
from workflows.services import perform

DUE = date(2031, 1, 31)


def form_of(*sizes: int) -> dict:
    """A definition with one rated section for each size: A1, A2 … B1 …; and one in words at the end."""
    sections = [
        {
            "key": key,
            "title": f"ด้านที่ {number}",
            "scale": "level5",
            "questions": [
                {"key": f"{key}{n}", "type": "rating", "text": f"ข้อ {n}", "required": True, "allow_na": True}
                for n in range(1, size + 1)
            ],
        }
        for number, (key, size) in enumerate(zip("ABCDEF", sizes, strict=False), start=1)
    ]
    words = {
        "key": "Z",
        "title": "สรุป",
        "questions": [{"key": "Z1", "type": "text", "text": "ข้อเสนอแนะเพื่อพัฒนา", "long": True}],
    }
    return {"scales": DEFINITION["scales"], "sections": [*sections, words]}


def make_form(*sizes: int) -> InstrumentVersion:
    """A published form with such sections, shared by all offices."""
    return make_version(make_instrument(title="แบบประเมินเครือข่าย"), number=2, definition=form_of(*sizes))


def answer(evaluation: Evaluation, by: User, **values) -> None:
    """``A=[5, 4]`` answers A1 and A2; None is “not applicable”; ``Z1="…"`` as it is."""
    events = []
    for key, given in values.items():
        slots = (
            {f"{key}{n}": value for n, value in enumerate(given, start=1)} if isinstance(given, list) else {key: given}
        )
        for slot, value in slots.items():
            change = {"na": True} if value is None else {"v": value}
            events.append(
                {"id": str(uuid.uuid4()), "key": slot, "base": None, "at": timezone.now().isoformat(), **change}
            )
    evaluation.response.refresh_from_db()
    outcome = record_answers(evaluation.response, batch=uuid.uuid4(), events=events, by=by)
    assert not outcome.refused


def make_evaluation(network: Network, by: User, version: InstrumentVersion, *, year=2569, semester=1, **values):
    """One evaluation of the network in a round of its own, opened by somebody of the area."""
    fields: dict[str, Any] = {"kind": "before", "number": 0, "due_on": DUE, "evaluator": by} | values
    opened = open_round(
        area=network.area, academic_year=year, semester=semester, version=version, networks=[network], by=by, **fields
    )
    return opened.made[0]


def send(evaluation: Evaluation, by: User) -> Evaluation:
    evaluation = Evaluation.objects.get(pk=evaluation.pk)
    perform(evaluation, "submit", by=by)
    return Evaluation.objects.get(pk=evaluation.pk)


def make_confirmed(
    network: Network, by: User, head: User, version: InstrumentVersion, *, answers, **values
) -> Evaluation:
    evaluation = make_evaluation(network, by, version, **values)
    answer(evaluation, by, **answers)
    evaluation = send(evaluation, by)
    confirm(evaluation, decision=evaluation.proposal or "normal", reason="ตามหลักฐาน", by=head)
    return Evaluation.objects.get(pk=evaluation.pk)


def settle_evaluations(world) -> None:
    """One that is being filled and one that is confirmed, of the world's network, with a picture and a direction."""
    version = world.instrument.versions.get()
    world.evaluation = make_evaluation(world.network, world.supervisor, version, kind="after")
    answer(world.evaluation, world.supervisor, A1=5)
    world.evaluation_picture = Attachment.objects.create(
        response=world.evaluation.response, slot="A1", kind=Attachment.PHOTO, content_type="image/jpeg", size=1,
        file=ContentFile(photograph().read(), "a.jpg"), thumbnail=ContentFile(photograph().read(), "t.jpg"),
        width=800, height=600, uploaded_by=world.supervisor, sha256="0" * 64,
    )  # fmt: skip
    world.judged = make_confirmed(world.network, world.supervisor, world.head, version, answers={"A1": 4})
    world.direction = add_direction(world.judged, text="จัดเวที", owner="ประธาน", due_on=DUE, by=world.supervisor)


def evaluations_in_every_state(world, states) -> None:
    """For the standing policy: an evaluation in each state of the network of each area, filled by different people."""
    version = world.instrument.versions.get()
    far = Network.objects.create(area=world.far_area, name="เครือข่ายไกล", kind="club", started_on=LONG_AGO)
    for number, state in enumerate(states, start=1):
        for network, by in [(world.network, world.supervisor), (world.network, world.head), (far, world.far_head)]:
            nth = 10 * number + (by is world.head)
            evaluation = make_evaluation(network, by, version, kind="round", number=nth)
            if state in ("submitted", "confirmed"):
                Evaluation.objects.filter(pk=evaluation.pk).update(submitted_by=by)
            put(evaluation, state)
    mine = make_evaluation(world.network, world.supervisor, version, kind="round", number=99)
    Evaluation.objects.filter(pk=mine.pk).update(evaluator=world.network_lead)
