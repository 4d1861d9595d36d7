"""The performance targets as one table: `make bench` or `python -m bench`.

Each figure is a ratio to a bare Django view (session, user, one template) measured in the same run on the same
machine, or to plain WeasyPrint, so that it means the same on a fast machine and on a slow one. Runs on a throw-away
SQLite file and, where a server answers, on a throw-away PostgreSQL database.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")


def measured(url: str) -> dict | None:
    """The figures on one database; None where it can't be reached."""
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "bench.settings", "TEST_DB": "bench"}
    done = subprocess.run([sys.executable, "-m", "bench.pages"], cwd=ROOT, env=env, stdout=subprocess.PIPE, check=False)
    return json.loads(done.stdout.decode().splitlines()[-1]) if done.returncode == 0 else None


def main() -> int:
    columns = {"SQLite": f"sqlite:///{ROOT / 'var' / 'bench.sqlite3'}", "PostgreSQL": POSTGRES}
    results = {name: found for name, url in columns.items() if (found := measured(url))}
    if missing := set(columns) - set(results):
        print(f"not measured: {', '.join(sorted(missing))}")
    if not results:
        return 1
    names = list(next(iter(results.values())))
    print(f"{'':46}" + "".join(f"{name:>26}" for name in results) + f"{'target':>10}")
    failed = False
    for name in names:
        row, target = f"{name:46}", None
        for found in results.values():
            figure = found[name]
            target = figure.get("target")
            ratio = f"{figure['ratio']:.2f}×" if "ratio" in figure else ""
            row += f"{figure['ms']:>15.2f} ms {ratio:>7}"
            failed |= target is not None and figure["ratio"] > target
        print(row + (f"{f'≤ {target}×':>10}" if target else ""))
    print("every target is met" if not failed else "A TARGET IS MISSED")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
