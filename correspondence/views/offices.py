"""For which office a page speaks: most people work for one."""

from django.http import Http404

from accounts.http import Request
from correspondence.flows import OFFICE
from schools.models import AreaOffice


def office_of(request: Request) -> tuple[AreaOffice, list[AreaOffice]]:
    """The office that the address names, or the first; and all of them where there are several. 404 for who has none."""
    offices = list(AreaOffice.objects.filter(pk__in=request.user.areas_as(*OFFICE)))
    if not offices:
        raise Http404
    asked = request.POST.get("area") or request.GET.get("area") or ""
    area = next((office for office in offices if str(office.pk) == asked), offices[0])
    return area, offices if len(offices) > 1 else []
