"""Kept statistics: closing a response adds its answers to a few sums, opening it again takes them away.

A summary then reads a handful of rows, however many answers there are. ``instruments.models.Tally`` says what a row
is. ``counts`` is ``{slot: {answer: how often}}`` with these answers:

    "5", "1", "0"         the value of a rating or of a yes/no
    "=v"                  a choice; of several choices also "n", how many chose anything
    "n", "sum", "sq"      a number or a calculated value: Σx and Σx² as exact decimal text
    "n"                   words, dates, pictures, signatures: how many there are; of ``G.rows``, how many rows
    "na"                  not applicable

and under a question's own key "hidden": how often it was not asked at all. Each row of a repeating section counts
for itself. Everything is exact, so that what is taken away leaves no trace.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from typing import Any

from django.db import connection, transaction

from instruments import slots
from instruments.definition import Form, Section
from instruments.models import InstrumentVersion, Response, Tally
from instruments.scoring import Answers
from instruments.slots import at_row

SHARDS = 8
"""Rows over which the office's sum is spread, so that responses closed at once don't wait for each other."""
HIDDEN = "hidden"

Counts = dict[str, dict[str, Any]]
# Run at every closed response, by everybody at once: building them anew through the ORM costs more than they do.
_READ = "SELECT id, key, responses, counts FROM instruments_tally"
_KEEP = "UPDATE instruments_tally SET responses = %s, counts = %s WHERE id = %s"
_made: set[str] = set()
"""Keys of rows that have been seen in this process; one that is not there after all is made."""
_exact = Context(prec=1000)
"""Sums of numbers of any length that a form takes, without rounding."""


# -- What one response adds ----------------------------------------------------------------------------------------


def counts_of(form: Form, answers: Answers, scores: Mapping[str, Any]) -> Counts:
    """What one response adds to the sums. Facts that its owner knows (school, period …) are no answers."""
    hidden = frozenset(scores.get("hidden") or ())
    found: Counts = {}
    for section in form.sections:
        if f"@{section.key}" in hidden:
            for question in section.questions:
                _add(found, question.key, HIDDEN)
            continue
        rows = section.rows(answers)
        if section.repeat and rows:
            found[section.rows_slot] = {"n": len(rows)}
        for row in rows:
            _count_row(section, row, answers, hidden, found)
    for name, text in (scores.get("calc") or {}).items():
        number = _number(text)
        if number is not None and name not in hidden:
            _add_number(found, name.partition("@")[0], number)
    return found


def _count_row(section: Section, row: str, answers: Answers, hidden: frozenset[str], found: Counts) -> None:
    get = answers.get
    for question in section.questions:
        if question.source:
            continue
        if hidden and (at_row(question.key, row) if row else question.key) in hidden:
            _add(found, question.key, HIDDEN)
            continue
        for slot in question.slots:
            entry = get(at_row(slot.key, row) if row else slot.key)
            if entry is None:
                continue
            value = entry.get("v")
            if value is None or value in ("", []):
                if "na" in entry:
                    _add(found, slot.key, "na")
            elif slot.kind in (slots.RATING, slots.EXIST):
                _add(found, slot.key, str(value))
            elif slot.kind == slots.CHOICE:
                _add(found, slot.key, f"={value}")
            elif slot.kind == slots.NUMBER:
                if (number := _number(value)) is not None:
                    _add_number(found, slot.key, number)
            else:
                _add(found, slot.key, "n")
                if slot.kind == slots.MULTI:
                    for item in value:
                        _add(found, slot.key, f"={item}")


def _add(found: Counts, slot: str, answer: str) -> None:
    part = found.get(slot)
    if part is None:
        found[slot] = {answer: 1}
    else:
        part[answer] = part.get(answer, 0) + 1


def _add_number(found: Counts, slot: str, number: Decimal) -> None:
    merge(found.setdefault(slot, {}), {"n": 1, "sum": str(number), "sq": str(_exact.multiply(number, number))}, 1)


def _number(text: Any) -> Decimal | None:
    """The number that the text is; None where a calculation gave words."""
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def merge(part: dict[str, Any], more: Mapping[str, Any], sign: int) -> None:
    """Add (sign 1) or take away (−1) the counts of one slot, in place; what comes to nothing is not kept."""
    for answer, count in more.items():
        if isinstance(count, str):
            total = _exact.add(Decimal(part.get(answer, "0")), Decimal(count) if sign > 0 else -Decimal(count))
            part[answer] = f"{total.normalize(_exact):f}"
        elif left := part.get(answer, 0) + sign * count:
            part[answer] = left
        else:
            part.pop(answer, None)
    if "sum" in part and "n" not in part:
        del part["sum"], part["sq"]


# -- Keeping the sums current --------------------------------------------------------------------------------------


@dataclass
class _Change:
    """What becomes of one row: how many responses and which counts come or go."""

    where: dict[str, Any]
    responses: int = 0
    parts: list[tuple[int, Counts]] = field(default_factory=list)

    def apply(self, row: Tally) -> None:
        held: Counts = json.loads(row.counts)
        for sign, counts in self.parts:
            for slot, more in counts.items():
                part = held.get(slot)
                if part is None:
                    part = held[slot] = {}
                merge(part, more, sign)
                if not part:
                    del held[slot]
        row.responses += self.responses
        row.counts = _packed(held)


def add(response: Response) -> None:
    """Count a closed response; once, however often it is asked for."""
    with transaction.atomic():
        if Response.objects.filter(pk=response.pk, tallied=False).update(tallied=True):
            response.tallied = True
            _change([(1, response)])


def add_new(response: Response) -> None:
    """Count a response that was just written as counted, of which nobody else knows yet. Inside its transaction."""
    _change([(1, response)])


def take(response: Response) -> None:
    """Count a response no more; nothing where it was not counted."""
    with transaction.atomic():
        if Response.objects.filter(pk=response.pk, tallied=True).update(tallied=False):
            response.tallied = False
            _change([(-1, response)])


def move(before: Response, after: Response) -> None:
    """Count a response in another place: the same row of the table before and after its school, day or person changed.

    Nothing where it is not counted. One change, so that two moves in opposite directions don't lock each other out.
    """
    with transaction.atomic():
        if Response.objects.select_for_update(of=("self",)).filter(pk=after.pk, tallied=True).exists():
            _change([(-1, before), (1, after)])


def _change(responses: Iterable[tuple[int, Response]]) -> None:
    changes: dict[str, _Change] = {}
    for sign, response in responses:
        counts = counts_of(response.form, response.answers, response.scores)
        for key, where in _places(response):
            change = changes.setdefault(key, _Change(where))
            change.responses += sign
            change.parts.append((sign, counts))
    # Rows are made before any is locked, and locked in the order of their keys: so nobody waits in a circle.
    keys = sorted(changes)
    rows = _locked(keys) if _made.issuperset(keys) else []
    if len(rows) < len(keys):
        there = set(Tally.objects.filter(key__in=keys).values_list("key", flat=True))
        made = [Tally(key=key, **changes[key].where) for key in keys if key not in there]
        Tally.objects.bulk_create(made, ignore_conflicts=True)  # another response of the same place may be making it
        rows = _locked(keys)
        if len(_made) > 10_000:
            _made.clear()
        _made.update(keys)
    for row in rows:
        changes[row.key].apply(row)
    with connection.cursor() as cursor:
        values = [(row.responses, row.counts, row.pk) for row in rows]
        if connection.vendor == "postgresql":  # one way over the wire for all
            cursor.execute(";".join([_KEEP] * len(rows)), [item for value in values for item in value])
        else:
            cursor.executemany(_KEEP, values)


def _locked(keys: list[str]) -> list[Tally]:
    """The rows as they are, held until the transaction ends (SQLite holds the whole file)."""
    hold = " FOR UPDATE" if connection.features.has_select_for_update else ""
    places = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(f"{_READ} WHERE key IN ({places}) ORDER BY key{hold}", keys)
        return [Tally(pk=pk, key=key, responses=responses, counts=counts) for pk, key, responses, counts in cursor]


def _places(response: Response) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rows that a response is counted in."""
    yield _place(response, Tally.OFFICE, response.pk % SHARDS)
    if response.school_id:
        yield _place(response, Tally.SCHOOL, response.school_id)
    if response.person_id:
        yield _place(response, Tally.PERSON, response.person_id)


