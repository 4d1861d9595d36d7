"""What supervision prints: one module for each kind of document."""

from supervision.documents import plan, visit_record  # noqa: F401 -- each registers its kind
