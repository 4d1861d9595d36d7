import pytest

from tests.handbook.factories import make_draft, make_edition


@pytest.fixture
def edition(world):
    """The office's handbook of 2564, published and in force."""
    return make_edition(world.area)


@pytest.fixture
def draft(edition):
    """Next year's, being written."""
    return make_draft(edition)
