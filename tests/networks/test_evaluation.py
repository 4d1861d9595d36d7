"""A network is judged: a round is opened, filled, sent, proposed by the rule, confirmed by a person; what follows from it."""

import html
import json
import re
import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.flows import Role
from accounts.models import RoleAssignment
from documents import kinds
from instruments.models import Tally
from instruments.services import record_answers
from networks.duties.evaluation import directions as directions_that_wait
from networks.duties.evaluation import evaluations as evaluations_that_wait
from networks.models import DecisionRule, Direction, Evaluation, Member, Network
from networks.queries.results import evaluations_of, proposal_for
from networks.queries.scores import scores_of
from networks.services.evaluation import (
    EvaluationRefusedError,
    add_direction,
    change_direction,
    confirm,
    hand_over,
    open_round,
    set_rule,
)
from reminders.people import everybody
from tests.networks.evaluations import DUE, answer, form_of, make_confirmed, make_evaluation, make_form, send
from tests.supervision.factories import LONG_AGO, make_instrument, make_user, make_version
from workflows.models import Notice
from workflows.services import NotAllowedError, TransitionError, perform

GOOD = {"A": [4, 4, 4], "B": [4, 4]}
WEAK = {"A": [5, 5, 5], "B": [2, 2]}
"""4.00… as a whole, 2.00 in the second section."""


@pytest.fixture
def network(world) -> Network:
    network = Network.objects.create(area=world.area, name="เครือข่ายวังหลวง", kind="club", started_on=LONG_AGO)
    Member.objects.create(network=network, kind="school", school=world.school, joined_on=LONG_AGO)
    world.lead = make_user("ประธาน")
    RoleAssignment.objects.create(user=world.lead, role=Role.NETWORK_LEAD, network=network, starts_on=LONG_AGO)
    return network


@pytest.fixture
def version(db):
    return make_form(3, 2)


@pytest.fixture
def evaluation(world, network, version) -> Evaluation:
    return make_evaluation(network, world.supervisor, version)


def again(evaluation: Evaluation) -> Evaluation:
    return Evaluation.objects.get(pk=evaluation.pk)


# -- Who -----------------------------------------------------------------------------------------------------------


def test_members_read_an_evaluation_once_it_is_confirmed_and_others_never(people, world, evaluation):
    staff = {"supervisor", "colleague", "workgroup_head", "head", "director"}
    people = people | {"lead": world.lead}

    def readers():
        return {name for name, user in people.items() if Evaluation.objects.visible_to(user).exists()}

    assert readers() == staff | {"lead"}
    answer(evaluation, world.supervisor, **GOOD)
    confirm(send(evaluation, world.supervisor), decision="normal", by=world.head)
    assert readers() == staff | {"lead", "school_head", "teacher", "committee", "clerk"}


def test_a_lead_fills_the_own_network_only_where_asked(world, network, version, evaluation):
    own = make_evaluation(network, world.supervisor, version, kind="after", by_leads=True)

    assert own.evaluator == world.lead
    assert world.lead.has_perm("networks.fill_evaluation", own)
    assert not world.lead.has_perm("networks.fill_evaluation", evaluation)
    answer(own, world.lead, **GOOD)
    assert send(own, world.lead).transitions.get().role == Role.NETWORK_LEAD


# -- Rounds --------------------------------------------------------------------------------------------------------


