"""Verbs of evaluations: open a round, hand over, decide, set the rule, write directions; and what moves bring along."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.flows import Role
from accounts.models import RoleAssignment, User
from instruments.models import Collection, InstrumentVersion
from instruments.services import AnswersRefused, describe_response, lock_response, open_response, unlock_response
from networks.flows.evaluation import EVALUATION, FILLING, PLANNERS
from networks.models import (
    DecisionRule,
    Direction,
    Evaluation,
    EvaluationRound,
    Network,
    Outcome,
    RoundKind,
    default_rule,
)
from networks.queries.evaluation import running_in
from networks.queries.judging import judge, numbers_of_scores, rule_of
from schools.models import AreaOffice
from schools.queries import calendar_for
from thai.text import normalise
from thai.years import semester_range
from workflows.models import TransitionLog
from workflows.services import NotAllowedError, TransitionError, perform, tell

AT_ONCE = 300
"""How many networks one press opens; the rest is opened by pressing again."""


class EvaluationRefusedError(TransitionError):
    """Something that can't be done to an evaluation; the message is a Thai sentence for the person who asked."""


# -- Rounds --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """``left``: how many networks of those asked for still have no evaluation, because one press opens so many."""

    round: EvaluationRound
    made: list[Evaluation]
    left: int


@transaction.atomic
def open_round(
    *,
    area: AreaOffice,
    academic_year: int,
    semester: int,
    kind: str,
    number: int = 0,
    version: InstrumentVersion,
    due_on: date,
    evaluator: User,
    by: User,
    networks: Iterable[Network] | None = None,
    kinds: Iterable[str] = (),
    by_leads: bool = False,
) -> Opened:
    """Open the round where it is not open yet, and an evaluation of each network that has none in it.

    Without ``networks``: of every network of the area, of these ``kinds`` where any are named, that exists in the
    semester. ``by_leads``: each network's lead fills, and ``evaluator`` where it has none. Everybody asked is told
    once. Raises ``EvaluationRefusedError``.
    """
    if area.pk not in by.areas_as(*PLANNERS):
        raise EvaluationRefusedError(
            "ท่านเปิดรอบการประเมินของเขตนี้ไม่ได้ ผู้ที่เปิดได้คือศึกษานิเทศก์ หัวหน้ากลุ่มงาน และผู้อำนวยการกลุ่มนิเทศฯ"
        )
    _check_evaluator(area.pk, None, evaluator)
    AreaOffice.objects.select_for_update(no_key=True).get(pk=area.pk)  # two at once open the round one after the other
    round_ = _round(
        area, academic_year=academic_year, semester=semester, kind=kind,
        number=number if kind == RoundKind.ROUND else 0, version=version, by=by,
    )  # fmt: skip
    calendar = calendar_for(area)
    found = running_in(area, academic_year, semester, calendar=calendar)
    if networks is not None:
        found = found.filter(pk__in=[network.pk for network in networks])
    elif kinds := list(kinds):
        found = found.filter(kind__in=kinds)
    taken = Evaluation.objects.standing().filter(round=round_).values("network")
    wanted = list(found.exclude(pk__in=taken).order_by("sort_key", "pk")[: AT_ONCE + 1])
    if not wanted:
        raise EvaluationRefusedError(
            f"ไม่มีเครือข่ายที่ต้องเปิดเพิ่มใน{round_} เครือข่ายที่เลือกมีการประเมินในรอบนี้แล้ว หรือไม่ได้ดำเนินงานในภาคเรียนนั้น"
        )
    leads = _leads(wanted) if by_leads else {}
    made = []
    for network in wanted[:AT_ONCE]:
        who = leads.get(network.pk, evaluator)
        try:
            response = open_response(
                round_.version, area=area, by=by, collection=round_.collection, on=_day_in(round_, calendar),
                person=who, calendar=calendar,
            )  # fmt: skip
        except AnswersRefused as error:
            raise EvaluationRefusedError(str(error)) from error
        made.append(
            Evaluation.objects.create(
                area=area, round=round_, network=network, response=response, evaluator=who, due_on=due_on
            )
        )
    _tell_evaluators(made, by)
    left = found.exclude(pk__in=taken).count() if len(wanted) > AT_ONCE else 0
    return Opened(round_, made, left)


