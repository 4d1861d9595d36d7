"""The chain of approvals: from the office's own data or the default, link by link, round by round."""

import pytest

from accounts.flows import Role
from supervision.flows import PLAN
from tests.supervision.factories import make_plan
from workflows.models import Approval, ApprovalRule
from workflows.services import (
    NotAllowedError,
    TransitionError,
    approvals_of,
    begin_approvals,
    nobody_has_decided,
    open_approvals,
    perform,
    record_approval,
)

DEFAULT = [(Role.GROUP_HEAD, "เห็นชอบ"), (Role.AREA_DIRECTOR, "อนุมัติ")]


@pytest.fixture(autouse=True)
def only_the_chain(monkeypatch):
    """A decision is written into its link, and nothing else happens."""
    monkeypatch.setattr(PLAN, "effects", {"endorse": [record_approval], "approve": [record_approval]})


@pytest.fixture
def plan(world):
    return make_plan(world.area, world.supervisor, state="submitted")


def links(plan) -> list[tuple]:
    return [(a.round, a.place, a.role, a.label, a.log.by if a.log else None) for a in approvals_of(plan)]


def test_an_office_without_rules_follows_the_default(plan):
    assert links(plan) == [(1, 1, Role.GROUP_HEAD, "เห็นชอบ", None), (1, 2, Role.AREA_DIRECTOR, "อนุมัติ", None)]


def test_an_office_follows_its_own_rules_in_its_own_order(world):
    for place, role in [(20, Role.AREA_DIRECTOR), (10, Role.GROUP_HEAD), (5, Role.WORKGROUP_HEAD)]:
        ApprovalRule.objects.create(
            area=world.area, kind="supervision.plan", place=place, role=role, label=f"ขั้น {place}"
        )
    ApprovalRule.objects.create(area=world.far_area, kind="supervision.plan", place=1, role=Role.COMMITTEE)

    plan = make_plan(world.area, world.supervisor, state="submitted")

    assert [link[1:4] for link in links(plan)] == [
        (1, Role.WORKGROUP_HEAD, "ขั้น 5"),
        (2, Role.GROUP_HEAD, "ขั้น 10"),
        (3, Role.AREA_DIRECTOR, "ขั้น 20"),
    ]


def test_a_rule_changed_later_leaves_the_running_chain_as_it_was(world, plan):
    ApprovalRule.objects.create(area=world.area, kind="supervision.plan", place=1, role=Role.COMMITTEE)

    assert [approval.role for approval in open_approvals(plan)] == [Role.GROUP_HEAD, Role.AREA_DIRECTOR]


def test_each_link_is_decided_in_its_turn_by_its_role(world, plan):
    with pytest.raises(NotAllowedError):
        perform(plan, "endorse", by=world.director)
    assert nobody_has_decided(plan)

    endorsed = perform(plan, "endorse", by=world.head)
    assert not nobody_has_decided(plan)
    with pytest.raises(TransitionError):
        perform(plan, "approve", by=world.head)
    approved = perform(plan, "approve", by=world.director)

    assert [link[4] for link in links(plan)] == [world.head, world.director]
    assert list(Approval.objects.values_list("log", flat=True)) == [endorsed.pk, approved.pk]
    assert open_approvals(plan) == []
    assert not nobody_has_decided(plan)
    assert plan.state == "approved"


def test_the_last_link_approves_and_is_not_asked_to_pass_on(world, plan):
    perform(plan, "endorse", by=world.head)

    with pytest.raises(TransitionError, match="เห็นชอบและเสนอต่อไม่ได้ในขณะนี้"):
        perform(plan, "endorse", by=world.director)


def test_a_returned_record_begins_a_new_round_and_the_old_one_stays_to_be_read(world, plan):
    perform(plan, "endorse", by=world.head)
    begin_approvals(plan, default=DEFAULT)

    assert [(link[0], link[4]) for link in links(plan)] == [(1, world.head), (1, None), (2, None), (2, None)]
    assert [(a.round, a.place) for a in open_approvals(plan)] == [(2, 1), (2, 2)]
    assert nobody_has_decided(plan)


def test_two_approvers_at_one_place_of_the_chain_are_refused_in_thai(world):
    from django.core.exceptions import ValidationError

    rule = {"area": world.area, "kind": "supervision.plan", "place": 1, "role": Role.GROUP_HEAD}
    ApprovalRule.objects.create(**rule)

    with pytest.raises(ValidationError, match="ลำดับนี้มีผู้พิจารณาแล้ว"):
        ApprovalRule(**rule, label="เห็นชอบ").full_clean()
