"""The suite makes its tables from the models at once; this is where the migrations are walked, from nothing to the end."""

import os
import subprocess
import sys

import pytest
from django.db import connection
from django.db.utils import ConnectionHandler

from config.settings import BASE_DIR


@pytest.fixture
def elsewhere(tmp_path):
    """Address and connection of a second, empty database on the same engine."""
    kept = connection.settings_dict
    if connection.vendor == "sqlite":
        name, drop, url = str(tmp_path / "migrated.sqlite3"), None, f"sqlite:///{tmp_path / 'migrated.sqlite3'}"
    else:
        name, drop = f"{kept['NAME']}_migrated", f'DROP DATABASE IF EXISTS "{kept["NAME"]}_migrated"'
        url = f"postgres://{kept['USER']}:{kept['PASSWORD']}@{kept['HOST']}:{kept['PORT']}/{name}"
        with connection._nodb_cursor() as cursor:
            cursor.execute(drop)
            cursor.execute(f'CREATE DATABASE "{name}"')
    other = ConnectionHandler({"default": {**kept, "NAME": name}})["default"]
    yield url, other
    other.close()
    if drop:
        with connection._nodb_cursor() as cursor:
            cursor.execute(drop)


WHAT_THERE_IS = {
    "sqlite": [
        """SELECT t.name, 'column', c.name, c.type, c."notnull" FROM sqlite_master t, pragma_table_info(t.name) c
           WHERE t.type = 'table'""",
        """SELECT t.name, 'index', i."unique", i.partial,
               (SELECT group_concat(coalesce(part.name, '*')) FROM pragma_index_info(i.name) part)
           FROM sqlite_master t, pragma_index_list(t.name) i WHERE t.type = 'table'""",
        """SELECT t.name, 'key', k."from", k."table", k."to" FROM sqlite_master t, pragma_foreign_key_list(t.name) k
           WHERE t.type = 'table'""",
        "SELECT tbl_name, 'trigger', name FROM sqlite_master WHERE type = 'trigger'",
    ],
    "postgresql": [
        """SELECT table_name, 'column', column_name, data_type, is_nullable, character_maximum_length
           FROM information_schema.columns WHERE table_schema = 'public'""",
        "SELECT tablename, 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        """SELECT conrelid::regclass::text, 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace""",
        "SELECT tgrelid::regclass::text, 'trigger', tgname FROM pg_trigger WHERE NOT tgisinternal",
    ],
}
NOT_OURS = ("auth_", "django_", "sqlite_")


def shape(database):
    """Columns, indexes, constraints and triggers of the product's tables."""
    found = set()
    with database.cursor() as cursor:
        for question in WHAT_THERE_IS[database.vendor]:
            cursor.execute(question)
            found.update(cursor.fetchall())
    return {row for row in found if not row[0].startswith(NOT_OURS)}


@pytest.mark.django_db
def test_the_migrations_lead_to_the_tables_that_the_models_describe(elsewhere):
    url, migrated = elsewhere
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=BASE_DIR, env={**os.environ, "DATABASE_URL": url}, check=True, timeout=900)

    there, here = shape(migrated), shape(connection)
    assert {row[1] for row in here} >= {"column", "index", "trigger"}
    assert there - here == set()
    assert here - there == set()
