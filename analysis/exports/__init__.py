"""Every answer of a form as a file: XLSX, or CSV in a ZIP."""
