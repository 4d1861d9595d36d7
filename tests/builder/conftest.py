"""The people and the office of ``tests.instruments``."""

from tests.instruments.conftest import colleague, instruments, office, other_office, person, supervisor

__all__ = ["colleague", "instruments", "office", "other_office", "person", "supervisor"]
