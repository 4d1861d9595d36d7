"""A guard inside the database: a published definition stays as it is, whoever writes.

Installed after each migrate, because SQLite drops triggers when it rebuilds a table. The model refuses first and in
Thai; this stops everything that goes round it. The log of answers is kept by ``workflows.guards``.
"""

from django.db import connections

_POSTGRES = """
CREATE OR REPLACE FUNCTION instruments_keep_published() RETURNS trigger AS $$
BEGIN
  IF OLD.state <> 'draft' AND (NEW.definition IS DISTINCT FROM OLD.definition OR NEW.number <> OLD.number
      OR NEW.content_hash <> OLD.content_hash OR NEW.instrument_id <> OLD.instrument_id OR NEW.state = 'draft') THEN
    RAISE EXCEPTION 'a published version never changes' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER instruments_version_kept BEFORE UPDATE ON instruments_instrumentversion
  FOR EACH ROW EXECUTE FUNCTION instruments_keep_published();
"""
_POSTGRES_LZ4 = """
DO $$ BEGIN
  ALTER TABLE instruments_response ALTER COLUMN answers SET COMPRESSION lz4;
  ALTER TABLE instruments_answerbatch ALTER COLUMN payload SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
"""
_SQLITE = (
    """
CREATE TRIGGER IF NOT EXISTS instruments_version_kept BEFORE UPDATE ON instruments_instrumentversion
WHEN OLD.state <> 'draft' AND (NEW.definition IS NOT OLD.definition OR NEW.number <> OLD.number
    OR NEW.content_hash <> OLD.content_hash OR NEW.instrument_id <> OLD.instrument_id OR NEW.state = 'draft')
BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END
""",
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
