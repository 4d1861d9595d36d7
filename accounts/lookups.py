"""Numbers that a page sends as keys and that no column holds."""

from typing import Any

from django.db.models import IntegerField
from django.db.models.lookups import In


@IntegerField.register_lookup
class InColumn(In):
    """``in`` that leaves out what the column can't hold, as Django's ``exact`` does: it names no row, and SQLite can't
    even be asked for it. So a key of twenty digits is refused like any other that is not there."""

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        if self.rhs_is_direct_value():
            low, high = connection.ops.integer_field_range(self.lhs.output_field.get_internal_type())
            self.rhs = [value for value in self.rhs if not isinstance(value, int) or low <= value <= high]
        return super().process_rhs(compiler, connection)
