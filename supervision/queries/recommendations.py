"""The list of recommendations: who looks from which side, what narrows it, and its pages."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from accounts.flows import SUPERVISION_STAFF, Role
from accounts.models import User
from schools.models import School
from supervision.flows import RECOMMENDATION
from supervision.models import Recommendation, Visit
from supervision.models.recommendation import RecommendationQuerySet

COUNTED = 1000
"""Rows are counted, and paged, up to this many; whoever has more narrows the list."""
PER_PAGE = 25
OFFICE = (*SUPERVISION_STAFF, Role.CLERK)
"""Who reads in the office's own words; all others read those of ``State.outside``."""


def reads_from_outside(user: User, obj=None) -> bool:
    """Whether the person sees the record (or, without one, all there is) as the school does, not as the office."""
    areas = user.areas_as(*OFFICE)
    return not areas if obj is None else obj.area_id not in areas


def narrowed(rows: RecommendationQuerySet, user: User, *, state="", q="", overdue=False, mine=False, school=None):
    """The rows that fit; ``state`` is a state or “waiting”, for all that still waits for somebody."""
    if overdue:
        rows = rows.overdue()
    if state == "waiting":
        rows = rows.still_open()
    elif state in RECOMMENDATION.keys:
        rows = rows.filter(state=state)
    if mine:
        rows = rows.filter(visit__in=Visit.objects.of_team(user))
    if school:
        rows = rows.filter(school=school)
    if q:
        found = School.objects.visible_to(user).matching(q).values_list("pk", flat=True)[:500]
        rows = rows.filter(Q(school__in=list(found)) | Q(text__icontains=q))
    return rows


@dataclass
class RecommendationPage:
    """One page by number. ``total`` is counted up to ``COUNTED`` + 1."""

    rows: list[Recommendation]
    total: int
    number: int

    @property
    def is_capped(self) -> bool:
        return self.total > COUNTED

    @property
    def counted(self) -> int:
        return min(self.total, COUNTED)

    @property
    def pages(self) -> int:
        return max(1, -(-self.counted // PER_PAGE))

    @property
    def before(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


def page_of(rows: QuerySet[Recommendation], number: str | None) -> RecommendationPage:
    """The page with this number, the first or last one where there is no such page. Two queries."""
    total = rows.order_by()[: COUNTED + 1].count()
    page = RecommendationPage([], total, 1)
    page.number = min(max(int(number), 1), page.pages) if number and number.isdecimal() and len(number) < 9 else 1
    start = (page.number - 1) * PER_PAGE
    page.rows = list(
        rows.select_related("school", "visit").order_by("due_on", "pk")[start : min(start + PER_PAGE, COUNTED)]
    )
    return page