def _round(
    area: AreaOffice, *, academic_year: int, semester: int, kind: str, number: int, version: InstrumentVersion, by: User
) -> EvaluationRound:
    found = (
        EvaluationRound.objects.select_related("version__instrument", "collection")
        .filter(area=area, academic_year=academic_year, semester=semester, kind=kind, number=number)
        .first()
    )
    if found and found.version_id != version.pk:
        raise EvaluationRefusedError(
            f"{found} เปิดไว้แล้วด้วยแบบ {found.version} ผลของรอบเดียวกันต้องมาจากแบบเดียวกัน โปรดเลือกแบบนั้น หรือเปิดเป็นครั้งใหม่"
        )
    if found:
        return found
    made = EvaluationRound(
        area=area, academic_year=academic_year, semester=semester, kind=kind, number=number, version=version, made_by=by
    )
    made.collection = Collection.objects.create(area=area, title=f"ประเมินเครือข่าย {made}"[:300])
    made.save()
    return made


def _day_in(round_: EvaluationRound, calendar: list) -> date:
    """Today, or the nearest day of the round's semester: the answers count in the semester they are about."""
    days = semester_range(round_.academic_year, round_.semester, calendar)
    return min(max(timezone.localdate(), days.start), days.end)


def _leads(networks: Iterable[Network]) -> dict[int, User]:
    """One lead of each network: who holds the role today, the longest serving first."""
    held = (
        RoleAssignment.objects.active()
        .filter(role=Role.NETWORK_LEAD, network__in=[network.pk for network in networks], user__is_active=True)
        .select_related("user")
        .order_by("-starts_on", "-pk")
    )
    return {assignment.network_id: assignment.user for assignment in held if assignment.network_id}


def staff_who_evaluate(area_id: int):
    """The people of the area office who may be asked to fill, by name."""
    return RoleAssignment.objects.holders(*PLANNERS, area_id=area_id).order_by("first_name", "last_name", "pk")


def leads_of(network: Network):
    """Who leads the network today."""
    held = RoleAssignment.objects.active().filter(role=Role.NETWORK_LEAD, network=network)
    return User.objects.filter(is_active=True, pk__in=held.values("user"))


def _check_evaluator(area_id: int, network: Network | None, user: User) -> None:
    allowed = staff_who_evaluate(area_id).filter(pk=user.pk).exists()
    if not allowed and network is not None:
        allowed = leads_of(network).filter(pk=user.pk).exists()
    if not allowed:
        raise EvaluationRefusedError(
            f"{user} ไม่ได้เป็นศึกษานิเทศก์ของเขตหรือประธานของเครือข่ายนี้ในวันนี้ โปรดเลือกผู้อื่น หรือให้ผู้ดูแลระบบมอบบทบาทก่อน"
        )


def _tell_evaluators(made: list[Evaluation], by: User) -> None:
    by_person: dict[User, list[Evaluation]] = {}
    for evaluation in made:
        by_person.setdefault(evaluation.evaluator, []).append(evaluation)
    for user, mine in by_person.items():
        if user.pk == by.pk:
            continue
        if len(mine) == 1:
            tell([user], f"โปรด{_name(mine[0])}", mine[0].get_absolute_url())
        else:
            address = f"{reverse('networks:evaluation-list')}?tab=mine"
            tell([user], f"โปรดประเมินเครือข่าย {len(mine)} เครือข่าย {mine[0].round}", address)


def _name(evaluation: Evaluation) -> str:
    return f"ประเมินเครือข่าย “{evaluation.network}” {evaluation.round}"


@transaction.atomic
def hand_over(evaluation: Evaluation, *, evaluator: User, due_on: date, by: User) -> None:
    """Give an evaluation that is being filled to another person, or another last day; who is new to it is told."""
    fresh = _locked(evaluation)
    if not by.has_perm("networks.run_evaluation", fresh):
        raise EvaluationRefusedError("ท่านเปลี่ยนผู้ประเมินไม่ได้ ผู้ที่เปลี่ยนได้คือศึกษานิเทศก์และหัวหน้าของเขตพื้นที่")
    if fresh.state not in FILLING:
        raise EvaluationRefusedError(f"การประเมินนี้อยู่ในสถานะ “{fresh.state_label}” จึงเปลี่ยนผู้ประเมินไม่ได้แล้ว")
    changed = fresh.evaluator_id != evaluator.pk
    if changed:
        _check_evaluator(fresh.area_id, fresh.network, evaluator)
    fresh.evaluator, fresh.due_on = evaluator, due_on
    fresh.save()
    if changed and evaluator.pk != by.pk:
        tell([evaluator], f"โปรด{_name(fresh)}", fresh.get_absolute_url())


