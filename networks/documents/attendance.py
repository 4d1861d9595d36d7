"""บัญชีรายชื่อผู้เข้าร่วม of a meeting or an activity: before it a sheet to sign on, afterwards who came and who did not."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from documents.kinds import document_kind
from documents.wording import text_of, wording, wording_kind
from instruments.statistics import percent, show
from networks.models import Activity, Meeting, Participant
from networks.queries.gatherings import attendance_of
from thai.dates import date_and_time, in_bangkok, time_of_day, weekday_date

Gathering = Meeting | Activity
KINDS = {Meeting.word: "attendance-list", Activity.word: "activity-attendance-list"}
"""The kind of document by the word of the gathering."""
MOST_DAYS = 5
"""Days that get a sheet each; of a longer gathering the day is left to be written."""
LEAST_SPARE = 5
"""Blank lines under the names at least; a tenth of the names where that is more."""
UNASKED = 20
"""Blank lines where nobody was asked by name."""

_WORDS = KINDS[Meeting.word]
wording_kind(_WORDS, label="บัญชีรายชื่อผู้เข้าร่วม", paper="memo")
wording(
    _WORDS, "note", label="คำชี้แจงบนใบลงลายมือชื่อ",
    default="โปรดลงลายมือชื่อและเวลามาด้วยตนเอง ผู้มาแทนหรือผู้ที่ไม่มีชื่อโปรดเขียนชื่อในช่องว่าง และระบุในช่องหมายเหตุว่ามาแทนผู้ใด",
)  # fmt: skip
wording(
    _WORDS, "certify", label="คำรับรองท้ายบัญชีผู้เข้าร่วม", default="ขอรับรองว่าผู้มีรายชื่อข้างต้นเข้าร่วม{what}ตามวันและเวลาที่ลงทะเบียนไว้จริง",
    fields={"what": ("การประชุมหรือกิจกรรม", "การประชุม")},
)  # fmt: skip


@dataclass(frozen=True)
class AttendanceList:
    """What is printed of a gathering: the ``sheet`` to sign on, or the list of who came."""

    gathering: Gathering
    sheet: bool

    @property
    def pk(self) -> int:
        return self.gathering.pk

    @classmethod
    def due(cls, gathering: Gathering) -> "AttendanceList":
        """The sheet as long as the last day is not over and nobody has come, then the list."""
        ahead = gathering.state in ("draft", *gathering.at_the_door) and gathering.today <= gathering.ends_on
        return cls(gathering, ahead and not gathering.participants.came().exists())


def _gathering(printed: AttendanceList | Gathering) -> Gathering:
    return printed.gathering if isinstance(printed, AttendanceList) else printed


def attendance_list(printed: AttendanceList | Gathering, user) -> dict[str, Any]:
    """Three queries at most, however many people. Who does not arrange the gathering reads who came, as on its page."""
    found = printed if isinstance(printed, AttendanceList) else AttendanceList.due(printed)
    gathering = found.gathering
    runs = user is None or user.has_perm(f"networks.run_{gathering.word}", gathering)
    sheet = found.sheet and runs
    people = list(gathering.participants.select_related("school"))
    context = {
        "title": f"{'บัญชีลงลายมือชื่อ' if sheet else 'บัญชีรายชื่อ'}ผู้เข้าร่วม{gathering.noun}",
        "subtitle": " ".join(filter(None, [gathering.title, _number(gathering)])),
        "office": gathering.area.name,
        "unit": gathering.area.group_name,
        "facts": _facts(gathering),
        "noun": gathering.noun,
        "sheet": sheet,
        "watermark": {"draft": "ร่าง", "cancelled": "ยกเลิก"}.get(gathering.state, ""),
    }
    return context | (_sheet(gathering, people) if sheet else _list(gathering, people, whole=runs))


def _number(gathering: Gathering) -> str:
    return f"ครั้งที่ {gathering.number}" if isinstance(gathering, Meeting) and gathering.number else ""


def _facts(gathering: Gathering) -> list[tuple[str, ...]]:
    when = gathering.days
    if gathering.starts_at:
        when += f" เวลา {time_of_day(gathering.starts_at)}"
        if gathering.ends_at:
            when += f" ถึง {time_of_day(gathering.ends_at)}"
    by = str(gathering.network) if gathering.network_id else gathering.area.group_name
    return [("วันและเวลา", when, "wide"), ("สถานที่", gathering.place or "-", "wide"), ("จัดโดย", by, "wide")]


def _sheet(gathering: Gathering, people: list[Participant]) -> dict[str, Any]:
    """A sheet for each day: everybody on the list in the order of names, then blank lines."""
    spare = max(LEAST_SPARE, -(-len(people) // 10)) if people else UNASKED
    return {
        "days": _days(gathering),
        "people": people,
        "asked": sum(row.invited for row in people),
        "spare": range(len(people) + 1, len(people) + spare + 1),
        "note": text_of(gathering.area, _WORDS, "note"),
        "signatures": [{"role": "ผู้ตรวจสอบการลงชื่อ", "name": ""}],
    }


def _days(gathering: Gathering) -> list[str]:
    """What stands over each sheet: nothing where there is but one day."""
    length = (gathering.ends_on - gathering.starts_on).days + 1
    if length > MOST_DAYS:
        return ["วันที่ ................................................"]
    days = [weekday_date(gathering.starts_on + timedelta(days=number)) for number in range(length)]
    return days if length > 1 else [""]


def _list(gathering: Gathering, people: list[Participant], *, whole: bool) -> dict[str, Any]:
    """Who came in the order of names, each with the moment that was recorded; ``whole``: who did not come, and totals."""
    came = [(row, in_bangkok(row.attended_at)) for row in people if row.attended_at]
    only_day = gathering.starts_on if gathering.starts_on == gathering.ends_on else None
    maker = {"role": "ผู้จัดทำบัญชี", "name": str(gathering.made_by), "position": gathering.made_by.signing_position}
    return {
        "came": [
            (row, time_of_day(at) if at.date() == only_day else date_and_time(at, style="short")) for row, at in came
        ],
        "absent": [row for row in people if row.invited and not row.attended_at] if whole else [],
        "whole": whole,
        "totals": _totals(gathering, [row for row, _ in came]) if whole else [],
        "certify": text_of(gathering.area, _WORDS, "certify", what=gathering.noun),
        "signatures": [maker, {"role": "ผู้รับรอง", "name": ""}],
    }


def _totals(gathering: Gathering, came: list[Participant]) -> list[tuple[str, int, str]]:
    """(what, how many, percent of those who were asked)."""
    count = attendance_of(gathering)
    rows = [
        ("ผู้ได้รับเชิญ", count.invited, ""),
        ("ผู้ได้รับเชิญที่มา", count.invited_came, show(percent(count.invited_came, count.invited))),
        ("ผู้ได้รับเชิญที่ไม่มา", count.absent, show(percent(count.absent, count.invited))),
        ("ผู้เข้าร่วมที่ไม่อยู่ในรายชื่อเชิญ", count.came - count.invited_came, ""),
        ("รวมผู้เข้าร่วม", count.came, ""),
    ]
    ways = [(f"ลงทะเบียนโดย{how.label}", sum(row.how == how for row in came), "") for how in Participant.How]
    return [*(rows if count.invited else rows[-1:]), *(row for row in ways if row[1])]


def _register(model: type[Meeting] | type[Activity]) -> None:
    document_kind(
        KINDS[model.word],
        label=f"บัญชีรายชื่อผู้เข้าร่วม{model.noun}",
        model=model,
        template="documents/attendance_list.html",
        queryset=lambda user: model.objects.visible_to(user).select_related("area", "network", "made_by"),
        record_code=lambda printed: _gathering(printed).record_code,
        filename=lambda printed: f"บัญชีผู้เข้าร่วม {_gathering(printed).title} {_gathering(printed).record_code}.pdf",
    )(attendance_list)


_register(Meeting)
_register(Activity)
