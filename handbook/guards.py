"""A guard inside the database: a published edition stays as it is, whoever writes.

Installed after each migrate, because SQLite drops triggers when it rebuilds a table. The model refuses first and in Thai.
"""

from django.db import connections

_CHANGED = """(NEW.content {differs} OLD.content OR NEW.content_hash <> OLD.content_hash OR NEW.area_id <> OLD.area_id
      OR NEW.fiscal_year <> OLD.fiscal_year OR NEW.number <> OLD.number
      OR (OLD.state = 'published' AND NEW.state <> 'published'))"""
_POSTGRES = f"""
CREATE OR REPLACE FUNCTION handbook_keep_published() RETURNS trigger AS $$
BEGIN
  IF OLD.state <> 'draft' AND {_CHANGED.format(differs="IS DISTINCT FROM")} THEN
    RAISE EXCEPTION 'a published handbook never changes' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER handbook_edition_kept BEFORE UPDATE ON handbook_edition
  FOR EACH ROW EXECUTE FUNCTION handbook_keep_published();
"""
_SQLITE = (
    "DROP TRIGGER IF EXISTS handbook_edition_kept",
    f"""
CREATE TRIGGER handbook_edition_kept BEFORE UPDATE ON handbook_edition
WHEN OLD.state <> 'draft' AND {_CHANGED.format(differs="IS NOT")}
BEGIN SELECT RAISE(ABORT, 'a published handbook never changes'); END
""",
)


def install(using: str = "default", **kwargs) -> None:
    """Make the guard anew on this database; nothing happens while its table is not there yet."""
    connection = connections[using]
    if "handbook_edition" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES)
        elif connection.vendor == "sqlite":
            for statement in _SQLITE:
                cursor.execute(statement)
