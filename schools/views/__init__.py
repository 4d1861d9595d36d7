"""Pages of the register: the schools themselves, their groups, test results, and what is brought in from files."""

from schools.views.groups import group_delete, group_edit, group_list, group_new
from schools.views.imports import (
    import_cancel,
    import_confirm,
    import_detail,
    import_list,
    import_new,
    import_refused,
    import_template,
)
from schools.views.results import result_list
from schools.views.schools import school_close, school_detail, school_edit, school_export, school_list, school_merge

__all__ = [
    "group_delete",
    "group_edit",
    "group_list",
    "group_new",
    "import_cancel",
    "import_confirm",
    "import_detail",
    "import_list",
    "import_new",
    "import_refused",
    "import_template",
    "result_list",
    "school_close",
    "school_detail",
    "school_edit",
    "school_export",
    "school_list",
    "school_merge",
]
