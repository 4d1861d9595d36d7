"""Reads of reminders that have a name: what waits for whom, and what they were told lately."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils import timezone

from accounts.models import User
from reminders.models import Message, Preference
from reminders.people import alone, everybody
from reminders.registry import Duty, collect

REPEATED_AFTER = timedelta(days=7)
"""What stands as it stood is told again after so many days, and no sooner."""


def duties_of(user: User, today: date | None = None) -> list[Duty]:
    """Everything that waits for the person, of every area in which he or she holds a role."""
    today = today or timezone.localdate()
    found = {duty.key: duty for people in alone(user, today) for duty in collect(people, today)}
    return list(found.values())


def duties_of_everybody(today: date) -> dict[int, list[Duty]]:
    """What waits for each person, by user: for each area one question to each provider."""
    found: dict[int, dict[str, Duty]] = {}
    for people in everybody(today):
        for duty in collect(people, today):
            found.setdefault(duty.user_id, {}).setdefault(duty.key, duty)
    return {user: list(duties.values()) for user, duties in found.items()}


def preference_of(user: User) -> Preference:
    """The person's switches; those of who never touched them are not stored."""
    return Preference.objects.filter(user=user).first() or Preference(user=user)


def told_lately(users: Iterable[int], day: date) -> dict[tuple[int, str], set[str]]:
    """What each person was told by each channel within the last days, as marks of duties."""
    found: dict[tuple[int, str], set[str]] = {}
    messages = Message.objects.filter(
        user__in=users, status=Message.SENT, day__gt=day - REPEATED_AFTER, day__lt=day
    ).values_list("user", "channel", "told")
    for user, channel, told in messages:
        found.setdefault((user, channel), set()).update(told)
    return found
