"""The words of a reminder: Thai, short, the most pressing first, each with its link."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.http import site_url
from accounts.models import User
from reminders.models import EMAIL, LINE
from reminders.registry import Duty, kind_of
from reminders.standing import Standing, in_days, standing_of
from thai.dates import long_date, short_date

NAMED = {EMAIL: 10, LINE: 3}
"""How many things of each standing a message names; the rest are counted."""
DETAIL = 100


@dataclass(frozen=True)
class Letter:
    subject: str
    body: str
    told: list[str]
    """A mark for each duty in it: what it is and how it stands."""


def told_of(duties: Iterable[Duty], today: date, days_ahead: int) -> dict[Standing, list[Duty]]:
    """What a message of the day speaks of, the most pressing first. A thing whose day is far is no news yet."""
    found: dict[Standing, list[Duty]] = {}
    for duty in sorted(duties, key=_by_day):
        standing = standing_of(duty, today, days_ahead)
        if standing is not Standing.WAITING or duty.due_on is None:
            found.setdefault(standing, []).append(duty)
    return dict(sorted(found.items()))


def _by_day(duty: Duty) -> tuple[date, bool, str, str]:
    return duty.due_on or date.max, not kind_of(duty).urgent, duty.kind, duty.key


def marks_of(groups: dict[Standing, list[Duty]]) -> list[str]:
    return [f"{duty.key}:{standing.name}" for standing, duties in groups.items() for duty in duties]


def letter_of(user: User, duties: Iterable[Duty], *, today: date, days_ahead: int, channel: str) -> Letter | None:
    """What the person is told today by this channel; None where nothing is to be told."""
    groups = told_of(duties, today, days_ahead)
    if not groups:
        return None
    counts = " ".join(f"{standing.label} {len(its)} เรื่อง" for standing, its in groups.items())
    parts = [f"เรียน {user}", f"งานที่รอท่านในระบบนิเทศ ณ {long_date(today)}"]
    parts += [_group(standing, its, today, channel) for standing, its in groups.items()]
    parts.append(f"ดูทั้งหมด {site_url()}{reverse('home')}")
    parts.append(f"ระบบเตือนไม่เกินวันละหนึ่งข้อความ ปรับหรือปิดการเตือนได้ที่ {site_url()}{reverse('reminders:mine')}")
    return Letter(f"งานที่รอท่าน: {counts}"[:200], "\n\n".join(parts), marks_of(groups))


def _group(standing: Standing, duties: list[Duty], today: date, channel: str) -> str:
    lines = [f"{standing.label} ({len(duties)} เรื่อง)"]
    for duty in duties[: NAMED[channel]]:
        lines += [f"• {kind_of(duty).title}: {_said(duty, today, channel)}", f"  {site_url()}{duty.url}"]
    if (more := len(duties) - NAMED[channel]) > 0:
        lines.append(f"• และอีก {more:,} เรื่อง")
    return "\n".join(lines)


def _said(duty: Duty, today: date, channel: str) -> str:
    """The thing in a line. What schools were advised stays out of LINE: its name and day are enough there."""
    words = duty.text
    if duty.detail and channel == EMAIL:
        detail = " ".join(duty.detail.split())
        words += f" – {detail if len(detail) <= DETAIL else detail[:DETAIL].rstrip() + '…'}"
    when = f"{in_days(duty.due_on, today)} ({short_date(duty.due_on)})" if duty.due_on else duty.note
    return f"{words} {when}".rstrip()
