"""The responses of a selection as rows of its tables, in chunks, from one snapshot."""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Count, Func, Q, TextField, Value
from django.db.models.functions import Cast
from django.utils.crypto import salted_hmac

from accounts.models import User
from analysis.exports.cells import Cell, Entry, Wording
from analysis.exports.selection import Selection, responses_of
from analysis.exports.tables import MAIN, Column, Table, tables_of
from analysis.hiding import hidden_cells
from analysis.queries.privacy import divisions_of
from instruments import slots
from instruments.flows import DRAFT, IN_REVIEW
from instruments.models import Attachment, Collection, Instrument, InstrumentVersion, Response
from schools.models import AreaOffice, School
from schools.queries import with_pupils
from thai.dates import in_bangkok, numeric_date

CHUNK = 400
"""Responses at a time: the text of one with a hundred answers takes about 13 KB."""

ABOUT = [
    Column("_response", "เลขที่ชุดคำตอบ"),
    Column("_form", "รหัสเครื่องมือ"),
    Column("_version", "ฉบับที่"),
    Column("_school_code", "รหัสโรงเรียน"),
    Column("_school", "โรงเรียน"),
    Column("_group", "กลุ่มโรงเรียน"),
    Column("_date", "วันที่"),
    Column("_date_thai", "วันที่ (พ.ศ.)"),
    Column("_semester", "ภาคเรียนที่"),
    Column("_academic_year", "ปีการศึกษา"),
    Column("_fiscal_year", "ปีงบประมาณ"),
    Column("_supervisor", "ผู้รับผิดชอบ"),
    Column("_survey", "รอบเก็บข้อมูล"),
    Column("_finished_at", "กรอกเสร็จเมื่อ"),
]
ABOUT_ROW = [
    Column("_response", "เลขที่ชุดคำตอบ"),
    Column("_row", "แถวที่"),
    Column("_row_id", "รหัสแถว"),
]


class Found(NamedTuple):
    """What is read of one response."""

    pk: int
    version: int
    school: int | None
    on: Any
    semester: int
    academic_year: int
    fiscal_year: int
    person: int | None
    collection: int | None
    locked_at: Any
    answers: str
    """JSON text: read when its row is made, so that one response at a time is in memory as objects."""
    scores: str
    keys: list[str] | None
    """Where ``answers`` are values alone: what they answer."""

    def entries(self) -> dict[str, Entry]:
        held = json.loads(self.answers)
        if isinstance(held, dict):
            return held
        return dict(zip(self.keys or (), [{"v": value} for value in held], strict=True))


class Keys(Func):
    """PostgreSQL: the names of the answers, in the order in which ``Values`` has them."""

    template = "ARRAY(SELECT jsonb_object_keys(%(expressions)s))"
    output_field = TextField()


class Values(Func):
    """PostgreSQL: the values of the answers without who gave them and when, a fifteenth of the text: three times as fast.

    All of the text where an answer has no value (“not applicable”).
    """

    template = (
        "CASE WHEN jsonb_path_exists(%(expressions)s, '$.* ? (!exists(@.v))') THEN %(expressions)s::text "
        "ELSE jsonb_path_query_array(%(expressions)s, '$.*.v')::text END"
    )
    output_field = TextField()


FIELDS = (
    "pk", "version_id", "school_id", "on", "semester", "academic_year", "fiscal_year", "person_id", "collection_id",
    "locked_at",
)  # fmt: skip


NONE = Value(None, output_field=TextField())