def _locked(evaluation: Evaluation) -> Evaluation:
    return Evaluation.objects.select_for_update(of=("self",)).select_related("network", "round").get(pk=evaluation.pk)


# -- Filling and deciding ------------------------------------------------------------------------------------------


def refusal_to_fill(evaluation: Evaluation, by: User) -> str | None:
    """Why this person can't answer now, as a Thai sentence; None where nothing stands in the way."""
    if evaluation.state not in FILLING:
        how = " หากต้องแก้ไข โปรดขอให้ผู้อำนวยการกลุ่มนิเทศฯ ส่งกลับแก้ไข" if evaluation.state == "submitted" else ""
        return f"การประเมินนี้อยู่ในสถานะ “{evaluation.state_label}” จึงแก้คำตอบไม่ได้{how}"
    if not by.has_perm("networks.fill_evaluation", evaluation):
        return f"ผู้กรอกแบบนี้คือ {evaluation.evaluator} ท่านอ่านได้อย่างเดียว หากต้องเปลี่ยนผู้ประเมิน โปรดแจ้งศึกษานิเทศก์"
    return None


def confirm(
    evaluation: Evaluation, *, decision: str, reason: str = "", by: User, seen: int | None = None
) -> TransitionLog:
    """A person decides ปกติ or ปรับปรุง. Otherwise than the rule proposes only with a reason; both are kept."""
    if decision not in Outcome.values:
        raise EvaluationRefusedError("โปรดเลือกผลการพิจารณา ปกติ หรือ ปรับปรุง")
    if decision != evaluation.proposal and not normalise(reason, multiline=True):
        what = f"ต่างจากผลตามเกณฑ์ ({Outcome(evaluation.proposal).label})" if evaluation.proposal else "โดยไม่มีผลตามเกณฑ์"
        raise EvaluationRefusedError(f"ท่านพิจารณา “{Outcome(decision).label}” {what} โปรดระบุเหตุผล")
    data = {"decision": decision, "proposal": evaluation.proposal}
    return perform(evaluation, "confirm", by=by, reason=reason, seen=seen, data=data)


@EVALUATION.effect("submit")
def _fix_the_numbers(evaluation: Evaluation, log: TransitionLog) -> None:
    """Close the form, count it, and hold its numbers against the rule as it stands today."""
    response = evaluation.response
    day = _day_in(evaluation.round, calendar_for(evaluation.area_id))
    describe_response(response, school=None, on=day, person=evaluation.evaluator)
    lock_response(response, by=log.by)
    form = response.form
    numbers = numbers_of_scores(form, response.scores)
    rule = rule_of(evaluation.area_id)
    found = judge(rule, numbers, form.whole_scale)
    evaluation.result = {**numbers.as_json(), "grounds": list(found.grounds), "rule": str(rule)}
    evaluation.mean, evaluation.level = numbers.whole.mean, numbers.whole.level
    evaluation.proposal, evaluation.decision, evaluation.submitted_by = found.proposal, "", log.by
    evaluation.save()
    heads = RoleAssignment.objects.holders(Role.GROUP_HEAD, area_id=evaluation.area_id).exclude(pk=log.by_id)
    tell(heads, f"ผล{_name(evaluation)} รอท่านยืนยัน", evaluation.get_absolute_url())


@EVALUATION.effect("return")
def _open_again(evaluation: Evaluation, log: TransitionLog) -> None:
    unlock_response(evaluation.response, by=log.by)
    evaluation.result, evaluation.mean, evaluation.level = {}, None, ""
    evaluation.proposal = evaluation.decision = ""
    evaluation.save()
    _tell_whom_it_concerns(evaluation, f"ผล{_name(evaluation)} ถูกส่งกลับแก้ไข: {log.reason}", log, lead=False)


