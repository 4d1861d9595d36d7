"""How a question is shown with its answer, for ``instruments/_question.html``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.utils import timezone

from instruments import logic, masters
from instruments.definition import MENU_FROM, Choice, Form, Question, Section
from instruments.filling.rows import offered_rows, row_title
from instruments.filling.shown import SlotView, dom
from instruments.filling.standing import NOTHING, Standing
from instruments.filling.words import answer_text, as_list, moment, shown_number
from instruments.models import Attachment
from instruments.queries import is_answered
from instruments.scoring import Answers
from instruments.slots import Slot, at_row

Facts = Mapping[str, str]
"""What the owner of a response knows already, by source: school, period, round, dates, team, hosts."""

LONG_LIST = 200
"""Longer lists don't stand in the page as options: they are searched in, or, without JavaScript, asked for."""


@dataclass
class Page:
    """What the questions of one page share. ``area`` is the office whose registers are offered.

    ``public``: whoever has the link sees it, so no register that names people is offered.
    """

    answers: Answers
    form: Form | None = None
    standing: Standing = NOTHING
    facts: Facts = field(default_factory=dict)
    pictures: Mapping[str, Attachment] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    refused: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What a plain post said of a slot and why it was not taken: ``typed_and_refused``."""
    area: int | None = None
    public: bool = False
    _masters: dict[str, tuple[Choice, ...]] = field(default_factory=dict)

    def in_row(self, answers: Answers, row: str, name: str) -> "Page":
        """The page with these answers only, and with what stands of ``row`` told of ``name``."""
        standing = self.standing
        end, new = f"@{row}", f"@{name}"
        renamed = Standing(
            frozenset(key.removesuffix(end) + new for key in standing.hidden if key.endswith(end)),
            frozenset(key.removesuffix(end) + new for key in standing.required if key.endswith(end)),
            {},
            {key.removesuffix(end) + new: text for key, text in standing.broken.items() if key.endswith(end)},
        )
        return replace(self, answers=answers, standing=renamed)

    def choices(self, question: Question) -> tuple[Choice, ...]:
        """All choices of a question, from the form or from the register; what is answered is always among them."""
        if not question.master:
            return question.choices
        register = masters.MASTERS[question.master]
        known = self._masters.get(question.master)
        if known is None:
            listed = () if (self.public and register.personal) or not self.area else register.options(self.area)
            known = self._masters[question.master] = tuple(Choice(value, text) for value, text in listed)
        held = {value for key in self._keys_of(question) for value in as_list(self.answers[key].get("v"))}
        if gone := held - {choice.value for choice in known}:
            known = (*known, *(Choice(value, text) for value, text in sorted(register.texts(gone).items())))
        return known

    def _keys_of(self, question: Question) -> list[str]:
        return [key for key in self.answers if key.partition("@")[0] == question.key]

    def allowed(self, question: Question, row: str) -> frozenset[str] | None:
        """The values that the question's filter lets through now; None where it has none."""
        if not question.filtered or self.form is None or self.form.sheet is None:
            return None
        today = timezone.localdate().isoformat()
        found = logic.allowed(self.form.sheet, question.key, self.answers, today, row or None)
        return None if found is None else frozenset(found)


@dataclass(frozen=True)
class Option:
    """One choice as it is offered. ``stale``: it is answered, but the answer before it no longer allows it."""

    value: str
    text: str
    specify: bool = False
    picked: bool = False
    stale: bool = False
    gone: bool = False
    """Not offered now: the answer before it rules it out."""