def test_a_round_takes_each_network_of_the_semester_once_and_tells_each_person_once(world, network, version):
    ended = Network.objects.create(
        area=world.area, name="เลิกแล้ว", kind="club", started_on=LONG_AGO, ended_on=date(2025, 1, 1)
    )
    other = Network.objects.create(area=world.area, name="ไม่มีประธาน", kind="pair", started_on=LONG_AGO)
    asked = {
        "area": world.area, "academic_year": 2569, "semester": 1, "kind": "before", "version": version, "due_on": DUE,
        "evaluator": world.colleague, "by": world.supervisor, "by_leads": True,
    }  # fmt: skip

    opened = open_round(**asked)

    assert {one.network: one.evaluator for one in opened.made} == {network: world.lead, other: world.colleague}
    assert ended.evaluations.count() == 0
    assert set(Notice.objects.values_list("user", flat=True)) == {world.lead.pk, world.colleague.pk}
    with pytest.raises(EvaluationRefusedError, match="ไม่มีเครือข่ายที่ต้องเปิดเพิ่ม"):
        open_round(**asked)
    with pytest.raises(EvaluationRefusedError, match="เปิดไว้แล้วด้วยแบบ"):
        open_round(**asked | {"version": make_form(1)})
    with pytest.raises(EvaluationRefusedError, match="ท่านเปิดรอบการประเมินของเขตนี้ไม่ได้"):
        open_round(**asked | {"by": world.clerk})
    with pytest.raises(EvaluationRefusedError, match="ไม่ได้เป็นศึกษานิเทศก์ของเขต"):
        open_round(**asked | {"kind": "after", "evaluator": world.clerk})


def test_one_that_was_called_off_makes_room_for_another_and_counts_nowhere(world, network, version, evaluation):
    perform(evaluation, "discard", by=world.supervisor, reason="เปิดผิดภาคเรียน")

    another = make_evaluation(network, world.supervisor, version)

    assert another.round == evaluation.round
    assert not Tally.objects.exists()


def test_answers_count_in_the_semester_they_are_about(world, evaluation):
    answer(evaluation, world.supervisor, **GOOD)
    send(evaluation, world.supervisor)
    evaluation.response.refresh_from_db()

    assert (evaluation.response.academic_year, evaluation.response.semester) == (2569, 1)
    assert Tally.objects.filter(kind=Tally.OFFICE, responses=1, semester=1).exists()


# -- Sending and deciding ------------------------------------------------------------------------------------------


def test_required_answers_are_a_gate_and_what_is_sent_is_fixed(world, evaluation):
    answer(evaluation, world.supervisor, A=[4, 4, 4])
    with pytest.raises(TransitionError, match="ข้อที่ต้องตอบ"):
        send(evaluation, world.supervisor)
    assert again(evaluation).state == "open"

    answer(evaluation, world.supervisor, B=[2, 3])
    sent = send(evaluation, world.supervisor)

    assert (sent.state, sent.proposal, sent.mean, sent.level) == ("submitted", "improve", Decimal("3.40"), "ปานกลาง")
    assert sent.response.is_locked
    assert sent.result["grounds"][1].startswith("ด้านที่ 2 x̄ = 2.50, S.D. = 0.71 (n = 2)")
    assert Notice.objects.filter(user=world.head, text__contains="รอท่านยืนยัน").count() == 1


def test_a_person_confirms_and_decides_otherwise_only_with_a_reason(world, evaluation):
    answer(evaluation, world.supervisor, **WEAK)
    sent = send(evaluation, world.supervisor)
    assert sent.proposal == "improve"
    with pytest.raises(NotAllowedError, match="ผู้ที่ดำเนินการได้คือ"):
        confirm(sent, decision="improve", by=world.supervisor)
    with pytest.raises(EvaluationRefusedError, match="โปรดระบุเหตุผล"):
        confirm(sent, decision="normal", reason="  ", by=world.head)
    assert again(sent).state == "submitted"

    log = confirm(again(sent), decision="normal", reason="มีแผนแก้ไขแล้ว", by=world.head)

    kept = again(sent)
    assert (kept.proposal, kept.decision, kept.state) == ("improve", "normal", "confirmed")
    assert (log.data, log.reason) == ({"decision": "normal", "proposal": "improve"}, "มีแผนแก้ไขแล้ว")
    assert Notice.objects.filter(user=world.lead, text__contains="ยืนยันผล").exists()


def test_nobody_confirms_what_they_sent_themselves(world, network, version):
    evaluation = make_evaluation(network, world.head, version)
    answer(evaluation, world.head, **GOOD)
    sent = send(evaluation, world.head)

    with pytest.raises(NotAllowedError):
        confirm(sent, decision="normal", by=world.head)
    confirm(again(sent), decision="normal", by=world.director)


