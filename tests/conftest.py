"""What every test may ask for: the small district of ``tests.supervision``, and a clean slate between tests."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection
from hypothesis import settings

from tests.supervision.conftest import people, world

__all__ = ["people", "world"]

# Everybody runs the same examples; `pytest --hypothesis-profile=default` looks for new ones.
settings.register_profile("same", derandomize=True)
settings.load_profile("same")


def pytest_collection_modifyitems(config, items):
    """What asks nothing of a database runs once, on SQLite; pytest counts the others as deselected on PostgreSQL."""
    if connection.vendor != "postgresql":
        return
    asking = [item for item in items if _asks_the_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if not _asks_the_database(item)])
    items[:] = asking


def _asks_the_database(item):
    return item.get_closest_marker("django_db") is not None or not {"db", "transactional_db"}.isdisjoint(
        item.fixturenames
    )


@pytest.fixture(autouse=True)
def empty_cache():
    """Sessions and counters of one test never reach the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def known_content_types(request):
    """A count of queries never hangs on which test this process ran before: every model's content type is known."""
    if _asks_the_database(request.node):
        request.getfixturevalue("_django_db_helper")
        ContentType.objects.get_for_models(*apps.get_models())


@pytest.fixture
def signed_in(client):
    """Sign a person in; answers the client."""

    def sign_in(user):
        client.force_login(user)
        return client

    return sign_in
