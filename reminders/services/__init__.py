"""Verbs of reminders: link LINE, queue the day's messages, send them."""
