"""How a verb of correspondence says no."""


class LetterRefused(Exception):  # noqa: N818 -- a refusal, not a fault
    """Nothing was written; the message is a Thai sentence that says why and what to do."""
