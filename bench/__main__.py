"""The performance targets as one table: `make bench` or `python -m bench [PART …]`, a part being a name of `PARTS`.

Each figure is a ratio that means the same on a fast machine and on a slow one: to a bare Django view (session, user, one
template), to plain WeasyPrint, to a small summary or to ``csv.writer`` alone, measured in the same run on the same
machine. Runs on a throw-away SQLite file and, where a server answers, on a throw-away PostgreSQL database.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
DATABASES = {"SQLite": f"sqlite:///{ROOT / 'var' / 'bench.sqlite3'}", "PostgreSQL": POSTGRES}
PARTS = {
    "pages": (),
    "cycles": (),
    "summary": ("--json",),
    "export": (),
    "certificates": (),
    "annual": (),
    "intake": ("--json",),
}
"""The modules that measure, with their arguments; the last line that each prints is {what: figure} as JSON."""
ONLY_POSTGRES = {"intake"}
MEMORY_MB = 300
"""The most memory that a file of answers may take."""

Figure = dict[str, float]


def measured(part: str, url: str) -> dict[str, Figure] | None:
    """The figures of one part on one database; None where it could not be measured."""
    env = {**os.environ, "DATABASE_URL": url, "TEST_DB": f"bench_{part}"}
    command = [sys.executable, "-m", f"bench.{part}", *PARTS[part]]
    done = subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, check=False)
    return json.loads(done.stdout.decode().splitlines()[-1]) if done.returncode == 0 else None


def said(figure: Figure) -> str:
    ratio = f"{figure['ratio']:.2f}×" if "ratio" in figure else ""
    if "most_s" in figure:
        text = f"{figure['seconds']:.0f} s, {figure['mb']:.0f} MiB"
    elif "cells" in figure:
        text = f"{figure['seconds']:.0f} s, {figure['cells'] / 1000:,.0f}k cells/s, {figure['mb']:.0f} MiB"
    elif "rate" in figure:
        text = f"{figure['rate']:,.0f}/s, p95 {figure['p95']:.0f} ms"
    else:
        text = f"{figure['ms']:.2f} ms"
    return f"{text:>30}{ratio:>9}"


def target_of(figure: Figure) -> tuple[str, bool]:
    """(what is wanted, whether it is so)."""
    if "target" in figure:
        return f"≤ {figure['target']:g}×", figure["ratio"] <= figure["target"]
    if "most_s" in figure:
        most = f"≤ {figure['most_s']:g} s, {figure['most_mb']:g} MiB"
        return most, figure["seconds"] <= figure["most_s"] and figure["mb"] <= figure["most_mb"]
    if "most_ms" in figure:
        return f"≤ {figure['most_ms']:g} ms", figure["ms"] <= figure["most_ms"]
    if "mb" in figure:
        return f"≤ {MEMORY_MB} MiB", figure["mb"] <= MEMORY_MB
    if "least" in figure:
        return f"≥ {figure['least']:g}/s", figure["rate"] >= figure["least"]
    return "", True


def main(wanted: list[str]) -> int:
    if unknown := set(wanted) - set(PARTS):
        print(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
        return 2
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the run")
    print(f"{'':46}" + "".join(f"{name:>39}" for name in DATABASES) + f"{'target':>12}")
    missed, silent, seen = [], [], 0
    for part in wanted or PARTS:
        databases = [name for name in DATABASES if name == "PostgreSQL" or part not in ONLY_POSTGRES]
        results = {name: measured(part, DATABASES[name]) for name in databases}
        silent += [f"{part} on {name}" for name, found in results.items() if found is None]
        for what in next((found for found in results.values() if found), {}):
            seen += 1
            figures = {name: found[what] for name, found in results.items() if found}
            targets = [target_of(figure) for figure in figures.values()]
            cells = "".join(said(figures[name]) if name in figures else " " * 39 for name in DATABASES)
            print(f"{what:46}{cells}{targets[0][0]:>12}", flush=True)
            if not all(met for _, met in targets):
                missed.append(what)
    if silent:
        print(f"not measured: {', '.join(silent)}")
    if missed:
        print(f"A TARGET IS MISSED: {'; '.join(missed)}")
    else:
        print("every target that was measured is met" if seen else "nothing was measured")
    return int(bool(missed) or not seen)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