@EVALUATION.effect("confirm")
def _keep_the_decision(evaluation: Evaluation, log: TransitionLog) -> None:
    evaluation.decision = log.data["decision"]
    evaluation.save()
    word = Outcome(evaluation.decision).label
    _tell_whom_it_concerns(evaluation, f"ยืนยันผล{_name(evaluation)} แล้ว: {word}", log, lead=True)


@EVALUATION.effect("reconsider")
def _take_the_decision_back(evaluation: Evaluation, log: TransitionLog) -> None:
    evaluation.decision = ""
    evaluation.save()


@EVALUATION.effect("discard")
def _close_uncounted(evaluation: Evaluation, log: TransitionLog) -> None:
    lock_response(evaluation.response, by=log.by, counted=False)


def _tell_whom_it_concerns(evaluation: Evaluation, text: str, log: TransitionLog, *, lead: bool) -> None:
    people = {evaluation.evaluator_id: evaluation.evaluator}
    if lead:
        people |= {user.pk: user for user in leads_of(evaluation.network)}
    people.pop(log.by_id, None)
    tell((user for user in people.values() if user.is_active), text, evaluation.get_absolute_url())


# -- The rule ------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_rule(
    area: AreaOffice, *, whole_min: Decimal | None, section_min: Decimal | None, source: str, by: User
) -> DecisionRule:
    """The area's rule from now on; what was sent before was judged by the rule of its day and stays."""
    if area.pk not in by.areas_as(Role.GROUP_HEAD):
        raise NotAllowedError("ท่านกำหนดเกณฑ์ไม่ได้ ผู้ที่กำหนดได้คือผู้อำนวยการกลุ่มนิเทศฯ")
    if whole_min is None and section_min is None:
        raise EvaluationRefusedError("โปรดกำหนดค่าเฉลี่ยรวมหรือค่าเฉลี่ยรายด้านอย่างน้อยหนึ่งอย่าง")
    if not source.strip():
        raise EvaluationRefusedError("โปรดระบุที่มาของเกณฑ์ เช่น ประกาศหรือมติที่ประชุม")
    rule = DecisionRule.objects.select_for_update().filter(area=area).first() or default_rule(area.pk)
    rule.whole_min, rule.section_min, rule.source, rule.changed_by = whole_min, section_min, source, by
    rule.save()
    return rule


# -- Directions for development ------------------------------------------------------------------------------------


def add_direction(evaluation: Evaluation, *, text: str, owner: str, due_on: date, by: User) -> Direction:
    """What the network is to do after the evaluation; its lead is told where somebody else wrote it."""
    _check_director(evaluation, by)
    made = Direction.objects.create(evaluation=evaluation, text=text, owner=owner, due_on=due_on, made_by=by)
    leads = [user for user in leads_of(evaluation.network) if user.pk != by.pk]
    tell(leads, f"แนวทางพัฒนาใหม่ของ{evaluation.network}: {made}", f"{evaluation.get_absolute_url()}#directions")
    return made


@transaction.atomic
def change_direction(direction: Direction, *, values: Mapping[str, Any], by: User) -> Direction:
    """Rewrite it, or say when it was done and what came of it; the history keeps who did."""
    _check_director(direction.evaluation, by)
    fresh = Direction.objects.select_for_update(of=("self",)).get(pk=direction.pk)
    for name, value in values.items():
        setattr(fresh, name, value)
    if fresh.done_on and fresh.done_on > timezone.localdate():
        raise EvaluationRefusedError("วันที่ดำเนินการแล้วต้องไม่อยู่ในอนาคต โปรดแก้ไขวันที่")
    if fresh.done_on and not fresh.outcome.strip():
        raise EvaluationRefusedError("โปรดเขียนผลที่เกิดขึ้นจากการดำเนินการ")
    fresh.save()
    return fresh


def _check_director(evaluation: Evaluation, by: User) -> None:
    if evaluation.state == "discarded":
        raise EvaluationRefusedError("การประเมินนี้ยกเลิกแล้ว จึงกำหนดแนวทางพัฒนาไม่ได้ โปรดใช้การประเมินรอบอื่น")
    if not by.has_perm("networks.write_direction", evaluation):
        raise EvaluationRefusedError("ท่านเขียนแนวทางพัฒนาไม่ได้ ผู้ที่เขียนได้คือศึกษานิเทศก์ของเขตและประธานเครือข่าย")
