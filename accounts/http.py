"""The request as a view of ours receives it: signed in, and read by htmx's middleware."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class Request(HttpRequest):
    """For annotations only: every page is closed to strangers, so ``user`` is a ``User``."""

    user: User
    htmx: HtmxDetails
