"""What the pages of meetings and of activities share: their filters, who arranges, how a form of theirs is saved."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.flows import NETWORK_ROLES
from accounts.http import Request
from networks.models import ARRANGERS, Gathering, Network
from networks.services.attendance import GatheringRefused
from networks.services.gatherings import GatheringChanged, Page, stamp_of
from thai.numerals import to_arabic
from thai.text import normalise

REFUSED, CONFLICT = 422, 409


def _wanted_year(request: Request) -> int | None:
    """The academic year of the filter; what can't be read is left out."""
    text = to_arabic(request.GET.get("year", "")).strip()
    return int(text) if text.isdecimal() and len(text) == 4 else None


def wanted_network(request: Request) -> Network | None:
    """The network of the filter or of the address, where the person may see it."""
    text = request.POST.get("network") or request.GET.get("network") or ""
    if not text.isdecimal() or len(text) > 9:
        return None
    return Network.objects.visible_to(request.user).filter(pk=int(text)).first()


def may_arrange(request: Request) -> bool:
    return request.user.holds(*ARRANGERS, *NETWORK_ROLES)


def narrowed(request: Request, seen: QuerySet) -> tuple[QuerySet, dict[str, Any]]:
    """Those of ``seen`` that the filter leaves, the newest first, and what the filter shows; the network is the caller's."""
    wanted: dict[str, Any] = {"q": normalise(request.GET.get("q", "")), "state": request.GET.get("state", "")}
    wanted |= {"year": _wanted_year(request), "network": wanted_network(request)}
    context = {
        "wanted": wanted,
        "years": list(seen.order_by("-academic_year").values_list("academic_year", flat=True).distinct()),
        "states": seen.model.machine.choices(),
        "networks": Network.objects.visible_to(request.user),
        "may_create": may_arrange(request),
    }
    if wanted["q"]:
        seen = seen.filter(title__icontains=wanted["q"])
    if wanted["state"] in seen.model.machine.keys:
        seen = seen.filter(state=wanted["state"])
    if wanted["year"]:
        seen = seen.filter(academic_year=wanted["year"])
    return seen.order_by("-starts_on", "-pk"), context


def answer_page(
    request: Request, gathering: Gathering, page: Page, form, save: Callable, *, said: str, anchor: str = "", **context: Any
) -> HttpResponse:  # fmt: skip
    """Show the form of a page of the gathering, and keep with ``save`` what was sent.

    What is refused stays typed. After another's change the page says so, and saving once more is meant.
    """
    seen, status = request.POST.get("seen") or stamp_of(gathering, page), 200
    if request.method == "POST" and form.is_valid():
        try:
            save(gathering, by=request.user, seen=seen, **form.values)
        except GatheringRefused as error:
            form.add_error(None, str(error))
            if isinstance(error, GatheringChanged):
                seen, status = error.stamp, CONFLICT
        else:
            messages.success(request, said)
            return redirect(f"{gathering.get_absolute_url()}{anchor}")
    if form.errors and status == 200:
        status = REFUSED
    context |= {"form": form, "seen": seen, gathering.word: gathering}
    return render(request, f"networks/{page.template}.html", context, status=status)
