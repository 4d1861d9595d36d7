"""Making and revising forms in the browser, comparing versions, and XLSForm."""