def test_what_is_returned_is_answered_and_judged_anew(world, evaluation):
    answer(evaluation, world.supervisor, **WEAK)
    sent = send(evaluation, world.supervisor)
    perform(sent, "return", by=world.head, reason="ทบทวนด้านที่ 2")
    back = again(sent)
    assert (back.mean, back.proposal, back.response.is_locked) == (None, "", False)
    assert not Tally.objects.filter(responses__gt=0).exists()

    held = back.response.answers
    events = [
        {"id": str(uuid.uuid4()), "key": key, "v": 4, "base": held[key]["e"], "at": timezone.now().isoformat()}
        for key in ("B1", "B2")
    ]
    record_answers(back.response, batch=uuid.uuid4(), events=events, by=world.supervisor)

    assert send(back, world.supervisor).proposal == "normal"


def test_a_decision_that_is_considered_again_stays_in_the_log(world, evaluation):
    answer(evaluation, world.supervisor, **GOOD)
    sent = send(evaluation, world.supervisor)
    confirm(sent, decision="normal", by=world.head)

    perform(again(sent), "reconsider", by=world.head, reason="ได้รับหลักฐานเพิ่ม")

    fresh = again(sent)
    assert (fresh.state, fresh.decision) == ("submitted", "")
    assert [log.action for log in fresh.transitions.all()] == ["submit", "confirm", "reconsider"]


def test_a_changed_rule_changes_no_result_that_was_sent(world, evaluation, network, version):
    answer(evaluation, world.supervisor, **GOOD)
    sent = send(evaluation, world.supervisor)
    with pytest.raises(NotAllowedError, match="ผู้อำนวยการกลุ่มนิเทศฯ"):
        set_rule(world.area, whole_min=Decimal("4.51"), section_min=None, source="มติ", by=world.supervisor)

    set_rule(world.area, whole_min=Decimal("4.51"), section_min=None, source="มติที่ประชุม 1/2569", by=world.head)

    assert again(sent).proposal == "normal"
    later = make_evaluation(network, world.supervisor, version, kind="after")
    answer(later, world.supervisor, **GOOD)
    judged = send(later, world.supervisor)
    assert (judged.proposal, judged.result["rule"]) == ("improve", "ปกติ เมื่อค่าเฉลี่ยรวมตั้งแต่ 4.51 มิฉะนั้น ปรับปรุง")
    assert DecisionRule.history.count() == 1


def test_it_is_handed_to_another_person_of_the_area_while_it_is_filled(world, evaluation):
    with pytest.raises(EvaluationRefusedError, match="ไม่ได้เป็นศึกษานิเทศก์"):
        hand_over(evaluation, evaluator=world.far_supervisor, due_on=DUE, by=world.supervisor)

    hand_over(evaluation, evaluator=world.lead, due_on=DUE, by=world.supervisor)

    assert again(evaluation).evaluator == world.lead
    assert Notice.objects.filter(user=world.lead).count() == 1


# -- Directions ----------------------------------------------------------------------------------------------------


def test_directions_are_written_by_staff_and_lead_and_closed_with_what_came_of_them(world, evaluation):
    made = add_direction(evaluation, text="จัดเวที", owner="ประธาน", due_on=DUE, by=world.supervisor)
    with pytest.raises(EvaluationRefusedError, match="ท่านเขียนแนวทางพัฒนาไม่ได้"):
        add_direction(evaluation, text="ก", owner="ข", due_on=DUE, by=world.school_head)
    today = timezone.localdate()
    with pytest.raises(EvaluationRefusedError, match="โปรดเขียนผลที่เกิดขึ้น"):
        change_direction(made, values={"done_on": today}, by=world.lead)
    with pytest.raises(EvaluationRefusedError, match="อนาคต"):
        change_direction(made, values={"done_on": today + timedelta(days=1), "outcome": "ดี"}, by=world.lead)

    change_direction(made, values={"done_on": today, "outcome": "สมาชิกมาครบ"}, by=world.lead)

    assert Direction.objects.get().done_on == today
    assert Notice.objects.filter(user=world.lead, text__contains="แนวทางพัฒนาใหม่").count() == 1


