"""Finding words in a handbook however they were typed: Thai or Arabic digits, with or without spaces, upper or lower case.

The whole of an edition is a few hundred sentences, so each search reads them all; no index has to be kept in step.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from handbook.content import Book, Process, Task
from thai.numerals import to_arabic
from thai.text import normalise, search_key

WORDS = 8
"""Typed words that are looked for; more are left out."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a sentence; ``found`` where it is what was looked for."""

    text: str
    found: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """One sentence that holds every word, and what it is."""

    what: str
    runs: tuple[Run, ...]
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The hits within one task, process or the list of laws."""

    kind: str
    key: str
    title: str
    hits: tuple[Hit, ...]


def words_of(query: str) -> list[str]:
    return [key for word in normalise(query).split()[:WORDS] if (key := search_key(word))]


def search(book: Book, query: str) -> list[Found]:
    """Everything that holds all words of the query, in the order of the handbook; empty where nothing was asked."""
    words = words_of(query)
    if not words:
        return []
    made = []
    for kind, key, title, sentences in _parts(book):
        hits = tuple(Hit(what, marked(text, words), anchor) for what, text, anchor in sentences if holds(text, words))
        if hits:
            made.append(Found(kind, key, title, hits))
    return made


def holds(text: str, words: list[str]) -> bool:
    key = _key(text)
    return all(word in key for word in words)


@lru_cache(maxsize=5000)
def _key(text: str) -> str:
    return search_key(text)


def marked(text: str, words: list[str]) -> tuple[Run, ...]:
    """The sentence in stretches; a found one never parts a letter from the marks above and below it."""
    key, places = [], []
    for place, letter in enumerate(text):
        for character in to_arabic(letter).casefold():
            if character != " ":
                key.append(character)
                places.append(place)
    joined, found = "".join(key), [False] * len(text)
    for word in words:
        start = joined.find(word)
        while start >= 0:
            last = places[start + len(word) - 1]
            for place in range(places[start], last + 1):
                found[place] = True
            start = joined.find(word, start + len(word))
    for place, letter in enumerate(text):
        if letter in _MARKS and place:
            found[place] = found[place - 1]
    runs: list[Run] = []
    for letter, is_found in zip(text, found, strict=True):
        if runs and runs[-1].found == is_found:
            runs[-1] = Run(runs[-1].text + letter, is_found)
        else:
            runs.append(Run(letter, is_found))
    return tuple(runs)


_MARKS = frozenset("ัิีึืฺุู็่้๊๋์ํ๎ำ")


def _parts(book: Book) -> Iterator[tuple[str, str, str, list[tuple[str, str, str]]]]:
    """(kind, key, title, [(what, sentence, anchor)]) of everything that can be found."""
    for group in book.groups:
        for task in group.tasks:
            yield (
                "task",
                task.key,
                f"{task.number} {task.title}",
                _of_task(task, "" if group.is_one_task else group.title),
            )
    for process in book.processes:
        yield "process", process.key, f"{process.key} {process.title}", _of_process(process)
    laws = [(law.standing_label, f"{law.title} {law.note}".strip(), f"law-{law.key}") for law in book.laws]
    yield "laws", "", "กฎหมายและหลักการอ้างอิง", laws
    about = [("แนวคิด", book.concept, "about")]
    yield "about", "", book.title, about + [(f"วัตถุประสงค์ข้อ {o.number}", o.text, "about") for o in book.objectives]


def _of_task(task: Task, group: str) -> list[tuple[str, str, str]]:
    rows = [("ชื่องาน", task.title, "")]
    if group:
        rows.append(("กลุ่มงาน", group, ""))
    for step in task.steps:
        rows.append((f"ขั้นตอนที่ {step.number}", step.text, f"step-{step.key}"))
        rows += [(f"ข้อ {part.number}", part.text, f"step-{step.key}") for part in step.parts]
    rows += [(f"ผลที่คาดหวังข้อ {line.number}", line.text, "results") for line in task.results]
    return rows + [("กฎหมายอ้างอิง", law.title, "laws") for law in task.laws]


def _of_process(process: Process) -> list[tuple[str, str, str]]:
    rows = [("ชื่อกระบวนงาน", process.title, ""), ("ขอบเขต", process.scope, "scope")]
    rows += [(f"วัตถุประสงค์ข้อ {line.number}", line.text, "objectives") for line in process.objectives]
    rows += [("คำจำกัดความ", f"{item.term} หมายถึง {item.text}", "definitions") for item in process.definitions]
    for step in process.steps:
        place, anchor = f"ขั้นที่ {step.number}", f"step-{step.key}"
        rows.append((place, step.text, anchor))
        if step.short != step.text:
            rows.append((f"{place} ชื่อย่อ", step.short, anchor))
        if step.detail:
            rows.append((f"{place} รายละเอียด", step.detail, anchor))
        rows.append((f"{place} มาตรฐานคุณภาพงาน", step.standard, anchor))
        if step.window.label:
            rows.append((f"{place} ระยะเวลา", step.window.label, anchor))
        rows += [(f"ข้อ {part.number}", part.text, anchor) for part in step.parts]
    rows += [("แบบที่ใช้", f"{form.key} {form.title}", "forms") for form in process.forms]
    return rows + [("เอกสารอ้างอิง", law.title, "laws") for law in process.laws]
