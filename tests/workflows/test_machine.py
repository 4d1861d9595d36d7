"""A table that is not whole says what is wrong with it; every table of the product is whole."""

import pytest

from accounts.flows import Role
from workflows.checks import machines_are_sound, stateful_models
from workflows.machine import Machine, State, move

PERMISSION = {"permission": "supervision.see_visit", "roles": [Role.SUPERVISOR]}


def machine(states=None, transitions=None, initial="draft") -> Machine:
    return Machine(
        name="paper",
        label="เอกสาร",
        initial=initial,
        states=tuple(states or (State("draft", "ร่าง"), State("done", "เสร็จ", "เรียบร้อย", final=True))),
        transitions=tuple(transitions or (move("finish", "ทำให้เสร็จ", source="draft", target="done", **PERMISSION),)),
    )


def test_a_whole_table_has_no_problems():
    assert machine().problems() == []


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (machine(initial="nowhere"), "the initial state 'nowhere' is not declared"),
        (
            machine(states=[State("draft", "ร่าง"), State("done", "ก", final=True), State("done", "ข", final=True)]),
            "a state or transition name is declared twice",
        ),
        (
            machine(
                transitions=[
                    move("finish", "ก", source="draft", target="done", **PERMISSION),
                    move("finish", "ข", source="draft", target="done", **PERMISSION),
                ]
            ),
            "a state or transition name is declared twice",
        ),
        (
            machine(transitions=[move("finish", "เสร็จ", source=["draft", "lost"], target="done", **PERMISSION)]),
            "finish names the undeclared state 'lost'",
        ),
        (
            machine(
                transitions=[
                    move("finish", "เสร็จ", source="draft", target="done", **PERMISSION),
                    move("lose", "หาย", source="draft", target="lost", **PERMISSION),
                ]
            ),
            "lose names the undeclared state 'lost'",
        ),
        (
            machine(states=[State("draft", "ร่าง"), State("done", "เสร็จ", final=True), State("far", "ไกล", final=True)]),
            "the state 'far' can't be reached",
        ),
        (
            machine(states=[State("draft", "ร่าง"), State("done", "เสร็จ")]),
            "the state 'done' can't be left and is not final",
        ),
        (
            machine(
                states=[State("draft", "ร่าง"), State("done", "เสร็จ")],
                transitions=[
                    move("finish", "เสร็จ", source="draft", target="done", **PERMISSION),
                    move("again", "ซ้ำ", source="done", target="done", **PERMISSION),
                ],
            ),
            "the state 'done' can't be left and is not final",
        ),
        (
            machine(
                transitions=[
                    move("finish", "เสร็จ", source="draft", target="done", **PERMISSION),
                    move("reopen", "เปิดใหม่", source="done", target="draft", **PERMISSION),
                ]
            ),
            "the final state 'done' can be left",
        ),
        (
            machine(transitions=[move("finish", "", source="draft", target="done", **PERMISSION)]),
            "finish lacks a label, a permission or its roles",
        ),
        (
            machine(
                transitions=[
                    move("finish", "เสร็จ", source="draft", target="done", permission="", roles=[Role.SUPERVISOR])
                ]
            ),
            "finish lacks a label, a permission or its roles",
        ),
        (
            machine(
                transitions=[
                    move("finish", "เสร็จ", source="draft", target="done", permission="supervision.see_visit", roles=[])
                ]
            ),
            "finish lacks a label, a permission or its roles",
        ),
    ],
)
def test_each_defect_is_found(broken, problem):
    assert problem in broken.problems()


def test_the_start_up_check_names_a_permission_that_no_rule_defines(monkeypatch):
    model = stateful_models()[0]
    unruled = move("finish", "เสร็จ", source="draft", target="done", permission="nobody.knows", roles=[Role.SUPERVISOR])
    monkeypatch.setattr(model, "machine", machine(transitions=[unruled]))

    errors = [error.msg for error in machines_are_sound(None)]

    assert errors == [f"{model.__name__}: finish asks for the unknown permission nobody.knows"]


def test_the_start_up_check_is_content_with_every_table_of_the_product():
    assert machines_are_sound(None) == []


MACHINES = [lifecycle for model in stateful_models() for lifecycle in model.machines()]
each_machine = pytest.mark.parametrize("lifecycle", MACHINES, ids=lambda lifecycle: lifecycle.name)


@each_machine
def test_every_word_of_every_table_is_thai(lifecycle):
    words = [lifecycle.label]
    for state in lifecycle.states:
        words += [state.label, state.outside_label]
    for transition in lifecycle.transitions:
        words += [transition.label, transition.confirm or "ก"]

    assert [word for word in words if not any("ก" <= letter <= "๛" for letter in word)] == []


@each_machine
def test_the_diagram_draws_every_state_and_every_move(lifecycle):
    lines = {line.strip() for line in lifecycle.diagram().splitlines()}

    expected = {"stateDiagram-v2", f"[*] --> {lifecycle.initial}"}
    expected |= {f'state "{state.label}" as {state.key}' for state in lifecycle.states}
    expected |= {
        f"{source} --> {transition.target}: {transition.label}"
        for transition in lifecycle.transitions
        for source in transition.source
    }
    expected |= {f"{state.key} --> [*]" for state in lifecycle.states if state.final}
    assert lines == expected


def test_choices_speak_in_the_words_of_either_side():
    paper = machine()

    assert paper.choices() == [("draft", "ร่าง"), ("done", "เสร็จ")]
    assert paper.choices(outside=True) == [("draft", "ร่าง"), ("done", "เรียบร้อย")]


def test_an_effect_of_an_unknown_transition_is_refused_at_once():
    with pytest.raises(KeyError, match="publish"):
        machine().effect("publish")


def test_an_automatic_or_inapplicable_move_says_so():
    hidden = move("x", "ก", source="draft", target="done", applies=lambda obj: False, **PERMISSION)
    record = type("Record", (), {"state": "draft"})()

    assert machine()["finish"].applies_to(record)
    assert not hidden.applies_to(record)
    record.state = "done"
    assert not machine()["finish"].applies_to(record)
