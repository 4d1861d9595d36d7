"""The life of a visit through its services: made, moved, given a team, written, sent, checked, released."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.flows import Role
from instruments.models import Instrument
from instruments.services import ResponseLocked, record_answers
from supervision.models import Visit
from supervision.queries.visits import form_with_visit
from supervision.services.visit_records import save_record, sign
from supervision.services.visits import (
    RecordChangedError,
    VisitRefusedError,
    create_visit,
    reschedule_visit,
    set_forms,
    set_team,
)
from tests.supervision.factories import FIRST_DAY, make_person, make_school, make_version, make_visit, put
from tests.supervision.pictures import drawn_signature
from workflows.digests import stamp_of
from workflows.services import TransitionError, perform

BATCH = "00000000-0000-4000-8000-{:012d}"


def answer(visit, key, value, *, by, number=1):
    """One answer in the first form of the visit."""
    response = visit.forms.get(place=1).response
    event = {"id": BATCH.format(1000 + number), "key": key, "v": value}
    return record_answers(response, batch=BATCH.format(number), events=[event], by=by)


def whole(visit, *, by):
    """Everything that sending asks for."""
    answer(visit, "A1", 4, by=by)
    save_record(visit, by=by, changes={"summary": "ครูจัดการเรียนรู้เชิงรุกได้ดี", "hosts": "นางสาวดวงใจ ใจดี ครู"})
    sign(visit, side="supervisor", name="นายสมใจ ใจดี", typed=True, by=by)
    sign(visit, side="school", name="นายประยูร ใจดี", drawing=drawn_signature(), by=by)
    return Visit.objects.get(pk=visit.pk)


def make(world, **changes):
    values = {
        "school": world.school,
        "purpose": "โรงเรียนขอรับการนิเทศ",
        "starts_on": FIRST_DAY,
        "ends_on": FIRST_DAY,
        "lead": world.supervisor,
        "team": [world.colleague],
        "versions": [world.instrument.current],
        "by": world.supervisor,
    }
    return create_visit(**(values | changes))


# -- Making --------------------------------------------------------------------------------------------------------


def test_a_visit_begins_with_its_team_its_forms_and_its_periods(world):
    visit = make(world, team=[world.colleague, world.supervisor])

    assert visit.state == "planned"
    assert [(m.user, m.is_lead) for m in visit.members.all()] == [(world.supervisor, True), (world.colleague, False)]
    assert [form.response.version for form in visit.forms.all()] == [world.instrument.current]
    assert (visit.fiscal_year, visit.academic_year, visit.semester) == (2570, 2569, 2)


@pytest.mark.parametrize(
    ("maker", "change", "words"),
    [
        ("school_head", {}, "ท่านสร้างการนิเทศของสถานศึกษานี้ไม่ได้"),
        ("far_supervisor", {}, "ท่านสร้างการนิเทศของสถานศึกษานี้ไม่ได้"),
        ("workgroup_head", {}, "โปรดใส่ชื่อท่านในคณะนิเทศด้วย"),
        ("supervisor", {"ends_on": FIRST_DAY - timedelta(days=1)}, "วันสิ้นสุดต้องไม่อยู่ก่อนวันเริ่ม"),
    ],
)
def test_a_visit_that_should_not_be_made_is_refused_in_words(world, maker, change, words):
    with pytest.raises(VisitRefusedError, match=words):
        make(world, by=getattr(world, maker), **change)

    assert not Visit.objects.exists()


def test_the_group_head_may_send_others(world):
    assert make(world, by=world.head).lead_id == world.supervisor.pk


def test_nobody_from_outside_the_office_is_on_a_team(world):
    with pytest.raises(VisitRefusedError, match="ไม่ได้เป็นศึกษานิเทศก์ของเขตพื้นที่นี้"):
        make(world, team=[world.teacher])


def test_a_school_that_will_be_closed_is_not_visited(world):
    closed = make_school(world.area, "วัดปิด", closed_on=FIRST_DAY)

    with pytest.raises(VisitRefusedError, match="ยุบเลิกหรือรวมแล้ว"):
        make(world, school=closed)


# -- Days and team -------------------------------------------------------------------------------------------------


def test_a_postponed_visit_gets_new_days_and_remembers_the_old_ones(world):
    visit = make_visit(world.school, world.supervisor, state="postponed")
    to = FIRST_DAY + timedelta(days=200)

    log = reschedule_visit(visit, starts_on=to, ends_on=to, by=world.supervisor, reason="โรงเรียนจัดสอบ")

    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.state, visit.starts_on, visit.ends_on) == ("planned", to, to)
    assert (visit.academic_year, visit.semester) == (2570, 1)
    assert log.data["from"] == [FIRST_DAY.isoformat(), (FIRST_DAY + timedelta(days=1)).isoformat()]
    assert "โรงเรียนจัดสอบ" in log.reason


def test_a_colleague_does_not_move_the_days(world):
    visit = make_visit(world.school, world.supervisor, team=[world.colleague])

    with pytest.raises(TransitionError, match="ท่านไม่มีสิทธิ์กำหนดวันใหม่"):
        reschedule_visit(visit, starts_on=FIRST_DAY, ends_on=FIRST_DAY, by=world.colleague)


def test_the_lead_passes_to_another_and_the_change_stays_on_record(world):
    visit = make_visit(world.school, world.supervisor, team=[world.colleague])

    set_team(visit, lead=world.colleague, team=[world.workgroup_head], by=world.supervisor)

    rows = visit.members.values_list("user", "is_lead")
    assert set(rows) == {(world.colleague.pk, True), (world.workgroup_head.pk, False)}
    gone = visit.members.model.history.filter(visit_id=visit.pk, history_type="-").values_list("user", flat=True)
    assert list(gone) == [world.supervisor.pk]
    assert visit.lead_id == world.colleague.pk


@pytest.mark.parametrize(
    ("state", "who", "words"),
    [
        ("planned", "colleague", "ผู้ที่เปลี่ยนได้คือหัวหน้าคณะ"),
        ("planned", "far_head", "ผู้ที่เปลี่ยนได้คือหัวหน้าคณะ"),
        ("submitted", "supervisor", "เปลี่ยนคณะนิเทศไม่ได้แล้ว"),
        ("released", "head", "เปลี่ยนคณะนิเทศไม่ได้แล้ว"),
    ],
)
def test_a_team_is_changed_by_its_leader_while_the_visit_is_open(world, state, who, words):
    visit = make_visit(world.school, world.supervisor, team=[world.colleague], state=state)

    with pytest.raises(VisitRefusedError, match=words):
        set_team(visit, lead=world.colleague, team=[], by=getattr(world, who))

    assert visit.members.count() == 2


# -- Its forms -----------------------------------------------------------------------------------------------------


def observation(world):
    instrument = Instrument.objects.create(code="OWN-1", title="แบบสังเกตห้องเรียน", area=world.area)
    return make_version(instrument)


def test_a_form_the_plan_did_not_foresee_joins_a_begun_visit(world):
    visit = make_visit(world.school, world.supervisor, instruments=[world.instrument], state="in_progress")
    answer(visit, "A1", 4, by=world.supervisor)

    set_forms(visit, versions=[world.instrument.current, observation(world)], by=world.supervisor)

    first, second = visit.forms.select_related("response__version__instrument")
    assert (first.response.answers["A1"]["v"], second.response.version.instrument.code) == (4, "OWN-1")
    assert (second.response.school, second.response.on, second.place) == (world.school, visit.starts_on, 2)


def test_an_empty_form_may_be_taken_out_before_the_visit_begins(world):
    visit = make_visit(world.school, world.supervisor, instruments=[world.instrument])

    set_forms(visit, versions=[], by=world.supervisor)

    assert not visit.forms.exists()


@pytest.mark.parametrize("state", ["in_progress", "returned"])
def test_no_form_leaves_a_begun_visit(world, state):
    visit = make_visit(world.school, world.supervisor, instruments=[world.instrument], state=state)

    with pytest.raises(VisitRefusedError, match="อาจมีคำตอบค้างอยู่ในโทรศัพท์"):
        set_forms(visit, versions=[observation(world)], by=world.supervisor)

    assert visit.forms.get().response.version == world.instrument.current


@pytest.mark.parametrize(
    ("state", "who", "words"),
    [("planned", "workgroup_head", "ผู้ที่เลือกได้คือคณะผู้นิเทศ"), ("submitted", "supervisor", "เปลี่ยนแบบนิเทศไม่ได้แล้ว")],
)
def test_forms_are_chosen_by_the_team_while_the_visit_is_open(world, state, who, words):
    visit = make_visit(world.school, world.supervisor, instruments=[world.instrument], state=state)

    with pytest.raises(VisitRefusedError, match=words):
        set_forms(visit, versions=[observation(world)], by=getattr(world, who))

    assert visit.forms.count() == 1


# -- Writing -------------------------------------------------------------------------------------------------------


def test_starting_a_visit_notes_the_day(world):
    visit = make_visit(world.school, world.supervisor)

    perform(visit, "start", by=world.supervisor)

    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.state, visit.visited_on) == ("in_progress", timezone.localdate())


def test_the_periods_follow_the_day_it_really_happened(world):
    visit = make_visit(world.school, world.supervisor, state="in_progress")

    save_record(visit, by=world.supervisor, changes={"visited_on": timezone.localdate().replace(month=9, day=30)})

    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.fiscal_year, visit.academic_year, visit.semester) == (2569, 2569, 1)


def test_a_day_that_has_not_come_is_no_day_of_a_visit(world):
    visit = make_visit(world.school, world.supervisor, state="in_progress")

    with pytest.raises(VisitRefusedError, match="ยังมาไม่ถึง"):
        save_record(visit, by=world.supervisor, changes={"visited_on": timezone.localdate() + timedelta(days=1)})


def test_two_members_write_different_fields_at_the_same_time(world):
    visit = make_visit(world.school, world.supervisor, team=[world.colleague], state="in_progress")
    shown = {"summary": stamp_of(""), "hosts": stamp_of("")}

    save_record(visit, by=world.supervisor, changes={"summary": "ดี", "hosts": ""}, seen=shown)
    save_record(visit, by=world.colleague, changes={"summary": "", "hosts": "ครูดวงใจ"}, seen=shown)

    visit = Visit.objects.get(pk=visit.pk)
    assert (visit.summary, visit.hosts) == ("ดี", "ครูดวงใจ")


def test_one_field_changed_by_two_is_overwritten_only_knowingly(world):
    visit = make_visit(world.school, world.supervisor, team=[world.colleague], state="in_progress")
    shown = {"summary": stamp_of("")}
    save_record(visit, by=world.supervisor, changes={"summary": "ของสมใจ"}, seen=shown)

    with pytest.raises(RecordChangedError, match="มีผู้อื่นแก้ไข“สรุปผลการนิเทศ”") as refusal:
        save_record(visit, by=world.colleague, changes={"summary": "ของมานะ"}, seen=shown)

    assert refusal.value.current == {"summary": "ของสมใจ"}
    save_record(visit, by=world.colleague, changes={"summary": "ของมานะ"}, seen={"summary": stamp_of("ของสมใจ")})
    assert Visit.objects.get(pk=visit.pk).summary == "ของมานะ"
    assert "ของสมใจ" in visit.history.values_list("summary", flat=True)


def test_findings_are_added_changed_and_taken_away(world):
    visit = make_visit(world.school, world.supervisor, state="in_progress")
    rows = [{"pk": None, "kind": "strength", "text": "ครูตั้งใจ"}, {"pk": None, "kind": "improve", "text": "  "}]
    save_record(visit, by=world.supervisor, changes={}, findings=rows)
    [finding] = visit.findings.all()

    edited = {"pk": finding.pk, "kind": "strength", "text": "ครูตั้งใจมาก", "seen": stamp_of("ครูตั้งใจ")}
    save_record(visit, by=world.supervisor, changes={}, findings=[edited])
    with pytest.raises(RecordChangedError, match="มีผู้อื่นแก้ไขข้อค้นพบ"):
        save_record(visit, by=world.supervisor, changes={}, findings=[edited | {"text": "อีกแบบ"}])

    assert [f.text for f in visit.findings.all()] == ["ครูตั้งใจมาก"]
    save_record(visit, by=world.supervisor, changes={}, findings=[edited | {"delete": True}])
    assert not visit.findings.exists()


@pytest.mark.parametrize(
    ("state", "who", "words"),
    [
        ("planned", "supervisor", "ยังไม่เริ่ม โปรดกด “เริ่มการนิเทศ”"),
        ("postponed", "supervisor", "ยังไม่เริ่ม"),
        ("submitted", "supervisor", "ส่งกลับแก้ไข"),
        ("checked", "supervisor", "ส่งกลับแก้ไข"),
        ("released", "supervisor", "แก้ไขไม่ได้อีก"),
        ("cancelled", "supervisor", "แก้ไขไม่ได้"),
        ("in_progress", "workgroup_head", "ไม่ได้อยู่ในคณะนิเทศครั้งนี้ .*สมใจ"),
        ("in_progress", "head", "ไม่ได้อยู่ในคณะนิเทศครั้งนี้"),
        ("in_progress", "school_head", "ไม่ได้อยู่ในคณะนิเทศครั้งนี้"),
    ],
)
def test_who_may_not_write_is_told_what_to_do(world, state, who, words):
    visit = make_visit(world.school, world.supervisor, state=state)

    with pytest.raises(VisitRefusedError, match=words):
        save_record(visit, by=getattr(world, who), changes={"summary": "แทรก"})
    with pytest.raises(VisitRefusedError, match=words):
        sign(visit, side="supervisor", name="ใคร ก็ได้", typed=True, by=getattr(world, who))

    assert Visit.objects.get(pk=visit.pk).summary == ""
    assert not visit.signatures.exists()


def test_the_form_of_a_save_carries_what_its_rules_ask_and_nobody_elses_form_is_found(world):
    visit = make_visit(
        world.school, world.supervisor, team=[world.colleague], instruments=[world.instrument], state="returned"
    )
    other = make_visit(world.school, world.supervisor, instruments=[world.instrument])
    stored = visit.forms.get()

    form = form_with_visit(visit.pk, stored.pk)

    assert (form, form.response_id, form.visit) == (stored, stored.response_id, visit)
    fresh = Visit.objects.get(pk=visit.pk)
    for name in ("state", "revision", "area_id", "school_id", "team_ids", "lead_id"):
        assert getattr(form.visit, name) == getattr(fresh, name)
    assert form_with_visit(other.pk, stored.pk) is None
    assert form_with_visit(10**30, stored.pk) is None


@pytest.mark.parametrize("state", ["in_progress", "submitted", "released"])
def test_a_form_is_open_to_those_to_whom_its_visit_is_listed(world, people, client, state):
    visit = make_visit(world.school, world.supervisor, instruments=[world.instrument], state=state)
    address = reverse("supervision:visit-form-changes", args=[visit.pk, visit.forms.get().pk])
    found = set()
    for name, person in people.items():
        client.force_login(person)
        if client.get(address).status_code == 200:
            found.add(name)

    assert found == {name for name, person in people.items() if Visit.objects.visible_to(person).exists()}


# -- Signing -------------------------------------------------------------------------------------------------------


def test_a_signature_is_of_what_the_record_said_then(world):
    visit = make_visit(world.school, world.supervisor, instruments=[world.instrument], state="in_progress")
    signature = sign(visit, side="school", name="นายประยูร ใจดี", drawing=drawn_signature(), by=world.supervisor)

    assert signature.digest == Visit.objects.get(pk=visit.pk).content_digest()
    answer(visit, "A1", 5, by=world.supervisor)
    assert signature.digest != Visit.objects.get(pk=visit.pk).content_digest()


def test_signing_again_replaces_and_remembers(world):
    visit = make_visit(world.school, world.supervisor, state="in_progress")
    sign(visit, side="school", name="นายประยูร ใจดี", drawing=drawn_signature(), by=world.supervisor)

    sign(visit, side="school", name="นางนภา ใจดี", typed=True, by=world.supervisor)

    [signature] = visit.signatures.all()
    assert (signature.name, bool(signature.image)) == ("นางนภา ใจดี", False)
    assert signature.history.count() == 2


def test_an_empty_signature_is_none(world):
    visit = make_visit(world.school, world.supervisor, state="in_progress")

    with pytest.raises(VisitRefusedError, match="โปรดลงลายมือชื่อ"):
        sign(visit, side="school", name="นายประยูร ใจดี", by=world.supervisor)
    with pytest.raises(VisitRefusedError, match="โปรดระบุชื่อ"):
        sign(visit, side="school", name=" ", typed=True, by=world.supervisor)
    with pytest.raises(ValueError, match="ยังไม่มีลายมือชื่อ"):
        sign(visit, side="school", name="นายประยูร ใจดี", drawing=drawn_signature(strokes=0), by=world.supervisor)


# -- The whole life ------------------------------------------------------------------------------------------------


def test_a_visit_lives_from_the_plan_to_its_end(world):
    visit = make(world)
    perform(visit, "start", by=world.colleague)
    with pytest.raises(TransitionError, match=r"ยังไม่ได้ตอบ.*โปรดเขียนสรุปผล.*ผู้นิเทศยังไม่ได้ลงนาม"):
        perform(visit, "submit", by=world.supervisor)
    visit = whole(visit, by=world.colleague)

    perform(visit, "submit", by=world.supervisor)
    with pytest.raises(ResponseLocked):
        answer(visit, "A1", 1, by=world.colleague, number=2)
    perform(visit, "return", by=world.workgroup_head, reason="โปรดเพิ่มจุดเด่น")
    answer(visit, "B1", "ห้องเรียนเป็นระเบียบ", by=world.colleague, number=3)
    perform(visit, "submit", by=world.supervisor)
    perform(visit, "check", by=world.workgroup_head)
    perform(visit, "release", by=world.head)
    perform(visit, "acknowledge", by=world.school_head)
    perform(visit, "close", by=world.supervisor)

    assert [log.action for log in visit.transitions.all()] == [
        "start", "submit", "return", "submit", "check", "release", "acknowledge", "close",
    ]  # fmt: skip
    assert visit.state == "closed"


@pytest.mark.parametrize("name", ["check", "release"])
def test_nobody_checks_or_releases_a_visit_of_his_own(world, name):
    state = {"check": "submitted", "release": "checked"}[name]
    visit = make_visit(world.school, world.head, state=state)

    with pytest.raises(TransitionError, match="ท่านไม่มีสิทธิ์"):
        perform(visit, name, by=world.head)


def test_an_acting_head_signs_as_acting(world):
    acting = make_person(Role.SUPERVISOR, area=world.area, first_name="รักษา")
    acting.assignments.create(role=Role.GROUP_HEAD, area=world.area, acting=True)
    visit = make_visit(world.school, world.supervisor, state="checked")

    log = perform(visit, "release", by=acting)

    assert log.role_title == "รักษาราชการแทนผู้อำนวยการกลุ่มนิเทศฯ"


def test_of_two_who_start_at_once_one_is_told(world):
    visit = make_visit(world.school, world.supervisor, team=[world.colleague])
    mine, theirs = Visit.objects.get(pk=visit.pk), Visit.objects.get(pk=visit.pk)

    perform(mine, "start", by=world.supervisor)
    with pytest.raises(TransitionError):
        perform(theirs, "start", by=world.colleague)

    assert visit.transitions.count() == 1


def test_who_was_on_the_team_does_not_judge_the_visit_after_leaving_it(world):
    visit = make_visit(world.school, world.supervisor, team=[world.head], state="in_progress")
    set_team(visit, lead=world.supervisor, team=[], by=world.supervisor)
    put(visit, "submitted")
    visit = Visit.objects.get(pk=visit.pk)

    assert world.workgroup_head.has_perm("supervision.check_visit", visit)
    assert not world.head.has_perm("supervision.check_visit", visit)
    assert not world.head.has_perm("supervision.release_visit", visit)
