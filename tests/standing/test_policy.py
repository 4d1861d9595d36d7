"""One policy, two forms: what a list shows is what the rule allows, for every model, person and state."""

import uuid
from itertools import product

import pytest
import rules
from django.apps import apps

from accounts.models import RoleAssignment
from analysis.models import Export
from appraisal.models import AgreementPair, ContentReview, TryOut
from certificates.flows import BATCH
from certificates.models import Batch, BatchFile, Certificate
from correspondence.flows import PAPER
from correspondence.models import Entry, Paper, Register
from correspondence.services.registers import enter
from cycles.flows import NETWORK_PLAN, REPORT
from cycles.models import Cycle, NetworkPlan, PlanOpinion, Report, ReportFile
from cycles.services.plans import begin_network_plan
from cycles.services.reports import begin_report
from handbook.flows import EDITION
from handbook.models import Edition
from instruments.models import AnswerBatch, Attachment, Collection, Instrument, InstrumentVersion, Response
from instruments.services import record_answers
from networks.flows.evaluation import EVALUATION
from networks.flows.gatherings import ACTIVITY, MEETING
from networks.models import Activity, Evaluation, Meeting, Network
from reminders.models import Message
from reports.models import Dossier
from schools.models import AreaOffice, Enrolment, ExamResult, ImportJob, School, SchoolGroup
from supervision.flows import PLAN, RECOMMENDATION, VISIT
from supervision.models import Plan, Recommendation, Visit
from surveys.flows import SURVEY
from surveys.models import Survey, SurveyAnswer, SurveySchool
from tests.cycles.factories import make_cycle
from tests.handbook.factories import make_edition
from tests.networks.evaluations import evaluations_in_every_state
from tests.networks.gatherings import make_activity, make_meeting, make_participant
from tests.standing.district import (
    EVERYBODY,
    VISITED,
    settle_batch,
    settle_office,
    settle_paper,
    settle_people,
    settle_survey,
    settle_visit,
)
from tests.supervision.factories import (
    LONG_AGO,
    make_instrument,
    make_plan,
    make_recommendation,
    make_version,
    make_visit,
    put,
)
from workflows.checks import stateful_models
from workflows.models import Approval, ApprovalRule, Stateful
from workflows.services import authority

PAIRS = {
    ContentReview: "appraisal.see_review",
    TryOut: "appraisal.see_tryout",
    AgreementPair: "appraisal.see_pair",
    Export: "analysis.see_export",
    Edition: "handbook.see_edition",
    Batch: "certificates.see_batch",
    Certificate: "certificates.see_certificate",
    Register: "correspondence.see_register",
    Entry: "correspondence.see_entry",
    Paper: "correspondence.see_paper",
    Cycle: "cycles.see_cycle",
    NetworkPlan: "cycles.see_network_plan",
    Report: "cycles.see_report",
    Plan: "supervision.see_plan",
    Visit: "supervision.see_visit",
    Recommendation: "supervision.see_recommendation",
    School: "schools.see_school",
    AreaOffice: "schools.see_area",
    SchoolGroup: "schools.see_group",
    ExamResult: "schools.see_result",
    ImportJob: "schools.see_import",
    Instrument: "instruments.see_instrument",
    InstrumentVersion: "instruments.see_version",
    Response: "instruments.see_response",
    Collection: "instruments.see_collection",
    Attachment: "instruments.see_attachment",
    AnswerBatch: "instruments.see_batch",
    Network: "networks.see_network",
    Evaluation: "networks.see_evaluation",
    Meeting: "networks.see_meeting",
    Activity: "networks.see_activity",
    Survey: "surveys.see_survey",
    SurveySchool: "surveys.see_place",
    SurveyAnswer: "surveys.see_answer",
    Message: "reminders.see_message",
    Dossier: "reports.see_dossier",
}
WITH_ITS_OWNER = {BatchFile: Batch, Enrolment: School, PlanOpinion: Cycle, ReportFile: Report}
"""Parts without a rule of their own: seen by whoever sees the record they belong to."""


