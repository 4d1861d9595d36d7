"""The request as a view of ours receives it: signed in, and read by htmx's middleware; where it came from,
how often, what it wants; our own address; a stored file in answer."""

import logging
import time
from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.core.cache import cache
from django.core.files import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django_htmx.middleware import HtmxDetails

from accounts.models import User

logger = logging.getLogger(__name__)


class Request(HttpRequest):
    """For annotations only: every page is closed to strangers, so ``user`` is a ``User``."""

    user: User
    htmx: HtmxDetails


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of a page asks, which reads JSON, and not a browser that posts a form by itself."""
    return request.content_type == "application/json" or "application/json" in request.headers.get("Accept", "")


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


def too_often(request: HttpRequest, what: str, most: int) -> bool:
    """Whether this address has asked for ``what`` more than ``most`` times within the minute; 0: no limit.

    Addresses are counted under a name that can't be read back, for a minute, apart from anything else. The machine's
    own address is nobody's: behind a proxy that was not declared (PROXY_COUNT) everybody would share it.
    """
    address = client_address(request)
    if not most or not address or ip_address(address).is_loopback:
        return False
    minute = int(time.time() // 60)
    key = f"{what}:" + salted_hmac(what, f"{address} {minute}").hexdigest()
    cache.add(key, 0, 120)
    try:
        return cache.incr(key) > most
    except ValueError:  # gone in the same moment
        return False


def said_too_often(what: str, then: str = "ลองอีกครั้ง") -> str:
    """What whoever asks ``too_often`` is told: what there is too much of, and what to do in a minute."""
    return f"ขณะนี้มี{what}จากเครือข่ายอินเทอร์เน็ตของท่านถี่มาก โปรดรอ 1 นาทีแล้ว{then}"


def sealed(response: HttpResponse, *, posts: bool = True) -> HttpResponse:
    """For whoever holds the address and nobody else: kept by no cache, listed by no search, told to no other site.

    ``posts``: whether the page has a form that is guarded against forgery. A page that tells not even ourselves where it
    came from posts as "Origin: null", which is refused as if it were forged.
    """
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "same-origin" if posts else "no-referrer"
    return response


def private_file(stored: File, content_type: str, *, disposition: str = "inline") -> FileResponse:
    """A stored file for a person who was already allowed to see it: kept by no proxy, taken for nothing else, harmless.

    Its address never shows another content, so the person's own browser need not ask again for a day. What the store has
    lost is not there, and the log says so.
    """
    try:
        content = stored.open("rb")
    except FileNotFoundError:
        logger.exception("a stored file is lost")
        raise Http404 from None
    response = FileResponse(content, content_type=content_type)
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    # The page that a browser makes around a picture opened by itself has styles of the browser's own.
    styles = "style-src 'unsafe-inline'; " if content_type.startswith("image/") else ""
    response["Content-Security-Policy"] = f"default-src 'none'; {styles}sandbox"
    response["Content-Disposition"] = disposition
    return response


def site_url() -> str:
    """The address under which people reach the product, without a slash at the end."""
    if settings.SITE_URL:
        return settings.SITE_URL.rstrip("/")
    host = next((host for host in settings.ALLOWED_HOSTS if host != "*"), "localhost").lstrip(".")
    return f"https://{host}" if not settings.DEBUG else f"http://{host}:8000"
