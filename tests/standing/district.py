"""The small district with one of everything in it, and everybody who could come to its door."""

import uuid
from datetime import date
from types import SimpleNamespace

from django.core.files.base import ContentFile

from accounts.flows import Role
from accounts.models import RoleAssignment
from instruments.models import Attachment
from networks.models import Network, NetworkSchool
from schools.imports import preview_import
from supervision.models import Recommendation, RecommendationEntry, RecommendationFile, Visit
from supervision.services.visit_records import add_photo, sign
from tests.supervision.factories import (
    LONG_AGO,
    assign,
    make_item,
    make_person,
    make_plan,
    make_recommendation,
    make_user,
    make_visit,
    put,
)
from tests.supervision.pictures import drawn_signature, photograph
from workflows.models import Notice, TransitionLog

VISITED = date(2026, 11, 18)
"""A day that has been, so that a record may name it."""
DUE = date(2031, 1, 31)

OFFICE = frozenset({"supervisor", "colleague", "bystander", "workgroup_head", "head", "director"})
"""The supervision staff of the area: ``supervisor`` leads the visit and owns the plan, ``colleague`` is on the team."""
SCHOOL = frozenset({"school_head", "teacher"})
FAR = frozenset({"far_head", "far_supervisor"})
OTHERS = frozenset({"other_school_head", "network_lead", "stranger", "admin"})
EVERYBODY = OFFICE | SCHOOL | FAR | OTHERS | {"committee", "clerk"}


def settle_people(world) -> SimpleNamespace:
    """Those whom the shared world does not have: a supervisor on no team, a network's lead, an administrator."""
    world.bystander = make_person(Role.SUPERVISOR, area=world.area, first_name="เฉย")
    world.network = Network.objects.create(area=world.area, name="เครือข่ายวัง", kind="club", started_on=LONG_AGO)
    NetworkSchool.objects.create(network=world.network, school=world.school, joined_on=LONG_AGO)
    world.network_lead = make_user("ประธาน")
    RoleAssignment.objects.create(
        user=world.network_lead, role=Role.NETWORK_LEAD, network=world.network, starts_on=LONG_AGO
    )
    world.admin = make_user("ผู้ดูแล", is_staff=True, is_superuser=True)
    return world


def settle_visit(world, state: str) -> Visit:
    """A visit in that state with a form, an answer's picture, a photograph, signatures and a recommendation."""
    visit = make_visit(
        world.school,
        world.supervisor,
        team=[world.colleague],
        instruments=[world.instrument],
        state="in_progress",
        starts_on=VISITED,
        visited_on=VISITED,
        hosts="นายประยูร ผู้อำนวยการ",
        summary="ครูจัดการเรียนรู้เชิงรุกได้ดี",
    )
    world.photo = add_photo(visit, photograph(), by=world.supervisor)
    for side in ("supervisor", "school"):
        sign(visit, side=side, name="ผู้ลงนาม", drawing=drawn_signature(), by=world.supervisor)
    world.form = visit.forms.get()
    world.attachment = Attachment.objects.create(
        response=world.form.response,
        slot="A1",
        kind=Attachment.PHOTO,
        file=ContentFile(photograph().read(), "a.jpg"),
        thumbnail=ContentFile(photograph().read(), "t.jpg"),
        content_type="image/jpeg",
        width=800,
        height=600,
        size=1,
        uploaded_by=world.supervisor,
        sha256="0" * 64,
        **({"extension": "jpg"} if hasattr(Attachment(), "extension") and _stored("extension") else {}),
    )
    world.recommendation = make_recommendation(visit, due_on=DUE)
    world.recommendation_file = evidence(world, world.recommendation)
    earlier = make_visit(world.school, world.supervisor, state="released", starts_on=date(2026, 6, 1))
    world.earlier = make_recommendation(earlier, "เรื่องที่ค้าง", due_on=DUE)
    world.visit = put(visit, state)
    return world.visit


def _stored(name: str) -> bool:
    return name in {field.name for field in Attachment._meta.fields}


def evidence(world, recommendation: Recommendation) -> RecommendationFile:
    log = TransitionLog.objects.create(
        target=recommendation, action="report", label="รายงาน", by=world.school_head, role=Role.SCHOOL_HEAD
    )
    entry = RecommendationEntry.objects.create(recommendation=recommendation, log=log, text="ทำแล้ว")
    return RecommendationFile.objects.create(
        entry=entry,
        uuid=uuid.uuid4(),
        file=ContentFile(photograph().read(), "e.jpg"),
        name="ห้องเรียน.jpg",
        content_type="image/jpeg",
        size=1,
        sha256="0" * 64,
        by=world.school_head,
    )


def settle_plan(world, state: str) -> None:
    plan = make_plan(world.area, world.supervisor, state=state)
    world.item = make_item(plan, world.school, world.supervisor, instruments=[world.instrument])
    world.plan = plan


def settle_office(world) -> None:
    """What stands outside the lifecycles: a notice, an import, a version."""
    world.version = world.instrument.versions.get()
    world.notice = Notice.objects.create(user=world.head, text="ข่าว", url="/menu/")
    table = "รหัสโรงเรียน,ชื่อโรงเรียน\n1099000001,วัดใหม่\n"
    world.job = preview_import("schools", table.encode(), file_name="register.csv", area=world.area, by=world.head)


__all__ = ["assign"]
