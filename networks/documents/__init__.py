"""What networks print: one module for each kind of document."""

from networks.documents import attendance, directory, evaluation, gatherings, report  # noqa: F401 -- each registers its kind
