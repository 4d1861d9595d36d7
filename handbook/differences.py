"""What became of each part of the handbook from one edition to the next: task by task, side by side.

Pure: two documents in, a ``Differences`` out. Parts and their sentences are compared by their keys, so a step that moved
or was rewritten is told from one that is new.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from handbook.content import Book, Process, ProcessStep, Task, read
from instruments.differences import Change, Piece, moved_keys, side_by_side

ADDED, DROPPED, CHANGED, SAME = "added", "dropped", "changed", "same"
KINDS = {ADDED: "เพิ่ม", DROPPED: "ตัดออก", CHANGED: "แก้ไข"}

Sentence = tuple[str, str, str]
"""(key, what it is called, its words)."""


@dataclass(frozen=True, slots=True)
class PartChange:
    """What became of one task, process, law or of the handbook's own words."""

    place: str
    kind: str
    title: str
    old_title: str = ""
    moved: str = ""
    """Where it stood before, where it stands elsewhere now."""
    changes: tuple[Change, ...] = ()

    @property
    def kind_label(self) -> str:
        return KINDS.get(self.kind, "")


@dataclass(frozen=True)
class Differences:
    """Everything that differs, in the order of the new edition; what was dropped stands at the end of its kind."""

    about: list[PartChange] = field(default_factory=list)
    groups: list[PartChange] = field(default_factory=list)
    tasks: list[PartChange] = field(default_factory=list)
    processes: list[PartChange] = field(default_factory=list)
    laws: list[PartChange] = field(default_factory=list)
    same: int = 0
    """Tasks and processes that stayed as they were."""

    @property
    def all(self) -> list[PartChange]:
        return [*self.about, *self.groups, *self.tasks, *self.processes, *self.laws]

    @property
    def any(self) -> bool:
        return bool(self.all)

    def count(self, kind: str) -> int:
        return sum(part.kind == kind for part in self.all)

    @property
    def added(self) -> int:
        return self.count(ADDED)

    @property
    def dropped(self) -> int:
        return self.count(DROPPED)

    @property
    def changed(self) -> int:
        return self.count(CHANGED)


def differences(old: Any, new: Any) -> Differences:
    before, after = read(old), read(new)
    tasks, processes = _tasks(before, after), _processes(before, after)
    return Differences(
        about=_kept([_compared("about", "ข้อมูลของคู่มือ", "ข้อมูลของคู่มือ", _about(before), _about(after))]),
        groups=_kept(_groups(before, after)),
        tasks=_kept(tasks),
        processes=_kept(processes),
        laws=_kept(_laws(before, after)),
        same=sum(part.kind == SAME for part in (*tasks, *processes)),
    )


def _kept(parts: list[PartChange]) -> list[PartChange]:
    return [part for part in parts if part.kind != SAME]


def _compared(  # noqa: PLR0917 -- the two sides of one part
    place: str, title: str, old_title: str, old: list[Sentence], new: list[Sentence], moved: str = ""
) -> PartChange:
    changes = tuple(_changes(old, new))
    kind = CHANGED if changes or moved else SAME
    return PartChange(place, kind, title, old_title, moved, changes)


def _changes(old: Sequence[Sentence], new: Sequence[Sentence]) -> Iterator[Change]:
    """Sentences that differ or stand elsewhere, each under its name; one that others came or went before is not told."""
    before, after = {key: (what, text) for key, what, text in old}, {key: (what, text) for key, what, text in new}
    elsewhere = moved_keys(list(before), list(after))
    for key in [*after, *(key for key in before if key not in after)]:
        was, now = before.get(key), after.get(key)
        if was and now and was[1] == now[1]:
            if key in elsewhere and now[1]:
                same = (Piece(now[1]),)
                yield Change(
                    key, f"{now[0]} (ย้ายที่)", ((Piece(f"{was[0]}: "), *same),), ((Piece(f"{now[0]}: "), *same),)
                )
            continue
        lines = [[text] if text else [] for text in (was[1] if was else "", now[1] if now else "")]
        if lines[0] == lines[1]:
            continue
        label = now[0] if now else f"{was[0] if was else ''} (ตัดออก)"
        if was is None and now:
            label = f"{now[0]} (เพิ่ม)"
        yield Change(key, label, *side_by_side(*lines))


def _about(book: Book) -> list[Sentence]:
    rows = [("title", "ชื่อคู่มือ", book.title), ("no", "เอกสารลำดับเลขที่", book.document_no), ("unit", "หน่วยงาน", book.unit),
            ("concept", "แนวคิด", book.concept)]  # fmt: skip
    return rows + [(f"objective:{line.key}", f"วัตถุประสงค์ข้อ {line.number}", line.text) for line in book.objectives]


def _groups(before: Book, after: Book) -> list[PartChange]:
    """Names of groups; what became of their tasks stands with the tasks."""
    old, new = {g.key: g for g in before.groups}, {g.key: g for g in after.groups}
    made = []
    for key, group in new.items():
        was = old.get(key)
        title = f"กลุ่มงานที่ {group.number} {group.title}"
        if was is None:
            made.append(PartChange(f"group:{key}", ADDED, title))
        else:
            moved = was.number if key in moved_keys(list(old), list(new)) else ""
            made.append(
                _compared(
                    f"group:{key}", title, "", [("t", "ชื่อกลุ่มงาน", was.title)], [("t", "ชื่อกลุ่มงาน", group.title)], moved
                )
            )
    return made + [
        PartChange("", DROPPED, f"กลุ่มงานที่ {group.number} {group.title}") for key, group in old.items() if key not in new
    ]


