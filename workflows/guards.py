"""Guards inside the database: what is append-only stays as it was written, whoever writes.

Installed after each migrate, because SQLite drops triggers when it rebuilds a table. The models refuse first and in
Thai; these stop everything that goes round them. SQLite empties the tables of a test (and of ``flush``) with plain
DELETE, so there the deleting is refused by the signal alone, which every ORM deletion and cascade passes.
"""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models.signals import pre_delete

from workflows.models import AppendOnly

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION workflows_append_only() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$ LANGUAGE plpgsql
"""
_POSTGRES = """
CREATE OR REPLACE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION workflows_append_only()
"""
_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {table}_kept BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""


def append_only_models() -> list[type[AppendOnly]]:
    """Every model whose rows are written once."""
    return [model for model in apps.get_models() if issubclass(model, AppendOnly)]


def install(using: str = "default", **kwargs) -> None:
    """Make the guards anew on this database, for the tables that are there."""
    connection = connections[using]
    if connection.vendor not in {"postgresql", "sqlite"}:
        return
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        for model in append_only_models():
            if model._meta.db_table in there:
                statement = _POSTGRES if connection.vendor == "postgresql" else _SQLITE
                cursor.execute(statement.format(table=model._meta.db_table))


def refuse_deletion(sender, **kwargs) -> None:
    """Stops a deletion that reaches the row through its queryset or through what it belongs to."""
    raise ValidationError("บันทึกนี้เพิ่มได้อย่างเดียว ลบไม่ได้ และรายการที่มีประวัติการดำเนินการแล้วก็ลบไม่ได้เช่นกัน")


def watch() -> None:
    """Listen to every deletion of an append-only row."""
    for model in append_only_models():
        pre_delete.connect(refuse_deletion, sender=model, dispatch_uid=f"append-only {model._meta.label}")