@pytest.fixture
def everything(world):
    """Every record in every state, in both areas and both schools."""
    settle_people(world)
    settle_office(world)
    settle_visit(world, "in_progress")
    answer = {"id": str(uuid.uuid4()), "key": "A1", "v": 5, "at": "2026-11-18T10:00:00+07:00", "base": None}
    record_answers(world.form.response, batch=uuid.uuid4(), events=[answer], by=world.supervisor)
    for state in SURVEY.keys:
        settle_survey(world, state)
    Survey.objects.filter(pk=world.survey.pk - 2).update(per_school="many", anonymous=True)
    for state in BATCH.keys:
        settle_batch(world, state)
        Batch.objects.filter(pk=world.batch.pk).update(made_by=world.head if state == "submitted" else world.clerk)
        settle_batch(world, state)
        Certificate.objects.filter(pk=world.line.pk).update(user=world.teacher)
    for by in (world.head, world.clerk):
        enter(world.area, "in", by=by, sender="สพฐ.", subject="เรื่องร้องเรียน", secrecy="secret")
    for state in PAPER.keys:
        settle_paper(world, state)
        settle_paper(world, state, secrecy="secret")
    for year, state in enumerate(NETWORK_PLAN.keys, start=2600):
        cycle = make_cycle(world.area, world.head, edition=world.edition, process="P-5.2", year=year)
        put(begin_network_plan(cycle.step(2), by=world.supervisor), state)
    NetworkPlan.objects.filter(state="submitted").update(submitted_by=world.head)
    evaluations_in_every_state(world, EVALUATION.keys)
    own = make_instrument(world.area)
    make_version(own, number=2, state="draft")
    make_instrument(world.far_area)
    for area, by in [(world.area, world.supervisor), (world.area, world.far_head), (world.far_area, world.far_head)]:
        Export.objects.create(ask=uuid.uuid4(), by=by, area=area, instrument=own)
    for year, state in enumerate(EDITION.keys, start=2580):
        for area in (world.area, world.far_area):
            make_edition(area, state=state, fiscal_year=year)
    for year, state in enumerate(REPORT.keys, start=2590):
        cycle = make_cycle(world.area, world.head, edition=world.edition, year=year)
        put(begin_report(cycle, by=world.supervisor), state)
    far = make_cycle(world.far_area, world.far_head, edition=make_edition(world.far_area, fiscal_year=2599))
    begin_report(far, by=world.far_head)
    same = {"academic_year": 2568, "exam": "nt", "grade": "p3", "subject": "thai", "mean": 50}
    for school in (world.school, world.other_school, world.far_school):
        ExamResult.objects.create(school=school, **same)
    for area in (world.area, world.far_area):
        ExamResult.objects.create(area=area, level="area", **same)
        Collection.objects.create(area=area, title="รอบที่ 1")
    for state in VISIT.keys:
        for school, lead in [
            (world.school, world.supervisor),
            (world.other_school, world.head),
            (world.far_school, world.far_supervisor),
        ]:
            visit = make_visit(school, lead, state=state, instruments=[world.instrument])
            for step in RECOMMENDATION.keys:
                make_recommendation(visit, state=step)
    far_network = Network.objects.create(area=world.far_area, name="เครือข่ายไกลโพ้น", kind="club", started_on=LONG_AGO)
    for state in MEETING.keys:
        make_meeting(world, state, chair=world.supervisor)
        make_meeting(world, state, network=None, for_all=True, minutes_by=world.head)
        joint = make_meeting(world, state, network=far_network, area=world.far_area)
        joint.others.add(world.network)
        make_participant(joint, user=world.other_school_head)
    for state in ACTIVITY.keys:
        make_activity(world, state)
        make_participant(make_activity(world, state, network=far_network), user=world.stranger)
    ApprovalRule.objects.create(area=world.area, kind="supervision.plan", place=1, role="committee")
    for state in PLAN.keys:
        make_plan(world.area, world.supervisor, state=state)
        make_plan(world.area, world.head, state=state)
        make_plan(world.far_area, world.far_head, state=state)
    Approval.objects.filter(place=2).delete()
    for user in (world.school_head, world.far_supervisor, world.network_lead, world.stranger):
        Message.objects.create(user=user, channel="line", day=VISITED)
    RoleAssignment.objects.create(user=world.bystander, role="teacher", school=world.far_school, starts_on=LONG_AGO)
    return world


