"""The page of schools and networks: their own side of the office's cycles."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import Request
from cycles.outside import OUTSIDE_ROLES, other_side_of


@require_safe
def mine(request: Request) -> HttpResponse:
    """Which part of the year it is, what is asked of the person's school or network, and what came of it."""
    if not request.user.holds(*OUTSIDE_ROLES):
        raise Http404
    return render(request, "cycles/mine.html", {"side": other_side_of(request.user, timezone.localdate())})
