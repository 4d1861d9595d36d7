"""What supervision prints: one module for each kind of document."""

from supervision.documents import visit_record  # noqa: F401 -- registers its kind
