"""XLSForm, the form standard of ODK and KoboToolbox: import with a word on every row, export that comes back exactly.

``read(file)`` → ``import_definition(workbook)`` → ``save_import(imported, …)``; ``export_workbook(version)``.
"""

from builder.xlsform.exporting import export_workbook
from builder.xlsform.importing import Imported, import_definition
from builder.xlsform.reading import Workbook, read
from builder.xlsform.refusal import XlsFormRefused
from builder.xlsform.services import save_import

__all__ = ["Imported", "Workbook", "XlsFormRefused", "export_workbook", "import_definition", "read", "save_import"]