# -- Before and after ----------------------------------------------------------------------------------------------


@pytest.fixture
def two_rounds(world, network, version):
    """Before: 3.20; after: 4.20. In between one on another form."""
    before = make_confirmed(
        network, world.supervisor, world.head, version, year=2568, answers={"A": [3, 3, 4], "B": [3, 3]}
    )
    make_confirmed(
        network, world.supervisor, world.head, make_form(1), year=2568, kind="round", number=1, answers={"A1": 5}
    )
    after = make_confirmed(
        network, world.supervisor, world.head, version, year=2568, semester=2, kind="after",
        answers={"A": [5, 4, 4], "B": [4, 4]},
    )  # fmt: skip
    return before, after


def test_scores_compare_before_and_after_by_section_on_one_form(world, network, two_rounds):
    scores = scores_of(network)

    compared = [
        (row.title, row.before.mean, row.after.mean, row.difference) for row in scores.rows if row.before and row.after
    ]
    assert compared == [
        ("ด้านที่ 1", Decimal("3.33"), Decimal("4.33"), Decimal("1.00")),
        ("ด้านที่ 2", Decimal("3.00"), Decimal("4.00"), Decimal("1.00")),
        ("ภาพรวม", Decimal("3.20"), Decimal("4.20"), Decimal("1.00")),
    ]
    assert scores.rows[-1].percent == Decimal("31.25")
    assert (scores.improved, scores.compared, len(scores.judged)) == (2, 2, 2)
    assert "ด้วยแบบอื่นอีก 1 ครั้ง" in scores.notes[0]
    assert scores.line_chart is not None
    assert len(scores.line_chart.series) == 3
    assert [(bar.name, bar.number) for bar in scores.pair_chart.bars[:2]] == [
        ("ด้านที่ 1 · ก่อน", "3.33"),
        ("ด้านที่ 1 · หลัง", "4.33"),
    ]  # two sections have no shape


def test_the_page_and_the_paper_of_scores_say_the_same(signed_in, world, network, two_rounds, monkeypatch):
    printed: list[str] = []

    def render(page):
        printed.append(page)
        return b"%PDF"

    monkeypatch.setattr(kinds, "render_pdf", render)
    client = signed_in(world.school_head)

    page = client.get(reverse("networks:network-scores", args=[network.pk])).content.decode()
    client.get(reverse("networks:network-scores-pdf", args=[network.pk]))

    for text in ("ก่อนการพัฒนา ภาคเรียนที่ 1/2568", "4.20", "+31.25", "ปานกลาง"):
        assert text in page
        assert text in printed[0]
    assert signed_in(world.far_head).get(reverse("networks:network-scores", args=[network.pk])).status_code == 404


# -- What a cycle asks ---------------------------------------------------------------------------------------------


def test_a_cycle_learns_how_far_the_networks_are_and_what_the_rule_says_of_all(world, network, version):
    second = Network.objects.create(area=world.area, name="อ่อน", kind="pair", started_on=LONG_AGO)
    Network.objects.create(area=world.area, name="ยังไม่ประเมิน", kind="pair", started_on=LONG_AGO)
    assert proposal_for(world.area, 2569, 1).proposal == ""
    make_confirmed(network, world.supervisor, world.head, version, answers=GOOD)
    weak = make_evaluation(second, world.supervisor, version)
    answer(weak, world.supervisor, **WEAK)
    send(weak, world.supervisor)

    result = evaluations_of(world.area, 2569).semester(1)
    proposal = proposal_for(world.area, 2569, 1)

    assert (result.to_evaluate, result.opened, result.sent, result.evaluated) == (3, 2, 2, 1)
    assert (result.normal, result.improve, result.missing) == (1, 0, 2)
    assert {kind.kind: kind.numbers.whole.mean for kind in result.kinds} == {
        "club": Decimal("4.00"), "pair": Decimal("3.80"),
    }  # fmt: skip
    assert {one.network: one.outcome for one in result.networks} == {network.name: "normal", "อ่อน": "improve"}
    assert proposal.proposal == "normal"  # 3.90; 4.50 and 3.00 in the sections
    assert proposal.grounds[0] == "ประเมินและยืนยันผลแล้ว 1 จาก 3 เครือข่าย: ปกติ 1 ปรับปรุง 0 และรอยืนยันผล 1"
    assert [one.network for one in proposal.improving] == ["อ่อน"]


