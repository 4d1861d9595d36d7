"""Who hears of what: the right people, after commit, and never the one who acted."""

import pytest
from django.db import transaction

from accounts.flows import Role
from supervision.services.recommendations import answer_plan, ask_again, report_done, verify
from supervision.services.visits import create_visit, reschedule_visit
from tests.supervision.factories import FIRST_DAY, assign, make_item, make_person, make_plan, make_visit, put
from tests.supervision.feedback import DUE, released
from workflows.models import Notice
from workflows.services import TransitionError, begin_approvals, perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def hears(people, django_capture_on_commit_callbacks):
    """Run something to its commit; answer {name of the person: [what was said]} of everybody who was told."""

    def run(act) -> dict[str, list[str]]:
        Notice.objects.all().delete()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        names = {person.pk: name for name, person in people.items()}
        told: dict[str, list[str]] = {}
        for notice in Notice.objects.order_by("pk"):
            told.setdefault(names.get(notice.user_id, str(notice.user)), []).append(notice.text)
        return told

    return run


# -- Plans ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def plan(world):
    plan = make_plan(world.area, world.supervisor, state="draft")
    plan.team.set([world.colleague])
    make_item(plan, world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument])
    return plan


def test_a_plan_tells_whoever_is_next_in_the_chain(world, plan, hears):
    told = hears(lambda: perform(plan, "submit", by=world.supervisor))
    assert set(told) == {"head"}
    assert "รอท่านพิจารณา" in told["head"][0]

    told = hears(lambda: perform(plan, "endorse", by=world.head))
    assert set(told) == {"director", "supervisor", "colleague"}
    assert "รอท่านพิจารณา" in told["director"][0]


def test_a_returned_plan_tells_owner_and_team_why(world, plan, hears):
    put(plan, "submitted")
    plan = put(plan, "submitted")
    begin_approvals(plan, default=[(Role.GROUP_HEAD, "เห็นชอบ")])

    told = hears(lambda: perform(plan, "return", by=world.head, reason="ขาดงบประมาณ\nโปรดระบุแหล่ง"))

    said = [f"“{plan.title}” ถูกส่งกลับแก้ไข: ขาดงบประมาณ โปรดระบุแหล่ง"]
    assert told == {"supervisor": said, "colleague": said}


def test_an_approved_plan_tells_owner_and_team_and_whom_it_sends_out(world, plan, hears):
    plan = put(plan, "submitted")
    begin_approvals(plan, default=[(Role.GROUP_HEAD, "อนุมัติ")])

    told = hears(lambda: perform(plan, "approve", by=world.head))

    assert set(told) == {"supervisor", "colleague"}
    assert all(f"“{plan.title}” ได้รับอนุมัติแล้ว" in said for said in told.values())
    assert all(any("คณะผู้นิเทศ 1 ครั้ง" in text for text in said) for said in told.values())


# -- Visits --------------------------------------------------------------------------------------------------------


def visit_in(world, state):
    return make_visit(world.school, world.supervisor, team=[world.colleague], state=state)


TEAM = {"supervisor", "colleague"}


@pytest.mark.parametrize(
    ("state", "name", "actor", "listeners"),
    [
        ("submitted", "check", "workgroup_head", {"head"}),
        ("submitted", "return", "head", TEAM),
        ("checked", "return", "workgroup_head", TEAM),
        ("checked", "release", "head", TEAM | {"school_head"}),
        ("checked", "release", "director", TEAM | {"school_head"}),
        ("released", "acknowledge", "school_head", TEAM),
        ("planned", "postpone", "supervisor", {"colleague"}),
        ("planned", "cancel", "head", TEAM),
        ("in_progress", "cancel", "supervisor", {"colleague"}),
        ("planned", "start", "supervisor", set()),
        ("acknowledged", "close", "supervisor", set()),
    ],
)
def test_each_move_of_a_visit_tells_those_who_act_or_need_to_know(world, hears, state, name, actor, listeners):
    visit = visit_in(world, state)

    told = hears(lambda: perform(visit, name, by=getattr(world, actor), reason="ต้องการหลักฐานเพิ่ม"))

    assert set(told) == listeners
    if name == "return":
        assert {texts[0] for texts in told.values()} == {"บันทึกการนิเทศโรงเรียนวัดสุทธิถูกส่งกลับแก้ไข: ต้องการหลักฐานเพิ่ม"}
    for notice in Notice.objects.all():
        assert notice.url == visit.get_absolute_url()


