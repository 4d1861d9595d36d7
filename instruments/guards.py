"""A guard inside the database: a published definition stays as it is, whoever writes.

Installed after each migrate, because SQLite drops triggers when it rebuilds a table. The model refuses first and in
Thai; this stops everything that goes round it. SQLite empties the tables of a test (and of ``flush``) with plain DELETE,
so there the deleting is refused by the log of transitions alone, which goes with no version. The log of answers is kept
by ``workflows.guards``.
"""

from django.db import connections

_POSTGRES = """
CREATE OR REPLACE FUNCTION instruments_keep_published() RETURNS trigger AS $$
BEGIN
  IF OLD.state <> 'draft' AND (NEW.definition IS DISTINCT FROM OLD.definition OR NEW.number <> OLD.number
      OR NEW.content_hash <> OLD.content_hash OR NEW.instrument_id <> OLD.instrument_id OR NEW.id <> OLD.id
      OR (OLD.state <> 'in_review' AND NEW.state IN ('draft', 'in_review'))) THEN
    RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER instruments_version_kept BEFORE UPDATE ON instruments_instrumentversion
  FOR EACH ROW EXECUTE FUNCTION instruments_keep_published();
CREATE OR REPLACE FUNCTION instruments_stay_published() RETURNS trigger AS $$
BEGIN
  IF OLD.state <> 'draft' THEN
    RAISE EXCEPTION 'a published version is never deleted' USING ERRCODE = 'check_violation';
  END IF;
  RETURN OLD;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER instruments_version_stays BEFORE DELETE ON instruments_instrumentversion
  FOR EACH ROW EXECUTE FUNCTION instruments_stay_published();
"""
_POSTGRES_LZ4 = """
DO $$ BEGIN
  ALTER TABLE instruments_response ALTER COLUMN answers SET COMPRESSION lz4;
  ALTER TABLE instruments_answerbatch ALTER COLUMN payload SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
"""
_SQLITE_REPLACE = """
CREATE TRIGGER instruments_version_stays_on_{name} BEFORE {when} ON instruments_instrumentversion
WHEN EXISTS (SELECT 1 FROM instruments_instrumentversion there WHERE there.state <> 'draft' AND (there.id = NEW.id
    OR there.instrument_id = NEW.instrument_id AND there.number = NEW.number){but})
BEGIN SELECT RAISE(ABORT, 'a published version is never replaced'); END
"""
"""“OR REPLACE” takes away what stands in the way without asking the triggers of deleting."""
_SQLITE = (
    "DROP TRIGGER IF EXISTS instruments_version_kept",
    """
CREATE TRIGGER instruments_version_kept BEFORE UPDATE ON instruments_instrumentversion
WHEN OLD.state <> 'draft' AND (NEW.definition IS NOT OLD.definition OR NEW.number <> OLD.number
    OR NEW.content_hash <> OLD.content_hash OR NEW.instrument_id <> OLD.instrument_id OR NEW.id <> OLD.id
    OR (OLD.state <> 'in_review' AND NEW.state IN ('draft', 'in_review')))
BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END
""",
    *(
        statement.format(when=when, name=when.lower(), but=but)
        for when, but in (("INSERT", ""), ("UPDATE", " AND there.id <> OLD.id"))
        for statement in ("DROP TRIGGER IF EXISTS instruments_version_stays_on_{name}", _SQLITE_REPLACE)
    ),
)


def install(using: str = "default", **kwargs) -> None:
    """Make the guard anew on this database; nothing happens while its table is not there yet."""
    connection = connections[using]
    if "instruments_instrumentversion" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES)
            cursor.execute(_POSTGRES_LZ4)
        elif connection.vendor == "sqlite":
            for statement in _SQLITE:
                cursor.execute(statement)