@dataclass
class Reading:
    """A selection on one snapshot: its tables, how many responses it has, and their rows.

    Of an anonymous response the file says nothing by which its author could be known: its number is made up, rows come
    in no order of time, and a school is named only where enough answers come from it.
    """

    chosen: Selection
    using: str
    instrument: Instrument = field(init=False)
    versions: list[InstrumentVersion] = field(init=False)
    tables: dict[str, Table] = field(init=False)
    expected: int = field(init=False)
    withheld: int = field(init=False, default=0)
    """Anonymous responses left out because the selection itself would tell where they come from."""
    unnamed: int = field(init=False, default=0)
    """Anonymous responses whose school is not named."""

    def __post_init__(self) -> None:
        chosen, using = self.chosen, self.using
        self.instrument = Instrument.objects.using(using).get(pk=chosen.instrument)
        self._anonymous = set(
            Collection.objects.using(using).filter(area=chosen.area, anonymous=True).values_list("pk", flat=True)
        )
        self._selected = responses_of(chosen, using=using)
        self._nameless: set[tuple[int, int | None]] = set()
        if self._anonymous:
            self._keep_anonymous()
        self.expected = self._selected.count()
        self.versions = list(self._versions())
        self.wording = Wording(labels=not chosen.values, split=chosen.split, area=chosen.area)
        self.tables = tables_of(
            [(version.pk, version.number, version.form) for version in self.versions],
            self.wording,
            about=ABOUT,
            about_row=ABOUT_ROW,
        )
        forms = [version.form for version in self.versions]
        self._numbers = {version.pk: version.number for version in self.versions}
        self._logic = any(form.sheet is not None for form in forms)
        self._attached = any(slot.kind in (slots.PHOTO, slots.FILE) for form in forms for slot in form.slots.values())
        self._schools: dict[int, tuple[str, str, str | None]] = {}
        self._people: dict[int, str] = {}
        self._collections: dict[int, str] = {}

    def _versions(self) -> Iterable[InstrumentVersion]:
        """Every version that was ever published, and any other that has answers here; newest first."""
        versions = InstrumentVersion.objects.using(self.using).filter(instrument=self.instrument).order_by("-number")
        if self.chosen.version:
            return versions.filter(pk=self.chosen.version)
        answered = set(self._selected.order_by().values_list("version", flat=True).distinct())
        return versions.filter(~Q(state__in=(DRAFT, IN_REVIEW)) | Q(pk__in=answered))

    def _keep_anonymous(self) -> None:
        """Decide which schools of anonymous answers may be named, and leave out what the selection would tell of.

        It is decided on whole collections: were it decided on what is selected, two files of different selections would
        together tell what neither tells. For the same reason a file of one school or group has the named ones alone, and
        the rule is that of the pages, which show the totals of each group and size.
        """
        finished = Response.objects.using(self.using).filter(collection__in=self._anonymous, locked_at__isnull=False)
        numbers = finished.order_by().values_list("collection", "school").annotate(number=Count("pk"))
        counts: dict[int, dict[int | None, int]] = {}
        for collection, school, number in numbers:
            counts.setdefault(collection, {})[school] = number
        area = AreaOffice.objects.using(self.using).get(pk=self.chosen.area)
        within = divisions_of(area, with_pupils(School.objects.using(self.using).filter(area=area)))
        self._nameless = {
            (collection, school) for collection, found in counts.items() for school in hidden_cells(found, within)
        }
        schools: dict[int, list[int]] = {}
        for collection, school in self._nameless:
            if school:
                schools.setdefault(collection, []).append(school)
        unnamed = Q(pk__in=[])
        for collection, few in schools.items():
            unnamed |= Q(collection=collection, school__in=few)
        found = self._selected.filter(unnamed).count()
        if self.chosen.names_places:
            self._selected, self.withheld = self._selected.exclude(unnamed), found
        else:
            self.unnamed = found

    @property
    def has_anonymous(self) -> bool:
        return (bool(self._anonymous) and self._selected.filter(collection__in=self._anonymous).exists()) or bool(
            self.withheld
        )

    # -- Rows ------------------------------------------------------------------------------------------------------

    def chunks(self) -> Iterator[dict[str, list[list[Cell]]]]:
        """The rows of each table, some hundred responses at a time."""
        for ids in self._ids():
            rows = self._read(ids)
            self._look_up(rows)
            made: dict[str, list[list[Cell]]] = {section: [] for section in self.tables}
            for found in rows:
                self._add(found, made)
            yield made

    def _ids(self) -> Iterator[Sequence[int]]:
        """All ids first, a few bytes each: the order of anonymous ones is no order of time."""
        open_ones = self._selected.exclude(collection__in=self._anonymous) if self._anonymous else self._selected
        ids = list(open_ones.order_by("pk").values_list("pk", flat=True))
        if self._anonymous:
            hidden = list(self._selected.filter(collection__in=self._anonymous).values_list("pk", flat=True))
            random.SystemRandom().shuffle(hidden)
            ids += hidden
        for start in range(0, len(ids), CHUNK):
            yield ids[start : start + CHUNK]

    def _read(self, ids: Sequence[int]) -> list[Found]:
        scores = Cast("scores", TextField()) if self._logic else Value("{}")
        bare = connections[self.using].vendor == "postgresql"
        answers = [Values("answers"), scores, Keys("answers")] if bare else [Cast("answers", TextField()), scores, NONE]
        rows = Response.objects.using(self.using).filter(pk__in=ids)
        place = {pk: number for number, pk in enumerate(ids)}
        found = map(Found._make, rows.values_list(*FIELDS, *answers))
        return sorted(found, key=lambda one: place[one.pk])

    def _look_up(self, rows: list[Found]) -> None:
        """The names that these responses need and that no earlier ones did."""
        if missing := {found.school for found in rows if found.school} - self._schools.keys():
            of_school = School.objects.using(self.using).filter(pk__in=missing)
            self._schools |= {
                row[0]: row[1:] for row in of_school.values_list("pk", "obec_code", "name", "group__name")
            }
        if missing := {found.person for found in rows if found.person} - self._people.keys():
            self._people |= {user.pk: str(user) for user in User.objects.using(self.using).filter(pk__in=missing)}
        if missing := {found.collection for found in rows if found.collection} - self._collections.keys():
            titles = Collection.objects.using(self.using).filter(pk__in=missing)
            self._collections |= dict(titles.values_list("pk", "title"))
        if self._attached:
            self.wording.file_names.clear()
            of_open = [found.pk for found in rows if found.collection not in self._anonymous]
            files = Attachment.objects.using(self.using).filter(response__in=of_open)
            self.wording.file_names.update(
                (str(pk), name) for pk, name in files.values_list("pk", "original_name").iterator()
            )

    def _add(self, found: Found, made: dict[str, list[list[Cell]]]) -> None:
        answers, scores = found.entries(), json.loads(found.scores)
        anonymous = found.collection in self._anonymous
        number = made_up_number(found.pk) if anonymous else found.pk
        main = self.tables[MAIN]
        row: list[Cell] = [None] * len(main.columns)
        row[: len(ABOUT)] = self._about(found, number, anonymous=anonymous)
        plan = main.plans[found.version]
        plan.fill(row, answers, scores)
        if anonymous:
            plan.forget(row)
        made[MAIN].append(row)
        for section, table in self.tables.items():
            if section == MAIN or found.version not in table.plans or f"@{section}" in scores.get("hidden", ()):
                continue
            plan = table.plans[found.version]
            for line, row_id in enumerate((answers.get(f"{section}.rows") or {}).get("v") or (), 1):
                row = [None] * len(table.columns)
                row[: len(ABOUT_ROW)] = [number, line, row_id]
                plan.fill(row, answers, scores, f"@{row_id}")
                if anonymous:
                    plan.forget(row)
                made[section].append(row)

    def _about(self, found: Found, number: Cell, *, anonymous: bool) -> list[Cell]:
        code, school, group = self._schools.get(found.school or 0, (None, None, None))
        if anonymous and (found.collection, found.school) in self._nameless:
            code = school = group = None
        finished = in_bangkok(found.locked_at).replace(tzinfo=None, microsecond=0) if found.locked_at else None
        return [
            number,
            self.instrument.code,
            self._numbers[found.version],
            code,
            school,
            group,
            found.on,
            numeric_date(found.on) if found.on else None,
            found.semester or None,
            found.academic_year or None,
            found.fiscal_year or None,
            None if anonymous else self._people.get(found.person or 0),
            self._collections.get(found.collection or 0),
            finished.date() if finished and anonymous else finished,
        ]


def made_up_number(pk: int) -> str:
    """The number of an anonymous response: the same in every file, and no way back to when it came."""
    return "A" + salted_hmac("analysis.exports", str(pk)).hexdigest()[:12]
