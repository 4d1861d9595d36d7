"""Who may read which reminder. Everybody has switches of their own and reads what was sent to them."""

import rules
from django.utils import timezone

from accounts.flows import Role
from reminders.people import in_offices


@rules.predicate
def is_mine(user, message) -> bool:
    return message is not None and message.user_id == user.pk


@rules.predicate
def keeps_the_outbox(user, message) -> bool:
    """The administrator, and the head of an office in which the reminded person holds a role today."""
    if message is None:
        return False
    areas = user.areas_as(Role.GROUP_HEAD)
    return user.is_staff or (
        bool(areas) and in_offices(areas, timezone.localdate()).filter(user=message.user_id).exists()
    )


rules.add_perm("reminders.see_message", is_mine | keeps_the_outbox)
rules.add_perm("reminders.retry_message", keeps_the_outbox)