# -- The pages -----------------------------------------------------------------------------------------------------


def test_the_form_is_filled_on_the_page_with_and_without_javascript(signed_in, world, evaluation):
    client = signed_in(world.supervisor)
    page = client.get(reverse("networks:evaluation-fill", args=[evaluation.pk])).content.decode()
    shown = re.search(r'name="was-A1" value="([^"]*)"', page)
    assert shown
    save = reverse("networks:evaluation-fill-save", args=[evaluation.pk])

    client.post(save, {"a-A1": "5", "was-A1": html.unescape(shown[1])})
    events = [{"id": str(uuid.uuid4()), "key": "A2", "v": 4, "base": None, "at": timezone.now().isoformat()}]
    body = {"batch": str(uuid.uuid4()), "user": world.supervisor.pk, "events": events}
    saved = client.post(save, json.dumps(body), content_type="application/json", headers={"accept": "application/json"})

    assert saved.status_code == 200
    evaluation.response.refresh_from_db()
    assert {key: entry["v"] for key, entry in evaluation.response.answers.items()} == {"A1": 5, "A2": 4}
    refused = signed_in(world.lead).post(
        save, "{}", content_type="application/json", headers={"accept": "application/json"}
    )
    assert refused.status_code == 409
    assert str(world.supervisor) in refused.json()["message"]


def test_the_head_confirms_on_the_page_and_nothing_typed_is_lost(signed_in, world, evaluation):
    answer(evaluation, world.supervisor, **WEAK)
    sent = send(evaluation, world.supervisor)
    client, address = signed_in(world.head), reverse("networks:evaluation-confirm", args=[sent.pk])
    assert "ด้านที่ 2 x̄ = 2.00" in client.get(sent.get_absolute_url()).content.decode()

    refused = client.post(address, {"decision": "normal", "reason": "", "revision": sent.revision})
    taken = client.post(address, {"decision": "normal", "reason": "มีแผนแล้ว", "revision": sent.revision})

    assert refused.status_code == 422
    assert "โปรดระบุเหตุผล" in refused.content.decode()
    assert taken.status_code == 302
    text = client.get(sent.get_absolute_url()).content.decode()
    assert "ผลการพิจารณา: ปกติ" in text
    assert "ผลตามเกณฑ์คือ ปรับปรุง" in text


def test_words_of_a_question_that_a_condition_hides_are_not_told_on_the_page(signed_in, world, network):
    definition = form_of(1)
    why = {"key": "Z2", "type": "text", "text": "เพราะเหตุใด", "long": True, "show_when": "Z1 = 'มี'"}
    definition["sections"][-1]["questions"].append(why)
    version = make_version(make_instrument(title="แบบมีเงื่อนไข"), number=2, definition=definition)
    evaluation = make_evaluation(network, world.supervisor, version)
    client = signed_in(world.supervisor)

    def told() -> str:
        return client.get(evaluation.get_absolute_url()).content.decode()

    answer(evaluation, world.supervisor, A=[4], Z1="มี", Z2="งบไม่พอ")
    assert "งบไม่พอ" in told()
    response = again(evaluation).response
    changed = {"id": str(uuid.uuid4()), "key": "Z1", "v": "ไม่มี", "base": response.answers["Z1"]["e"]}
    changed["at"] = timezone.now().isoformat()
    record_answers(response, batch=uuid.uuid4(), by=world.supervisor, events=[changed])

    assert "ไม่มี" in told()
    assert "งบไม่พอ" not in told()


