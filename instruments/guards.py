"""Guards inside the database: a published definition and the log of answers stay as they are, whoever writes.

Installed after each migrate, because SQLite drops triggers when it rebuilds a table. The models refuse first and in
Thai; these stop everything that goes round them.
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
CREATE OR REPLACE FUNCTION instruments_append_only() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION 'the log of answers is append-only' USING ERRCODE = 'check_violation';
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER instruments_version_kept BEFORE UPDATE ON instruments_instrumentversion
  FOR EACH ROW EXECUTE FUNCTION instruments_keep_published();
CREATE OR REPLACE TRIGGER instruments_batch_kept BEFORE UPDATE OR DELETE ON instruments_answerbatch
  FOR EACH ROW EXECUTE FUNCTION instruments_append_only();
"""
_SQLITE = (
    """
CREATE TRIGGER IF NOT EXISTS instruments_version_kept BEFORE UPDATE ON instruments_instrumentversion
WHEN OLD.state <> 'draft' AND (NEW.definition IS NOT OLD.definition OR NEW.number <> OLD.number
    OR NEW.content_hash <> OLD.content_hash OR NEW.instrument_id <> OLD.instrument_id OR NEW.state = 'draft')
BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END
""",
    """
CREATE TRIGGER IF NOT EXISTS instruments_batch_kept BEFORE UPDATE ON instruments_answerbatch
BEGIN SELECT RAISE(ABORT, 'the log of answers is append-only'); END
""",
)


def install(using: str = "default", **kwargs) -> None:
    """Make the guards anew on this database; nothing happens while its tables are not there yet."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if not {"instruments_instrumentversion", "instruments_answerbatch"} <= tables:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES)
        elif connection.vendor == "sqlite":
            for statement in _SQLITE:
                cursor.execute(statement)