def _place(response: Response, kind: str, ref: int) -> tuple[str, dict[str, Any]]:
    where = {
        "version_id": response.version_id,
        "area_id": response.area_id,
        "collection_id": response.collection_id,
        "academic_year": response.academic_year,
        "semester": response.semester,
        "fiscal_year": response.fiscal_year,
        "kind": kind,
        "ref": ref,
    }
    return ":".join(str(value or 0) for value in where.values()), where


def _packed(counts: Counts) -> str:
    return json.dumps(counts, separators=(",", ":"))


# -- Reading and mending -------------------------------------------------------------------------------------------


def total(rows: Iterable[Tally]) -> tuple[int, Counts]:
    """How many responses the rows hold, and their counts together."""
    together: Counts = {}
    responses = 0
    for row in rows:
        responses += row.responses
        for slot, more in json.loads(row.counts).items():
            part = together.get(slot)
            if part is None:
                together[slot] = more
            else:
                merge(part, more, 1)
    return responses, together


@dataclass(frozen=True)
class Difference:
    """One row whose kept sums are not what the answers add up to."""

    key: str
    kept: int
    counted: int
    slots: tuple[str, ...]

    def __str__(self) -> str:
        named = ", ".join(self.slots[:5]) + (" …" if len(self.slots) > 5 else "")
        return f"{self.key}: เก็บไว้ {self.kept} ชุด นับใหม่ได้ {self.counted} ชุด" + (f" ข้อที่ต่างกัน {named}" if named else "")