def test_every_list_that_people_see_has_its_rule_and_every_rule_its_list():
    listed = {model for model in apps.get_models() if hasattr(model._default_manager.get_queryset(), "visible_to")}
    seen = {name for name in rules.permissions.permissions if ".see_" in name}

    assert listed == set(PAIRS) | set(WITH_ITS_OWNER), "add the model and its see_… rule to PAIRS"
    assert seen == set(PAIRS.values()), "each see_… rule has a visible_to of the same meaning"


def test_the_list_form_agrees_with_the_rule_for_everybody_and_every_state(everything):
    people = {who: getattr(everything, who) for who in sorted(EVERYBODY)}
    wrong = []
    for model, rule in PAIRS.items():
        records = list(model._base_manager.all())
        assert records, model
        for who, user in people.items():
            listed = list(model.objects.visible_to(user))
            allowed = {record for record in records if user.has_perm(rule, record)}
            case = f"{model.__name__} of {who}"
            if set(listed) != allowed:
                wrong.append(f"{case}: only listed {set(listed) - allowed}, only allowed {allowed - set(listed)}")
            if len(listed) != len(set(listed)):
                wrong.append(f"{case}: the list has a record twice")

    assert "\n".join(wrong) == ""


def test_pupils_are_seen_with_their_school(everything):
    schools = (everything.school, everything.far_school)
    for school in schools:
        Enrolment.objects.create(school=school, academic_year=2569, grade="p1", male=5)
    for who in sorted(EVERYBODY):
        user = getattr(everything, who)

        seen = {row.school for row in Enrolment.objects.visible_to(user)}

        assert seen == {school for school in schools if user.has_perm("schools.see_school", school)}, who


def test_whoever_may_make_a_move_also_sees_the_record(everything):
    wrong = []
    for record, who in product(all_records(), sorted(EVERYBODY)):
        user = getattr(everything, who)
        able = [
            transition.name
            for transition in record.machine.transitions
            if transition.applies_to(record) and authority(record, transition, by=user)
        ]
        if able and not user.has_perm(PAIRS[type(record)], record):
            wrong.append(f"{who} may {able} {record} ({record.state}) and can't see it")

    assert "\n".join(wrong) == ""


def test_nobody_whom_a_rule_lets_through_lacks_a_role_in_the_table(everything):
    """A rule wider than the roles of its transition would show nobody a button, and tell nobody why."""
    wrong = set()
    for record, who in product(all_records(), sorted(EVERYBODY)):
        user = getattr(everything, who)
        for transition in record.machine.transitions:
            passes = transition.applies_to(record) and user.has_perm(transition.permission, record)
            if passes and authority(record, transition, by=user) is None:
                wrong.add(f"{transition.name}: {who} passes {transition.permission} without a role of it")

    assert sorted(wrong) == []


def all_records() -> list[Stateful]:
    """Every record that has a state machine."""
    return [record for model in stateful_models() for record in model._base_manager.all()]


def test_nobody_checks_releases_or_decides_their_own_work(everything):
    for visit in Visit.objects.prefetch_related("members"):
        for user in everything.__dict__.values():
            if getattr(user, "pk", None) in visit.team_ids and hasattr(user, "has_perm"):
                assert not user.has_perm("supervision.check_visit", visit)
                assert not user.has_perm("supervision.release_visit", visit)
    for plan in Plan.objects.select_related("owner"):
        assert not plan.owner.has_perm("supervision.decide_plan", plan)
