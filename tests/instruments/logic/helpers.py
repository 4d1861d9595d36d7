"""Forms for the tests of logic, and what the server's evaluator says of them in the shape of the browser's."""

from instruments.logic import allowed, settle


def question(key, kind="number", **more):
    return {"key": key, "type": kind, "text": key, **more}


def choices(*values):
    return [{"v": value, "t": value} for value in values]


def section(key, *questions, **more):
    return {"key": key, "title": key, "questions": list(questions), **more}


def server(sheet, answers, today, ask=()):
    settled = settle(sheet, answers, today)
    return {
        "hidden": sorted(settled.hidden),
        "calc": settled.calc,
        "broken": settled.broken,
        "required": sorted(settled.required),
        "allowed": [allowed(sheet, key, answers, today, row) for key, row in ask],
    }
