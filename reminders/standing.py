"""How a duty stands on a day: late, due, due soon, or waiting."""

from datetime import date, timedelta
from enum import IntEnum

from reminders.registry import Duty


class Standing(IntEnum):
    """The most pressing first."""

    LATE, TODAY, SOON, WAITING = range(4)

    @property
    def label(self) -> str:
        return ("เลยกำหนด", "ครบกำหนดวันนี้", "ใกล้ครบกำหนด", "รอท่านดำเนินการ")[self]

    @property
    def tone(self) -> str:
        """The colour in which pages show it."""
        return ("danger", "warning", "info", "secondary")[self]


def standing_of(duty: Duty, today: date, days_ahead: int) -> Standing:
    """``days_ahead``: how many days before its day a thing is due soon."""
    if duty.due_on is None or duty.due_on > today + timedelta(days=days_ahead):
        return Standing.WAITING
    if duty.due_on < today:
        return Standing.LATE
    return Standing.TODAY if duty.due_on == today else Standing.SOON


def in_days(due_on: date, today: date) -> str:
    """“เลยกำหนด 3 วัน”, “ครบกำหนดวันนี้”, “พรุ่งนี้”, “อีก 3 วัน”."""
    days = (due_on - today).days
    if days < 0:
        return f"เลยกำหนด {-days:,} วัน"
    return {0: "ครบกำหนดวันนี้", 1: "พรุ่งนี้"}.get(days, f"อีก {days:,} วัน")
