"""Surveys: a form sent to schools or to everybody with a link."""
