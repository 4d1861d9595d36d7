"""Reads of supervision that are worth a name."""
