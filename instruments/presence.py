"""Who else is in the same form now. Kept in the cache: losing it loses a courtesy, never an answer."""

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone

STAYS = timedelta(seconds=45)


def presence(response, user, section: str = "") -> list[dict[str, Any]]:
    """Note that ``user`` looks at ``section`` now; return the others: ``[{name, section, seen_at}]``.

    A person counts as present for 45 seconds after the last sign of life.
    """
    key = f"presence:response:{response.pk}"
    now = timezone.now()
    seen: dict[int, tuple[str, str, str]] = {
        pk: row for pk, row in cache.get(key, {}).items() if datetime.fromisoformat(row[2]) > now - STAYS
    }
    seen[user.pk] = (str(user), section[:60], now.isoformat(timespec="seconds"))
    cache.set(key, seen, timeout=120)
    return [
        {"name": name, "section": where, "seen_at": at}
        for pk, (name, where, at) in sorted(seen.items())
        if pk != user.pk
    ]