def _tasks(before: Book, after: Book) -> list[PartChange]:
    old, new = {t.key: t for t in before.tasks}, {t.key: t for t in after.tasks}
    made = []
    for key, task in new.items():
        was, title = old.get(key), f"งานที่ {task.number} {task.title}"
        if was is None:
            made.append(PartChange(f"task:{key}", ADDED, title, changes=tuple(_changes([], _task(task)))))
            continue
        beside = [[k for k, t in side.items() if t.group == task.group] for side in (old, new)]
        elsewhere = was.group != task.group or key in moved_keys(*beside)
        made.append(
            _compared(f"task:{key}", title, was.title, _task(was), _task(task), was.number if elsewhere else "")
        )
    return made + [
        PartChange("", DROPPED, f"งานที่ {task.number} {task.title}", changes=tuple(_changes(_task(task), [])))
        for key, task in old.items()
        if key not in new
    ]


def _task(task: Task) -> list[Sentence]:
    rows = [("title", "ชื่องาน", task.title)]
    for step in task.steps:
        rows.append((f"step:{step.key}", f"ขั้นตอนที่ {step.number}", step.text))
        rows += [(f"part:{step.key}:{part.key}", f"ข้อ {part.number}", part.text) for part in step.parts]
    rows += [(f"result:{line.key}", f"ผลที่คาดหวังข้อ {line.number}", line.text) for line in task.results]
    return rows + [(f"law:{law.key}", "กฎหมายอ้างอิง", law.title) for law in task.laws]


def _processes(before: Book, after: Book) -> list[PartChange]:
    old, new = {p.key: p for p in before.processes}, {p.key: p for p in after.processes}
    made = []
    for key, process in new.items():
        title = f"กระบวนงาน {process.key} {process.title}"
        was = old.get(key)
        if was is None:
            made.append(PartChange(f"process:{key}", ADDED, title, changes=tuple(_changes([], _process(process)))))
        else:
            made.append(_compared(f"process:{key}", title, was.title, _process(was), _process(process)))
    return made + [
        PartChange("", DROPPED, f"กระบวนงาน {p.key} {p.title}", changes=tuple(_changes(_process(p), [])))
        for key, p in old.items()
        if key not in new
    ]


def _process(process: Process) -> list[Sentence]:
    rows = [("title", "ชื่อกระบวนงาน", process.title), ("year", "นับรอบตาม", process.year_label), ("scope", "ขอบเขต", process.scope),
            ("who", "ผู้รับผิดชอบ", process.responsible)]  # fmt: skip
    rows += [(f"objective:{line.key}", f"วัตถุประสงค์ข้อ {line.number}", line.text) for line in process.objectives]
    rows += [(f"definition:{d.key}", "คำจำกัดความ", f"{d.term} หมายถึง {d.text}") for d in process.definitions]
    for step in process.steps:
        rows += _process_step(step)
    rows += [
        (f"form:{f.key}", f"แบบ {f.key}", f.title + (f" (เครื่องมือ {', '.join(f.instruments)})" if f.instruments else ""))
        for f in process.forms
    ]
    return rows + [(f"law:{law.key}", "เอกสารอ้างอิง", law.title) for law in process.laws]


def _process_step(step: ProcessStep) -> list[Sentence]:
    place = f"ขั้นที่ {step.number}"
    when = step.window.label + (f" ({step.window.year_note})" if step.window.year_note else "")
    rows = [("text", "", step.text), ("short", "ชื่อย่อ", step.short), ("detail", "รายละเอียด", step.detail),
            ("standard", "มาตรฐานคุณภาพงาน", step.standard), ("window", "ระยะเวลา", when),
            ("forms", "แบบที่ใช้", ", ".join(form.key for form in step.forms)),
            ("improve", "ปรับปรุงให้กลับไป", f"ขั้นที่ {step.decision.improve}" if step.decision else "")]  # fmt: skip
    rows += [(f"part:{part.key}", f"ข้อ {part.number}", part.text) for part in step.parts]
    return [(f"step:{step.key}:{key}", f"{place} {what}".rstrip(), text) for key, what, text in rows]


def _law(title: str, standing: str, note: str) -> list[Sentence]:
    return [("title", "ชื่อ", title), ("standing", "สถานะ", standing), ("note", "หมายเหตุ", note)]


def _laws(before: Book, after: Book) -> list[PartChange]:
    old, new = {law.key: law for law in before.laws}, {law.key: law for law in after.laws}
    made = []
    for key, law in new.items():
        was = old.get(key)
        now = _law(law.title, law.standing_label, law.note)
        if was is None:
            made.append(PartChange(f"law:{key}", ADDED, law.title, changes=tuple(_changes([], now[1:]))))
        else:
            made.append(
                _compared(f"law:{key}", law.title, was.title, _law(was.title, was.standing_label, was.note), now)
            )
    return made + [PartChange("", DROPPED, law.title) for key, law in old.items() if key not in new]


def piece_changes(old: Any, new: Any, place: str) -> list[Change]:
    """What differs of one place alone; of a part that one side lacks, all of it."""
    before, after = (_sentences(read(content), place) for content in (old, new))
    return list(_changes(before, after))


def _sentences(book: Book, place: str) -> list[Sentence]:
    kind, _, rest = place.partition(":")
    try:
        if kind == "about":
            return _about(book)
        if kind == "group":
            return [("t", "ชื่อกลุ่มงาน", book.group(rest).title)]
        if kind == "task":
            return _task(book.task(rest))
        if kind == "law":
            law = book.law(rest)
            return _law(law.title, law.standing_label, law.note)
        process = book.process(rest.partition(":")[0])
        if kind == "process":
            return [row for row in _process(process) if not row[0].startswith("step:")]
        return [row for step in process.steps if step.key == rest.partition(":")[2] for row in _process_step(step)]
    except LookupError:
        return []
