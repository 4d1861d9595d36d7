"""What other apps show on the page of a school: they stand above this one, so they bring it here themselves.

In an app's ``ready``: ``panels.add(visits_panel)``, where the function takes the request and the school and answers
(template, context), or None where it has nothing to show to this person.
"""

from collections.abc import Callable

from accounts.http import Request
from schools.models import School

Panel = Callable[[Request, School], tuple[str, dict] | None]
_panels: list[Panel] = []


def add(panel: Panel) -> None:
    """Show this panel on every school's page, after the facts; adding it twice shows it once."""
    if panel not in _panels:
        _panels.append(panel)


def remove(panel: Panel) -> None:
    _panels.remove(panel)


def panels_for(request: Request, school: School) -> list[tuple[str, dict]]:
    """The panels that have something to show, as (template, context), in the order in which they were added."""
    return [shown for panel in _panels if (shown := panel(request, school))]
