"""What the moves of a report do with its book: frozen when it is submitted, holding from its approval on."""

from cycles.annual.making import prepare
from cycles.annual.versions import freeze, live, note_approval
from cycles.flows import REPORT
from cycles.models import Report
from workflows.models import TransitionLog
from workflows.services import TransitionError


@REPORT.effect("submit")
def keep_as_it_is(report: Report, log: TransitionLog) -> None:
    """Facts and words stay as they are now. Refused where what people wrote says other numbers than those of now.

    What is kept is what was looked at: numbers that move in this moment are those of the next version.
    """
    annual = live(report)
    stale = [one for one in annual.passages.values() if one.is_stale]
    if stale:
        named = ", ".join(one.passage.title for one in stale[:3])
        raise TransitionError(
            f"ย่อหน้าที่แก้ไขไว้ {len(stale)} แห่งไม่ตรงกับตัวเลขปัจจุบัน ({named}) โปรดเปิด “ย่อหน้าจากตัวเลข” "
            "แล้วเลือกใช้ข้อความเดิม ใช้ข้อความใหม่ หรือแก้ไขก่อนส่ง"
        )
    freeze(report, annual, by=log.by)


@REPORT.effect("approve")
def hold_from_now(report: Report, log: TransitionLog) -> None:
    note_approval(report, log)
    prepare(report, by=log.by)


@REPORT.effect("publish")
def make_ready(report: Report, log: TransitionLog) -> None:
    prepare(report, by=log.by)
