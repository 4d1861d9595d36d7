"""The request as a view of ours receives it: signed in, and read by htmx's middleware; where it came from; a stored file in answer."""

from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.core.files import File
from django.http import FileResponse, HttpRequest
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


def private_file(stored: File, content_type: str, *, disposition: str = "inline") -> FileResponse:
    """A stored file for a person who was already allowed to see it: kept by no proxy, taken for nothing else, harmless.

    Its address never shows another content, so the person's own browser need not ask again for a day.
    """
    response = FileResponse(stored.open("rb"), content_type=content_type)
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Content-Disposition"] = disposition
    return response