def test_a_sent_record_tells_those_who_check_but_not_a_checker_who_was_on_the_team(world, hears, monkeypatch):
    visit = make_visit(world.school, world.supervisor, team=[world.workgroup_head], state="in_progress")
    monkeypatch.setattr("supervision.models.Visit.content_for_digest", lambda self: {})
    visit.machine["submit"]
    type(visit).objects.filter(pk=visit.pk).update(visited_on=FIRST_DAY, summary="ดี", unsigned_reason="ติดราชการ")
    visit.refresh_from_db()
    sign_for_supervisor(visit, world.supervisor)

    told = hears(lambda: perform(visit, "submit", by=world.supervisor))

    assert set(told) == {"head"}


def sign_for_supervisor(visit, user):
    import uuid

    visit.signatures.create(
        side="supervisor", uuid=uuid.uuid4(), name=str(user), digest="x" * 64, witness=user, image=""
    )


def test_a_new_day_and_a_new_visit_are_told_to_the_team(world, hears):
    visit = visit_in(world, "planned")
    told = hears(lambda: reschedule_visit(visit, starts_on=FIRST_DAY, ends_on=FIRST_DAY, by=world.supervisor))
    assert set(told) == {"colleague"}

    told = hears(
        lambda: create_visit(
            school=world.school, purpose="ติดตาม", starts_on=FIRST_DAY, ends_on=FIRST_DAY,
            lead=world.supervisor, team=[world.colleague], by=world.supervisor,
        )
    )  # fmt: skip
    assert "colleague" in told
    assert "1 ธันวาคม 2569" in told["colleague"][0]


# -- Recommendations -----------------------------------------------------------------------------------------------


def test_the_team_hears_what_the_school_says_and_the_school_what_the_supervisor_says(world, hears):
    recommendation = released(world)

    assert set(hears(lambda: answer_plan(recommendation, text="แผน", due_on=DUE, by=world.school_head))) == TEAM
    assert set(hears(lambda: report_done(recommendation, text="เสร็จ", by=world.school_head))) == TEAM
    assert set(hears(lambda: ask_again(recommendation, reason="ขอรูป", by=world.supervisor))) == {"school_head"}
    report_done(recommendation, text="แนบแล้ว", by=world.school_head)
    told = hears(lambda: verify(recommendation, by=world.supervisor))
    assert told == {"school_head": ["ศึกษานิเทศก์ยืนยันผลตามข้อเสนอแนะ “จัดทำปฏิทินนิเทศภายใน” แล้ว"]}


def test_a_person_with_two_roles_hears_once_and_an_inactive_one_not_at_all(world, hears):
    twice = assign(world.head, Role.WORKGROUP_HEAD, area=world.area)
    gone = make_person(Role.GROUP_HEAD, area=world.area, is_active=False)
    visit = visit_in(world, "submitted")

    told = hears(lambda: perform(visit, "check", by=world.workgroup_head))

    assert set(told) == {"head"}
    assert len(told["head"]) == 1
    assert not Notice.objects.filter(user__in=[gone]).exists()
    assert Notice.objects.get().user == twice


def test_a_long_text_is_told_by_its_beginning(world, hears):
    visit = visit_in(world, "submitted")

    told = hears(lambda: perform(visit, "return", by=world.head, reason="เหตุผลยาวมาก" * 60))

    assert all(len(texts[0]) <= 300 and texts[0].endswith("…") for texts in told.values())


# -- Nothing is told of what did not happen ------------------------------------------------------------------------


def test_a_refused_move_tells_nobody(world, hears):
    visit = visit_in(world, "checked")

    def refused():
        with pytest.raises(TransitionError):
            perform(visit, "release", by=world.workgroup_head)

    assert hears(refused) == {}


def test_a_move_that_was_rolled_back_tells_nobody(world, hears):
    visit = visit_in(world, "checked")

    def undone():
        with pytest.raises(RuntimeError), transaction.atomic():
            perform(visit, "release", by=world.head)
            raise RuntimeError

    assert hears(undone) == {}
    visit.refresh_from_db()
    assert visit.state == "checked"
