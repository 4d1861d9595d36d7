"""ทำเนียบเครือข่าย on paper, grouped by kind."""

from typing import Any

from django.utils import timezone

from documents.kinds import document_kind
from networks.models import Network
from networks.queries.directory import Directory, attach_everybody, by_kind, in_directory_order
from schools.models import AreaOffice
from thai.dates import long_date


def _area(printed: AreaOffice | Directory) -> AreaOffice:
    return printed.area if isinstance(printed, Directory) else printed


@document_kind(
    "network-directory",
    label="ทำเนียบเครือข่ายการนิเทศ",
    model=AreaOffice,
    template="documents/network_directory.html",
    queryset=AreaOffice.objects.visible_to,
    record_code=lambda printed: f"ND-{_area(printed).code}",
    filename=lambda printed: f"ทำเนียบเครือข่ายการนิเทศ {_area(printed).short_name}.pdf",
)
def network_directory(printed: AreaOffice | Directory, user) -> dict[str, Any]:
    """The networks that were chosen, or all of the area that this reader sees, with today's members."""
    area = _area(printed)
    if isinstance(printed, Directory):
        networks, narrowed = list(printed.networks), printed.narrowed
    else:
        visible = Network.objects.all() if user is None else Network.objects.visible_to(user)
        networks, narrowed = list(in_directory_order(visible.filter(area=area))), ""
    networks = attach_everybody(networks)
    return {
        "office": area.name,
        "unit": area.group_name,
        "subtitle": " · ".join(part for part in (narrowed, f"ข้อมูล ณ วันที่ {long_date(timezone.localdate())}") if part),
        "kinds": by_kind(networks),
        "count": len(networks),
    }
