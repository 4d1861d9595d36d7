"""Copy the few distribution files that package.json names from node_modules to static/vendor.

Third-party code is installed from the lock file and never committed; the browser gets only what the
"vendor" table lists.
"""

import json
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"


def main() -> None:
    table = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["vendor"]
    shutil.rmtree(VENDOR, ignore_errors=True)
    for package, files in table.items():
        for name in files:
            source = ROOT / "node_modules" / package / name
            # The icon font's CSS refers to ./fonts/…, so that one folder level is kept.
            relative = Path(name).relative_to("font") if name.startswith("font/") else Path(Path(name).name)
            target = VENDOR / package.removeprefix("@").replace("/", "-") / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_bytes()
            # Source maps are not served; a reference to one would fail the manifest storage.
            if target.suffix in {".js", ".css"}:
                lines = text.decode("utf-8").splitlines(keepends=True)
                text = "".join(line for line in lines if "sourceMappingURL=" not in line or len(line) > 500).encode()
            target.write_bytes(text)


if __name__ == "__main__":
    main()
