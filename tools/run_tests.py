"""Everything that CI runs, fast first, with one line a stage at the end.

    python tools/run_tests.py             all stages
    python tools/run_tests.py --lint      only what reads the code
    python tools/run_tests.py -k word     only those tests, on SQLite

The suite runs on SQLite and on PostgreSQL: the server of TEST_POSTGRES_URL where one answers, else a throw-away one.
Where none can be had, the last lines say so.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": "check-deploy-" + "k7Qz" * 16,
    "ALLOWED_HOSTS": "example.org",
    "VAR_DIR": str(ROOT / "var" / "check"),
}
TEMPLATES = [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))]
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
PYTEST = [sys.executable, "-m", "pytest", "-q"]

LINT = [
    ("format", ["ruff", "format", "--check", "--quiet", "."], {}),
    ("lint", ["ruff", "check", "--quiet", "."], {}),
    ("templates", ["djade", "--target-version", "5.2", "--check", *TEMPLATES], {}),
    ("imports", ["lint-imports"], {}),
    ("types", ["mypy"], {}),
    ("migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"], {}),
    ("deployment", [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], PRODUCTION),
]


def postgres_answers() -> bool:
    """Whether the server of TEST_POSTGRES_URL takes a connection."""
    probe = "import psycopg2, sys; psycopg2.connect(sys.argv[1], connect_timeout=3).close()"
    return subprocess.run([sys.executable, "-c", probe, POSTGRES], capture_output=True, check=False).returncode == 0


def on_postgres(command: list[str]) -> list[str] | None:
    """The command as it runs on PostgreSQL: on the server that answers, else on a throw-away one of its own.

    None where there is no server and none can be installed.
    """
    if postgres_answers():
        return ["env", f"DATABASE_URL={POSTGRES}", *command]
    if not shutil.which("pg_virtualenv") and os.geteuid() == 0 and shutil.which("apt-get"):
        for step in (["update"], ["install", "-y", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", "-qq", *step], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if not shutil.which("pg_virtualenv"):
        return None
    url = "postgres://$PGUSER:$PGPASSWORD@$PGHOST:$PGPORT/$PGDATABASE"
    return ["pg_virtualenv", "-t", "-o", "fsync=off", "sh", "-c", f'DATABASE_URL={url} exec "$@"', "sh", *command]


def run(name: str, command: list[str], env: dict[str, str]) -> tuple[str, bool, float]:
    print(f"── {name} ".ljust(100, "─"), flush=True)
    began = time.monotonic()
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, "PATH": PATH, **env}, check=False).returncode
    return name, code == 0, time.monotonic() - began


def main(arguments: list[str]) -> int:
    if arguments and arguments != ["--lint"]:
        return subprocess.run([*PYTEST, *arguments], cwd=ROOT, check=False).returncode
    results = [run(*stage) for stage in LINT]
    unavailable = []
    if not arguments:
        run("fonts", [sys.executable, "manage.py", "build_fonts"], {})
        workers = ["-n", str(os.cpu_count() or 2), "--dist", "worksteal"]
        results.append(run("tests on SQLite", [*PYTEST, *workers, "-m", "not e2e"], {}))
        if command := on_postgres([*PYTEST, *workers, "-m", "not e2e"]):
            results.append(run("tests on PostgreSQL", command, {}))
        else:
            unavailable.append(
                "NOT RUN: the tests on PostgreSQL. No server answers at TEST_POSTGRES_URL "
                f"({POSTGRES}) and none could be started here."
            )
        results.append(run("journeys in Chromium", [*PYTEST, *workers, "-m", "e2e"], {}))
    print("─" * 100)
    for name, passed, seconds in results:
        print(f"{'ok    ' if passed else 'FAILED'}  {seconds:6.1f} s  {name}")
    print("\n".join(unavailable), flush=True)
    return 0 if all(passed for _name, passed, _seconds in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
