"""The menu: which pages a role's day is made of, most used first (a phone shows the first four)."""

from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.flows import AREA_ROLES, NETWORK_ROLES, SCHOOL_ROLES, SUPERVISION_STAFF, Role

ANYONE = frozenset(Role.values)
STAFF = frozenset({*SUPERVISION_STAFF, Role.COMMITTEE, Role.CLERK})


@dataclass(frozen=True)
class Item:
    label: str
    icon: str
    view: str
    roles: frozenset[str]
    daily_for: frozenset[str] = frozenset()
    """Roles whose day is spent here: it stands right behind the home page for them."""

    @property
    def pages(self) -> tuple[str, ...]:
        """How the names of this entry's pages begin: supervision has several entries, other apps one, and the forms
        are made and judged under the entry of the instruments."""
        app, _, name = self.view.partition(":")
        if app == "supervision":
            return (f"{app}:{name.split('-', 1)[0]}",)
        return ("instruments:", "builder:", "appraisal:") if app == "instruments" else (f"{app}:",)


ITEMS = (
    Item("หน้าแรก", "house", "home", ANYONE),
    Item("การนิเทศ", "clipboard-check", "supervision:visit-list", frozenset({*STAFF, Role.SCHOOL_HEAD, Role.TEACHER})),
    Item(
        "ข้อเสนอแนะ",
        "chat-left-text",
        "supervision:recommendation-list",
        frozenset({*STAFF, *SCHOOL_ROLES}),
    ),
    Item("งานปีนี้", "signpost-2", "cycles:mine", frozenset({*SCHOOL_ROLES, *NETWORK_ROLES})),
    Item("แผนนิเทศ", "calendar3", "supervision:plan-list", STAFF),
    Item("รอบการดำเนินงาน", "signpost-split", "cycles:board", STAFF),
    Item("สถานศึกษา", "building", "schools:school-list", frozenset({*AREA_ROLES, *SCHOOL_ROLES})),
    Item("เครื่องมือ", "ui-checks", "instruments:instrument-list", frozenset({*SUPERVISION_STAFF, Role.COMMITTEE})),
    Item("ผลการประเมินและสถิติ", "graph-up", "analysis:form-list", frozenset({*SUPERVISION_STAFF, Role.COMMITTEE})),
    Item("แบบสำรวจ", "send", "surveys:survey-list", frozenset({*SUPERVISION_STAFF, Role.COMMITTEE, *SCHOOL_ROLES})),
    Item("เครือข่าย", "diagram-3", "networks:network-list", frozenset({*AREA_ROLES, *NETWORK_ROLES, *SCHOOL_ROLES})),
    Item(
        "งานสารบรรณ",
        "envelope-paper",
        "correspondence:paper-list",
        frozenset({*SUPERVISION_STAFF, Role.CLERK}),
        daily_for=frozenset({Role.CLERK}),
    ),
    Item("แบบเอกสาร", "file-earmark-ruled", "documents:wording-list", frozenset({Role.GROUP_HEAD, Role.CLERK})),
    Item("เกียรติบัตร", "award", "certificates:batch-list", frozenset({*SUPERVISION_STAFF, Role.CLERK})),
    Item("คู่มือ", "journal-text", "handbook:home", ANYONE),
    Item("สรุปผล", "bar-chart", "reports:summary", frozenset({*SUPERVISION_STAFF, Role.COMMITTEE})),
)


@dataclass(frozen=True)
class Menu:
    items: tuple[dict, ...]
    bar: SafeString
    """The items as every page shows them: beside the content at a desk, below it on a phone."""


def menu_for(request) -> Menu:
    """The menu of the signed-in person, with the page that is open marked."""
    match = request.resolver_match
    roles = frozenset(assignment.role for assignment in request.user.assignments_today)
    return _menu(roles, match.view_name if match else "", request.user.is_staff)


@lru_cache(maxsize=1000)
def _menu(roles: frozenset[str], here: str, is_staff: bool) -> Menu:  # noqa: FBT001
    """Made once in a process for all who hold the same roles and have the same page open."""
    opened = {here} & {item.view for item in ITEMS}
    own = [item for item in ITEMS if item.view == "home" or roles & item.roles]
    own.sort(key=lambda item: not (item.view == "home" or roles & item.daily_for))
    rows = [
        {
            "label": item.label,
            "icon": item.icon,
            "url": reverse(item.view),
            "current": item.view in opened if opened else here.startswith(item.pages),
        }
        for item in own
    ]
    if is_staff:
        rows.append({"label": "ผู้ดูแลระบบ", "icon": "gear", "url": reverse("admin:index"), "current": False})
    bar = render_to_string("_menu.html", {"items": rows, "on_whole_menu": here == "menu"})
    return Menu(tuple(rows), bar)
