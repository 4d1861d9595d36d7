"""The signed-in person's own page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.flows import SUPERVISION_STAFF, Role
from accounts.http import Request


@require_safe
def profile(request: Request) -> HttpResponse:
    """Name, roles with their dates, password and sign-out."""
    user = request.user
    context = {"assignments": user.assignments_today, "signs": user.holds(*SUPERVISION_STAFF, Role.CLERK)}
    return render(request, "accounts/profile.html", context)


@require_safe
def menu(request: Request) -> HttpResponse:
    """The whole menu as a page, for a phone."""
    return render(request, "accounts/menu.html")
