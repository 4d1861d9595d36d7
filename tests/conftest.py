"""What every test may ask for: the small district of ``tests.supervision``, and a clean slate between tests."""

import pytest
from django.core.cache import cache

from tests.supervision.conftest import people, world

__all__ = ["people", "world"]


@pytest.fixture(autouse=True)
def empty_cache():
    """Sessions and counters of one test never reach the next."""
    cache.clear()


@pytest.fixture
def signed_in(client):
    """Sign a person in; answers the client."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
