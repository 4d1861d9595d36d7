"""One unchanging view of the database for as long as a file takes to be written, in the way of nobody who saves."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections, transaction

ALIAS = "answers-out"


@contextmanager
def snapshot() -> Iterator[str]:
    """The alias of a connection on which everything is read as it is now.

    It is a connection of its own: a transaction that only reads (on SQLite one that doesn't take the write lock), beside
    the ordinary connection on which progress is saved meanwhile. Within a transaction, that transaction is the view.
    """
    if connection.in_atomic_block:
        yield connection.alias
        return
    own = connection.copy(alias=ALIAS)
    if own.vendor == "sqlite":
        own.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"
    connections[ALIAS] = own
    try:
        with transaction.atomic(using=ALIAS):
            if own.vendor == "postgresql":
                with own.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield ALIAS
    finally:
        own.close()
        del connections[ALIAS]
