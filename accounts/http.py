"""The request as a view of ours receives it: signed in, and read by htmx's middleware; and where it came from."""

from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class Request(HttpRequest):
    """For annotations only: every page is closed to strangers, so ``user`` is a ``User``."""

    user: User
    htmx: HtmxDetails


def client_address(request: HttpRequest) -> str | None:
    """The address of the person's side: what the outermost of our ``PROXY_COUNT`` proxies saw.

    Each proxy adds its neighbour on the right of X-Forwarded-For; what stands further left the browser may have
    made up. Without a proxy, or where the header is no such list, it is the neighbour itself.
    """
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if 0 < settings.PROXY_COUNT <= len(seen):
        with suppress(ValueError):
            return str(ip_address(seen[-settings.PROXY_COUNT].strip()))
    return request.META.get("REMOTE_ADDR")
