"""Runs static/js/thai-date-text.js for the tests: in Node, or in Chromium where there is no Node."""

import json
import shutil
import subprocess
from typing import Any

from django.conf import settings

MODULE = settings.BASE_DIR / "static" / "js" / "thai-date-text.js"

_READ_ALL = """
const read = (texts, today) => texts.map((text) => {
  try { return {date: parseThaiDate(text, today)}; }
  catch (error) { return {code: error.code, message: error.message}; }
});
const write = (days) => days.map((day) => [longDate(day), weekdayDate(day), shortDate(day)]);
const answer = (asked) => ({read: read(asked.texts ?? [], asked.today), written: write(asked.days ?? [])});
"""


def ask_javascript(asked: dict[str, Any]) -> dict[str, Any]:
    """What the script reads in ``texts`` (counted from ``today``) and how it writes ``days``."""
    if node := shutil.which("node"):
        script = (
            f"import {{parseThaiDate, longDate, weekdayDate, shortDate}} from {json.dumps(MODULE.as_uri())};{_READ_ALL}"
            "import {readFileSync} from 'node:fs';"
            "process.stdout.write(JSON.stringify(answer(JSON.parse(readFileSync(0, 'utf8')))));"
        )
        command = [node, "--no-warnings", "--input-type=module", "--eval", script]
        done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=60)
        return json.loads(done.stdout)
    return _ask_chromium(asked)


def _ask_chromium(asked: dict[str, Any]) -> dict[str, Any]:
    from playwright.sync_api import sync_playwright

    plain = MODULE.read_text(encoding="utf-8").replace("export ", "")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        try:
            return browser.new_page().evaluate(f"(asked) => {{ {plain} {_READ_ALL} return answer(asked); }}", asked)
        finally:
            browser.close()
