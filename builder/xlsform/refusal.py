from collections.abc import Sequence
from typing import Any


class XlsFormRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """A file that can't be taken at all; the message is a Thai sentence. Nothing of it has been kept. ``report`` and
    ``columns`` are those of ``Imported`` where the file could be read but no row of it could be taken."""

    def __init__(
        self, message: str, report: Sequence[dict[str, Any]] = (), columns: Sequence[dict[str, Any]] = ()
    ) -> None:
        super().__init__(message)
        self.report, self.columns = list(report), list(columns)
