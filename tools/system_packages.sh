#!/bin/sh
# Check the system libraries that Python packages can't bring, and install them where that is allowed.
# usage: system_packages.sh run|test
set -eu

missing=""
need() { # need PACKAGE COMMAND…: the package is missing when the command fails
  package=$1
  shift
  "$@" >/dev/null 2>&1 || missing="$missing $package"
}
library() { ldconfig -p 2>/dev/null | grep -q "$1" || [ -n "$(find /usr/lib /usr/local/lib -name "$1*" -print -quit 2>/dev/null)" ]; }

need python3-venv python3 -c "import venv, ensurepip"
need libpango-1.0-0 library libpango-1.0.so.0
need libpangoft2-1.0-0 library libpangoft2-1.0.so.0
need libharfbuzz-subset0 library libharfbuzz-subset.so.0
if [ "$1" = test ]; then
  need chromium command -v chromium
  need poppler-utils command -v pdftotext
  need libreoffice-writer-nogui command -v soffice
fi
[ -n "$missing" ] || exit 0

install="apt-get install -y --no-install-recommends$missing"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing system packages:$missing"
  # shellcheck disable=SC2086
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive $install -qq) >/dev/null 2>&1 && exit 0
fi
echo "These system packages are missing:$missing" >&2
echo "Install them with:  sudo $install" >&2
exit 1
