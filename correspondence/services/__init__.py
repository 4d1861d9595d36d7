"""Verbs of correspondence, by what they write."""
