"""The signed-in person's own page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import Request


@require_safe
def profile(request: Request) -> HttpResponse:
    """Name, roles with their dates, password and sign-out."""
    return render(request, "accounts/profile.html", {"assignments": request.user.assignments_today})


@require_safe
def menu(request: Request) -> HttpResponse:
    """The whole menu as a page, for a phone."""
    return render(request, "accounts/menu.html")