@dataclass(frozen=True)
class QuestionView:
    """One question with its answers, for ``instruments/_question.html``; ``row`` where its section repeats."""

    question: Question
    page: Page
    row: str = ""

    @property
    def key(self) -> str:
        """The question with its row: "B1" or "B1@k7x2"."""
        return self._at(self.question.key)

    def _at(self, key: str) -> str:
        return at_row(key, self.row) if self.row else key

    @property
    def dom(self) -> str:
        return dom(self.key)

    @property
    def main_keys(self) -> str:
        return " ".join(map(self._at, self.question.main))

    def _slot_view(self, slot: Slot) -> SlotView:
        key = self._at(slot.key)
        typed = self.page.refused.get(key, (None,))[0]
        return SlotView(replace(slot, key=key) if self.row else slot, self.page.answers.get(key, {}), typed)

    def _view(self, suffix: str = "") -> SlotView | None:
        key = self.question.key + suffix
        slot = next((slot for slot in self.question.slots if slot.key == key), None)
        return None if slot is None else self._slot_view(slot)

    @property
    def main(self) -> SlotView | None:
        return self._view()

    @property
    def current(self) -> SlotView | None:
        return self._view(".current")

    @property
    def desired(self) -> SlotView | None:
        return self._view(".desired")

    @property
    def exist(self) -> SlotView | None:
        return self._view(".exist")

    @property
    def note(self) -> SlotView | None:
        return self._view(".note")

    @property
    def photo(self) -> SlotView | None:
        return self._view(".photo")

    @property
    def other(self) -> SlotView | None:
        return self._view(".other")

    @property
    def slot_views(self) -> list[SlotView]:
        return [self._slot_view(slot) for slot in self.question.slots]

    @property
    def lines(self) -> list[tuple[str, SlotView | None]]:
        """The lines of a matrix: (text, slot)."""
        return [(line.text, self._view(f".{line.key}")) for line in self.question.lines]

    @property
    def fact(self) -> str:
        """What the owner knows of this question; empty where it must be asked."""
        return self.page.facts.get(self.question.source, "") if self.question.source else ""

    @property
    def is_na(self) -> bool:
        return any("na" in self.page.answers.get(self._at(key), {}) for key in self.question.main)

    @property
    def is_answered(self) -> bool:
        return bool(self.question.main) and is_answered(self.question, self.page.answers, self.row)

    @property
    def is_hidden(self) -> bool:
        return self.key in self.page.standing.hidden

    @property
    def is_required(self) -> bool:
        return self.question.required or self.key in self.page.standing.required

    @property
    def broken(self) -> str:
        """Why the answer breaks a condition of the form; empty where it does not."""
        return self.page.standing.broken.get(self.key, "")

    @property
    def refused(self) -> str:
        """Why what was just typed could not be taken; empty where nothing was."""
        return next((self.page.refused[view.key][1] for view in self.slot_views if view.key in self.page.refused), "")

    @property
    def calculated(self) -> str:
        """The value of a calculation as it is read; empty where there is none yet."""
        return shown_number(self.page.standing.calc.get(self.key, ""), self.question.decimals)

    @property
    def has_evidence(self) -> bool:
        """Whether something is under the fold already."""
        return any(view is not None and view.value for view in (self.note, self.photo))

    # Choices

    @cached_property
    def options(self) -> list[Option]:
        """The choices as they are offered: those the filter rules out are ``gone``, unless they are the answer."""
        allowed = self.page.allowed(self.question, self.row)
        picked = as_list(self.main.value if self.main else None)
        made = []
        for choice in self.page.choices(self.question):
            is_picked = choice.value in picked
            out = allowed is not None and choice.value not in allowed
            made.append(
                Option(
                    choice.value,
                    choice.text,
                    choice.specify,
                    is_picked,
                    stale=out and is_picked,
                    gone=out and not is_picked,
                )
            )
        return made

    @property
    def offered(self) -> list[Option]:
        return [option for option in self.options if not option.gone]

    @property
    def is_long(self) -> bool:
        """Whether its choices are too many to stand in the page for each question."""
        return len(self.page.choices(self.question)) > LONG_LIST

    @property
    def as_menu(self) -> bool:
        """Whether its choices stand in a drop-down. Several of a few are ticked: no browser's list is fit for that."""
        several = self.question.type == "multi"
        return self.question.menu and not (several and len(self.page.choices(self.question)) <= MENU_FROM)

    @property
    def list_id(self) -> str:
        """The id of the list in the page's data, where the browser needs one: to search in it or to filter it."""
        return list_name(self.question) if self.question.filtered or self.is_long else ""

    @property
    def specify_value(self) -> str:
        return self.question.specify.value if self.question.specify else ""

    @property
    def levels(self) -> list[dict[str, Any]]:
        """What each step of the scale means here, highest first as on the scale."""
        value = self.main.value if self.main else None
        return [
            {"value": step, "word": word, "text": self.question.levels[step], "picked": step == value}
            for step, word in (self.question.scale.values if self.question.scale else ())
            if step in self.question.levels
        ]

    # People and attachments

    @property
    def conflicts(self) -> list[dict[str, Any]]:
        """What two people answered differently: ``[{slot, label, options: [{e, name, text, at}]}]``."""
        found = []
        for view in self.slot_views:
            if "rivals" in view.entry:
                options = [
                    {
                        "e": item["e"],
                        "name": self.page.names.get(item["by"], ""),
                        "text": answer_text(self.question, view.slot, item, self._words(item)) or "ไม่ตอบ",
                        "at": moment(item["at"]),
                    }
                    for item in (view.entry, *view.entry["rivals"])
                ]
                found.append({"slot": view.key, "label": view.slot.label, "options": options})
        return found

    def _words(self, entry: Mapping[str, Any]) -> Mapping[str, str]:
        return masters.find(self.question.master, as_list(entry.get("v"))) if self.question.master else {}

    def attached(self, view: SlotView | None) -> list[Attachment]:
        ids = (view.value or []) if view else []
        return [self.page.pictures[item] for item in ids if item in self.page.pictures]

    @property
    def photo_list(self) -> list[Attachment]:
        return self.attached(self.main if self.question.type == "photo" else self.photo)

    @property
    def file_list(self) -> list[Attachment]:
        return self.attached(self.main)

    @property
    def signature(self) -> Attachment | None:
        value = self.main.value if self.main else None
        return self.page.pictures.get(value["image"]) if isinstance(value, dict) and "image" in value else None


def list_name(question: Question) -> str:
    """The name of a question's list among those of a page."""
    return question.list_key or (f"master-{question.master}" if question.master else f"of-{question.key}")


@dataclass(frozen=True)
class RowView:
    """One row of a repeating section. ``title``: what its first text question says; "" where it says nothing."""

    id: str
    number: int
    title: str
    questions: Sequence[Any]
    """Views, or their HTML."""

    @property
    def dom(self) -> str:
        return f"row-{self.id}"


def row_views(section: Section, page: Page) -> list[RowView]:
    """The rows of a section; one without an id where it is asked once.

    Where a repeating section must have rows and has too few, the missing ones are offered as well: a row is made by
    the first answer in it. Two people who begin one at once begin the same one.
    """
    made = []
    for number, row in enumerate(offered_rows(section, page.answers), start=1):
        views = [QuestionView(question, page, row) for question in section.questions]
        made.append(RowView(row, number, row_title(section, row, page.answers), views))
    return made
