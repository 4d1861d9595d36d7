"""The flow chart of a process, drawn from its table: the same on a page and in the PDF.

Each step is a row that is as high as its words need, at whatever width. The shapes are SVG lines in percent of the row,
the words are HTML above them: WeasyPrint draws text inside an SVG letter by letter and tears Thai apart. The way back of
ปรับปรุง runs up a lane beside the rows, one lane for each decision.
"""

from dataclasses import dataclass

from handbook.content import Process, ProcessStep

FROM, INTO, THROUGH, ACROSS = "from", "into", "through", "across"
"""What a lane shows beside a row: the way leaves the decision, reaches its target, goes on, is crossed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One step with what its lanes show, and the arrow to the next step below it."""

    step: ProcessStep
    lanes: tuple[frozenset[str], ...]
    below: tuple[bool, ...]
    """Of each lane, whether the way back runs beside the arrow below."""
    is_lit: bool = False
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    rows: tuple[Row, ...]
    lanes: range

    @property
    def has_lanes(self) -> bool:
        return bool(self.lanes)


def flow_chart(process: Process, lit: int = 0) -> Chart:
    """The chart; ``lit`` is the number of the step where one stands now, 0 for none."""
    loops = [
        (step.decision.improve, step.number)
        for step in process.steps
        if step.decision and 0 < step.decision.improve < step.number
    ]
    rows = tuple(
        Row(
            step,
            tuple(_shown(step.number, place, loops) for place in range(len(loops))),
            tuple(first <= step.number < last for first, last in loops),
            is_lit=step.number == lit,
            is_last=step.number == len(process.steps),
        )
        for step in process.steps
    )
    return Chart(f"ผังขั้นตอนการดำเนินงาน {process.key}", rows, range(len(loops)))


def _shown(number: int, place: int, loops: list[tuple[int, int]]) -> frozenset[str]:
    first, last = loops[place]
    shown = {
        word
        for word, here in ((FROM, number == last), (INTO, number == first), (THROUGH, first < number < last))
        if here
    }
    if any(number in loop for loop in loops[place + 1 :]):
        shown.add(ACROSS)
    return frozenset(shown)
