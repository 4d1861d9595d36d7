"""One policy, two forms: what a list shows is what the rule allows, for every model, person and state."""

import uuid

import pytest
import rules
from django.apps import apps

from accounts.models import RoleAssignment
from instruments.models import AnswerBatch, Attachment, Instrument, InstrumentVersion, Response
from instruments.services import record_answers
from networks.models import Network
from schools.models import AreaOffice, Enrolment, ImportJob, School, SchoolGroup
from supervision.flows import PLAN, RECOMMENDATION, VISIT
from supervision.models import Plan, Recommendation, Visit
from tests.standing.district import EVERYBODY, settle_office, settle_people, settle_visit
from tests.supervision.factories import (
    LONG_AGO,
    make_instrument,
    make_plan,
    make_recommendation,
    make_version,
    make_visit,
)
from workflows.checks import stateful_models
from workflows.models import Approval, ApprovalRule
from workflows.services import authority

PAIRS = {
    Plan: "supervision.see_plan",
    Visit: "supervision.see_visit",
    Recommendation: "supervision.see_recommendation",
    School: "schools.see_school",
    AreaOffice: "schools.see_area",
    SchoolGroup: "schools.see_group",
    ImportJob: "schools.see_import",
    Instrument: "instruments.see_instrument",
    InstrumentVersion: "instruments.see_version",
    Response: "instruments.see_response",
    Attachment: "instruments.see_attachment",
    AnswerBatch: "instruments.see_batch",
    Network: "networks.see_network",
}
WITH_ITS_OWNER = {Enrolment: School}
"""Parts without a rule of their own: seen by whoever sees the record they belong to."""


@pytest.fixture
def everything(world):
    """Every record in every state, in both areas and both schools."""
    settle_people(world)
    settle_office(world)
    settle_visit(world, "in_progress")
    answer = {"id": str(uuid.uuid4()), "key": "A1", "v": 5, "at": "2026-11-18T10:00:00+07:00", "base": None}
    record_answers(world.form.response, batch=uuid.uuid4(), events=[answer], by=world.supervisor)
    own = make_instrument(world.area)
    make_version(own, number=2, state="draft")
    make_instrument(world.far_area)
    for state in VISIT.keys:
        for school, lead in [
            (world.school, world.supervisor),
            (world.other_school, world.head),
            (world.far_school, world.far_supervisor),
        ]:
            visit = make_visit(school, lead, state=state, instruments=[world.instrument])
            for step in RECOMMENDATION.keys:
                make_recommendation(visit, state=step)
    ApprovalRule.objects.create(area=world.area, kind="supervision.plan", place=1, role="committee")
    for state in PLAN.keys:
        make_plan(world.area, world.supervisor, state=state)
        make_plan(world.area, world.head, state=state)
        make_plan(world.far_area, world.far_head, state=state)
    Approval.objects.filter(place=2).delete()
    RoleAssignment.objects.create(user=world.bystander, role="teacher", school=world.far_school, starts_on=LONG_AGO)
    return world


def test_every_list_that_people_see_has_its_rule_and_every_rule_its_list():
    listed = {model for model in apps.get_models() if hasattr(model._default_manager.get_queryset(), "visible_to")}
    seen = {name for name in rules.permissions.permissions if ".see_" in name}

    assert listed == set(PAIRS) | set(WITH_ITS_OWNER), "add the model and its see_… rule to PAIRS"
    assert seen == set(PAIRS.values()), "each see_… rule has a visible_to of the same meaning"


@pytest.mark.parametrize("model", PAIRS, ids=lambda model: model.__name__)
def test_the_list_form_agrees_with_the_rule_for_everybody_and_every_state(everything, model):
    records = list(model._base_manager.all())
    assert records
    wrong = []

    for who in sorted(EVERYBODY):
        user = getattr(everything, who)
        listed = list(model.objects.visible_to(user))
        allowed = {record for record in records if user.has_perm(PAIRS[model], record)}
        if set(listed) != allowed:
            wrong.append(f"{who}: only listed {set(listed) - allowed}, only allowed {allowed - set(listed)}")
        if len(listed) != len(set(listed)):
            wrong.append(f"{who}: the list has a record twice")

    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_pupils_are_seen_with_their_school(everything, who):
    for school in (everything.school, everything.far_school):
        Enrolment.objects.create(school=school, academic_year=2569, grade="p1", male=5)
    user = getattr(everything, who)

    seen = {row.school for row in Enrolment.objects.visible_to(user)}

    assert seen == {s for s in (everything.school, everything.far_school) if user.has_perm("schools.see_school", s)}


@pytest.mark.parametrize("model", stateful_models(), ids=lambda model: model.__name__)
def test_whoever_may_make_a_move_also_sees_the_record(everything, model):
    wrong = []
    for record in model._base_manager.all():
        for who in sorted(EVERYBODY):
            user = getattr(everything, who)
            able = [
                transition.name
                for transition in model.machine.transitions
                if transition.applies_to(record) and authority(record, transition, by=user)
            ]
            if able and not user.has_perm(PAIRS[model], record):
                wrong.append(f"{who} may {able} {record} ({record.state}) and can't see it")

    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("model", stateful_models(), ids=lambda model: model.__name__)
def test_nobody_whom_a_rule_lets_through_lacks_a_role_in_the_table(everything, model):
    """A rule wider than the roles of its transition would show nobody a button, and tell nobody why."""
    wrong = []
    for record in model._base_manager.all():
        for who in sorted(EVERYBODY):
            user = getattr(everything, who)
            for transition in model.machine.transitions:
                passes = transition.applies_to(record) and user.has_perm(transition.permission, record)
                if passes and authority(record, transition, by=user) is None:
                    wrong.append(f"{transition.name}: {who} passes {transition.permission} without a role of it")

    assert sorted(set(wrong)) == []


def test_nobody_checks_releases_or_decides_their_own_work(everything):
    for visit in Visit.objects.prefetch_related("members"):
        for user in everything.__dict__.values():
            if getattr(user, "pk", None) in visit.team_ids and hasattr(user, "has_perm"):
                assert not user.has_perm("supervision.check_visit", visit)
                assert not user.has_perm("supervision.release_visit", visit)
    for plan in Plan.objects.select_related("owner"):
        assert not plan.owner.has_perm("supervision.decide_plan", plan)
