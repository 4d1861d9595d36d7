"""The small district with one of everything in it, and everybody who could come to its door."""

import uuid
from datetime import date, timedelta
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.flows import Role
from accounts.models import RoleAssignment
from analysis.exports.selection import Selection
from analysis.models import Export
from certificates.models import BatchFile
from certificates.services import Recipient, create_batch
from correspondence.services.papers import create_paper, decide, submit
from correspondence.services.registers import enter
from correspondence.services.signatures import keep_signature
from cycles.annual.versions import freeze, live
from cycles.models import Delivery, ReportFile, ReportVersion
from cycles.services.cycles import add_evidence
from cycles.services.plans import begin_network_plan
from cycles.services.reports import begin_report
from instruments.models import Attachment, Instrument, InstrumentVersion
from networks.imports import preview_members
from networks.models import Agreement, Member, Network, Pair
from reminders.models import Message
from reports.models import Dossier
from schools.imports import preview_import
from supervision.models import Recommendation, RecommendationEntry, RecommendationFile, Visit
from supervision.services.visit_records import add_photo, sign
from surveys.incoming import Incoming
from surveys.services import create_survey, door_of, take_answer
from tests.appraisal.district import settle_quality
from tests.correspondence.papers import a_pdf
from tests.cycles.factories import make_cycle
from tests.handbook.factories import make_draft, make_edition
from tests.networks.evaluations import settle_evaluations
from tests.supervision.factories import (
    DEFINITION,
    LONG_AGO,
    assign,
    make_item,
    make_person,
    make_plan,
    make_recommendation,
    make_school,
    make_user,
    make_visit,
    put,
)
from tests.supervision.pictures import drawn_signature, photograph
from workflows.models import Notice, TransitionLog
from workflows.services import perform

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
    Member.objects.create(network=world.network, kind="school", school=world.school, joined_on=LONG_AGO)
    world.network_lead = make_user("ประธาน")
    RoleAssignment.objects.create(
        user=world.network_lead, role=Role.NETWORK_LEAD, network=world.network, starts_on=LONG_AGO
    )
    world.admin = make_user("ผู้ดูแล", is_staff=True, is_superuser=True)
    return world


def settle_network(world) -> None:
    """A member of the network, a pair of its schools, an agreement and a sheet that waits."""
    partner = make_school(world.area)
    same = {"network": world.network, "joined_on": LONG_AGO}
    Member.objects.create(kind="school", school=partner, **same)
    world.member = Member.objects.create(kind="agency", name="มหาวิทยาลัยใกล้เคียง", role="adviser", **same)
    world.network_pair = Pair.objects.create(
        network=world.network, elder=world.school, younger=partner, purpose="อ่านออกเขียนได้", started_on=LONG_AGO
    )
    world.agreement = Agreement.objects.create(
        network=world.network, kind="order", title="คำสั่งแต่งตั้ง", dated_on=LONG_AGO, by=world.supervisor, size=1,
        file=ContentFile(b"%PDF-1.7", "a.pdf"), name="คำสั่ง.pdf", content_type="application/pdf", sha256="0" * 64,
    )  # fmt: skip
    world.sheet = preview_members(
        world.network, "ชื่อสมาชิก\nนางใหม่ ใจดี\n".encode(), file_name="members.csv", by=world.supervisor
    )


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


def settle_survey(world, state: str) -> None:
    """A survey in that state that the school has answered, and one by link."""
    today = timezone.localdate()
    common = {"area": world.area, "by": world.supervisor, "version": world.instrument.current, "title": "แบบสำรวจ"}
    days = {"opens_on": today, "closes_on": today + timedelta(days=5)}
    survey = create_survey(schools=[world.school], audience="schools", per_school="one", **common, **days)
    perform(survey, "open", by=world.supervisor)
    world.place = survey.places.get()
    door = door_of(world.place.token)
    assert door is not None
    take_answer(door, Incoming(uuid.uuid4(), {"A1": 5}), by=world.school_head)
    world.survey_answer = survey.answers.get()
    world.survey_picture = Attachment.objects.create(
        response=world.survey_answer.response, slot="A1.photo", kind=Attachment.PHOTO, sha256="0" * 64,
        content_type="image/jpeg", size=3, file=ContentFile(b"jpg", "x.jpg"), thumbnail=ContentFile(b"jpg", "x.jpg"),
    )  # fmt: skip
    world.link_survey = create_survey(audience="link", **common, **days)
    perform(world.link_survey, "open", by=world.supervisor)
    world.survey = put(survey, state)


def settle_batch(world, state: str) -> None:
    """A batch of certificates in that state, with a list of two."""
    people = [Recipient("นายหนึ่ง ใจดี", "โรงเรียนวัดสุทธิ"), Recipient("นางสอง ใจงาม")]
    batch = create_batch(area=world.area, by=world.supervisor, title="การอบรม", kind="participant", recipients=people)
    world.line = batch.certificates.first()
    world.batch = put(batch, state)