def test_the_page_opens_a_round_for_one_network(signed_in, world, network, version):
    client = signed_in(world.supervisor)
    address = f"{reverse('networks:evaluation-new')}?network={network.pk}"
    data = {
        "academic_year": "๒๕๖๙", "semester": "2", "kind": "round", "number": "", "version": version.pk,
        "filled_by": "leads", "evaluator": world.supervisor.pk, "due_on": "31/1/2574",
    }  # fmt: skip

    assert client.post(address, data).status_code == 422
    client.post(address, data | {"number": "1"})

    assert str(network.evaluations.get().round) == "ระหว่างการพัฒนา ครั้งที่ 1 ภาคเรียนที่ 2/2569"
    assert signed_in(world.far_supervisor).get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("networks:evaluation-list", "?tab=all"),
        ("networks:scores-list", "?period=2569-1"),
        ("export", "?period=2569-1"),
    ],
)
def test_a_list_asks_as_much_for_many_networks_as_for_one(signed_in, world, network, version, name, query):
    address = reverse("networks:scores-export", args=["csv"]) if name == "export" else reverse(name)
    client = signed_in(world.head)
    make_confirmed(network, world.supervisor, world.head, version, answers=GOOD)
    client.get(address + query)
    with CaptureQueriesContext(connection) as one:
        client.get(address + query)
    for number in range(6):
        more = Network.objects.create(area=world.area, name=f"เครือข่าย {number}", kind="pair", started_on=LONG_AGO)
        make_evaluation(more, world.supervisor, version)
    make_confirmed(more, world.supervisor, world.head, version, kind="after", answers=WEAK)

    with CaptureQueriesContext(connection) as many:
        text = client.get(address + query).content.decode()

    assert len(many) == len(one)
    assert "เครือข่าย 5" in text


def test_the_comparison_is_narrowed_by_what_came_of_it(signed_in, world, network, version):
    make_confirmed(network, world.supervisor, world.head, version, answers=GOOD)
    Network.objects.create(area=world.area, name="ยังไม่ประเมิน", kind="pair", started_on=LONG_AGO)
    client = signed_in(world.head)

    def shown(result):
        page = client.get(reverse("networks:scores-list"), {"period": "2569-1", "result": result}).context
        return [row.network.name for row in page["rows"]]

    assert shown("normal") == [network.name]
    assert shown("none") == ["ยังไม่ประเมิน"]
    assert shown("improve") == []
    summary = client.get(reverse("networks:scores-list"), {"period": "2569-1"}).context["summary"]
    assert {key: count for key, _, count in summary} == {
        "": 2, "none": 1, "filling": 0, "waiting": 0, "normal": 1, "improve": 0,
    }  # fmt: skip


def test_what_waits_is_told_to_whom_it_waits_for_and_to_nobody_else(world, network, version, evaluation):
    own = make_evaluation(network, world.supervisor, version, kind="after", by_leads=True)
    waiting = make_evaluation(network, world.head, version, kind="round", number=1)
    answer(waiting, world.head, **GOOD)
    send(waiting, world.head)
    add_direction(evaluation, text="จัดเวที", owner="ประธาน", due_on=timezone.localdate(), by=world.supervisor)

    (people,) = [people for people in everybody(timezone.localdate()) if people.area_id == world.area.pk]
    duties = [*evaluations_that_wait(people, timezone.localdate()), *directions_that_wait(people, timezone.localdate())]

    assert {(duty.user_id, duty.kind, duty.text) for duty in duties} == {
        (world.supervisor.pk, "evaluation-fill", str(network)),
        (world.lead.pk, "evaluation-fill", str(network)),
        (world.director.pk, "evaluation-confirm", str(network)),  # the head sent it
        (world.lead.pk, "network-direction", "จัดเวที"),
    }
    assert own.evaluator == world.lead