def recount(version_id: int, *, mend: bool) -> list[Difference]:
    """Add up all counted responses of one version anew and compare with what is kept; with ``mend``, put it right.

    Responses that are closed or opened meanwhile wait, so that nothing is counted twice or forgotten.
    """
    with transaction.atomic():
        kept = {row.key: row for row in Tally.objects.select_for_update().filter(version=version_id).order_by("key")}
        counted = Response.objects.filter(version=version_id, tallied=True).order_by("pk")
        fresh = summed(counted.iterator(chunk_size=500), InstrumentVersion.objects.get(pk=version_id).form)
        differences = []
        for key in sorted(kept.keys() | fresh.keys()):
            row = kept.get(key)
            if row is None:
                row, made = Tally.objects.get_or_create(key=key, defaults=fresh[key].where) if mend else (None, True)
                if not made:
                    continue  # a response that was closed meanwhile has just made it
            found = _compared(key, row, fresh.get(key))
            if found:
                differences.append(found)
                if mend and row is not None:
                    _put_right(row, fresh.get(key))
        return differences


@dataclass
class Sum:
    """What one row should hold: where it stands in the table, how many responses, their counts."""

    where: dict[str, Any]
    responses: int = 0
    counts: Counts = field(default_factory=dict)

    @property
    def packed(self) -> str:
        return _packed(self.counts)


def summed(responses: Iterable[Response], form: Form) -> dict[str, Sum]:
    """The rows that these responses of one form add up to, by key."""
    sums: dict[str, Sum] = {}
    for response in responses:
        counts = counts_of(form, response.answers, response.scores)
        for key, where in _places(response):
            row = sums.setdefault(key, Sum(where))
            row.responses += 1
            for slot, more in counts.items():
                merge(row.counts.setdefault(slot, {}), more, 1)
    return sums


def _compared(key: str, row: Tally | None, fresh: Sum | None) -> Difference | None:
    kept: Counts = json.loads(row.counts) if row else {}
    counted = fresh.counts if fresh else {}
    differing = tuple(sorted(slot for slot in kept.keys() | counted.keys() if kept.get(slot) != counted.get(slot)))
    responses = row.responses if row else 0, fresh.responses if fresh else 0
    return Difference(key, *responses, differing) if differing or responses[0] != responses[1] else None


def _put_right(row: Tally, fresh: Sum | None) -> None:
    Tally.objects.filter(pk=row.pk).update(
        responses=fresh.responses if fresh else 0, counts=fresh.packed if fresh else "{}"
    )
