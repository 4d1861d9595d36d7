"""Instruments (เครื่องมือ): forms and their versions, answers as an append-only log, scores and statistics."""