def settle_certificate(world) -> None:
    """A certificate that was issued to the teacher."""
    given = [Recipient(str(world.teacher), "โรงเรียนวัดสุทธิ", world.teacher)]
    batch = create_batch(area=world.area, by=world.supervisor, title="การแข่งขัน", kind="award", recipients=given)
    perform(batch, "submit", by=world.supervisor)
    perform(batch, "issue", by=world.director)
    world.certificate = batch.certificates.get()
    world.batch_file = BatchFile.objects.create(
        ask=uuid.uuid4(), by=world.supervisor, batch=batch, made_of="1-1", status=BatchFile.DONE,
        file=ContentFile(b"x", "a.pdf"),
    )  # fmt: skip


def settle_letters(world) -> None:
    """A letter that came, with its file, and one in the other office."""
    world.entry = enter(world.area, "in", by=world.clerk, sender="สพฐ.", subject="การนิเทศภายใน", upload=a_pdf())
    enter(world.far_area, "in", by=world.far_head, sender="สพฐ.", subject="การนิเทศภายใน")
    world.signature = keep_signature(by=world.supervisor, drawing=drawn_signature())


def settle_paper(world, state: str, **values) -> None:
    """A letter in that state, for the director to sign; signed, it has a number."""
    fields = {"subject": "แจ้งกำหนดการ", "to": "ผู้อำนวยการโรงเรียน", "body": "ด้วยมีกำหนดนิเทศ"} | values
    chain = [["area_director", "ลงนาม"]]
    paper = create_paper(area=world.area, kind="letter", by=world.supervisor, chain=chain, **fields)
    if state not in ("draft", "returned"):
        submit(paper, by=world.supervisor)
    if state in ("signed", "sent"):
        decide(paper, by=world.director, word="ลงนามแล้ว")
    world.paper = put(paper, state)


def settle_office(world) -> None:
    """What stands outside the lifecycles: a notice, an import, a version, a form that is being written."""
    world.version = world.instrument.versions.get()
    own = Instrument.objects.create(area=world.area, code="D-1", title="แบบร่าง")
    world.draft = InstrumentVersion.objects.create(
        instrument=own,
        definition={**DEFINITION, "lists": {"list1": {"title": "ชั้น", "items": [{"v": "1", "t": "ป.1"}]}}},
    )
    world.message = Message.objects.create(user=world.supervisor, channel="email", day=VISITED, status=Message.FAILED)
    world.notice = Notice.objects.create(user=world.head, text="ข่าว", url="/menu/")
    table = "รหัสโรงเรียน,ชื่อโรงเรียน\n1099000001,วัดใหม่\n"
    world.job = preview_import("schools", table.encode(), file_name="register.csv", area=world.area, by=world.head)
    settle_quality(world)
    settle_evaluations(world)
    settle_certificate(world)
    settle_letters(world)
    settle_network(world)
    world.edition = make_edition(world.area)
    world.edition_draft = make_draft(world.edition)
    world.cycle = make_cycle(world.area, world.head, edition=world.edition)
    step = world.cycle.step(1)
    world.evidence = add_evidence(step, by=world.supervisor, title="ฐานข้อมูล", upload=ContentFile(b"ab", "a.txt"))
    world.check = step.checks.get()
    world.network_cycle = make_cycle(world.area, world.head, edition=world.edition, process="P-5.2", year=2561)
    world.network_plan = begin_network_plan(world.network_cycle.step(2), by=world.supervisor)
    world.report = begin_report(world.cycle, by=world.head)
    other = make_cycle(world.area, world.head, edition=world.edition, process="P-5.2", year=2560, at=7)
    world.published = put(begin_report(other, by=world.supervisor), "published")
    moved = TransitionLog.objects.create(
        target=world.published, action="approve", label="อนุมัติรายงาน", from_state="submitted", to_state="approved",
        by=world.director, role=Role.AREA_DIRECTOR,
    )  # fmt: skip
    world.report_version = freeze(world.published, live(world.published), by=world.supervisor)
    ReportVersion.objects.filter(pk=world.report_version.pk).update(approval=moved)
    world.report_file = ReportFile.objects.create(
        ask=uuid.uuid4(), by=world.head, report=world.report, kind=ReportFile.WHOLE, says="0" * 64, status=ReportFile.DONE,
        file=ContentFile(b"x", "a.pdf"),
    )  # fmt: skip
    world.delivery = Delivery.objects.create(
        report=world.published, agency="สพฐ.", email="saraban@obec.go.th", channel=Delivery.MAIL, sent_by=world.clerk,
        opened_at=timezone.now(),
    )  # fmt: skip
    world.export = Export.objects.create(
        ask=uuid.uuid4(), by=world.head, area=world.area, instrument=world.instrument, status=Export.DONE,
        wanted=Selection(area=world.area.pk, instrument=world.instrument.pk).as_json(), file=ContentFile(b"x", "a.xlsx"),
    )  # fmt: skip
    world.dossier = Dossier.objects.create(
        ask=uuid.uuid4(), by=world.head, area=world.area, kind="school", object_id=world.school.pk, subject="โรงเรียน",
        status=Dossier.DONE, file=ContentFile(b"x", "a.zip"),
    )  # fmt: skip


__all__ = ["assign"]
