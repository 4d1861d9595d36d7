"""What supervision prints: one module for each kind of document."""

from supervision.documents import plan, travel_report, visit_calendar, visit_record  # noqa: F401 -- each registers its kind
