"""The handbook on paper: the whole as the office's manual, or one task or process of it."""

from dataclasses import dataclass

from documents.kinds import document_kind
from handbook.chart import Chart, flow_chart
from handbook.content import Process, Task
from handbook.models import Edition


@dataclass(frozen=True, slots=True)
class Part:
    """One task or one process of an edition, to be printed alone."""

    edition: Edition
    task: Task | None = None
    process: Process | None = None

    @property
    def title(self) -> str:
        if self.process:
            return f"คู่มือขั้นตอนการดำเนินงาน {self.process.title}"
        return self.task.title if self.task else ""

    @property
    def code(self) -> str:
        return self.process.key if self.process else f"งานที่ {self.task.number if self.task else ''}"


Printed = Edition | Part


def _edition(printed: Printed) -> Edition:
    return printed.edition if isinstance(printed, Part) else printed


def _title(printed: Printed) -> str:
    return printed.title if isinstance(printed, Part) else printed.book.title


def _code(printed: Printed) -> str:
    edition = _edition(printed)
    which = f"{edition.fiscal_year}-{edition.number}"
    return f"HB-{which} {printed.code}" if isinstance(printed, Part) else f"HB-{which}"


def _filename(printed: Printed) -> str:
    edition = _edition(printed)
    what = f"คู่มือ {edition.name}"
    return (
        f"{what} {printed.code} {printed.title}.pdf"
        if isinstance(printed, Part)
        else f"{what} {edition.book.title}.pdf"
    )


@document_kind(
    "handbook",
    label="คู่มือการปฏิบัติงาน",
    model=Edition,
    template="documents/handbook.html",
    queryset=lambda user: Edition.objects.visible_to(user).select_related("area"),
    title=_title,
    record_code=_code,
    filename=_filename,
)
def handbook(printed: Printed, user) -> dict:
    """An edition is printed whole, with cover and contents; a part alone."""
    edition = _edition(printed)
    book = edition.book
    part = printed if isinstance(printed, Part) else None
    processes = list(book.processes) if part is None else [part.process] if part.process else []
    charted: list[tuple[Process, Chart]] = [(process, flow_chart(process)) for process in processes if process]
    return {
        "edition": edition,
        "book": book,
        "office": edition.area.name,
        "unit": book.unit or edition.area.group_name,
        "part": part,
        "is_whole": part is None,
        "processes": charted,
        "watermark": "" if edition.is_published else "ฉบับร่าง",
    }
