# Two commands: `make run` to try it, `make test` to check it. `make help` lists the others.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes

.DEFAULT_GOAL := help
PAGES := build/pages
SCREEN_READER := compare
AUDIT := build/audit.txt
# Two more than the cores: tests wait for databases, browsers, heartbeats and delays.
TESTERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
PYTEST := -m pytest -n $(TESTERS) --dist worksteal
.PHONY: help run native test lint unit html browsers snapshots screen-reader bench faults cluster pooled days audit verdict lock clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/run.stamp ## Start everything on this machine, at http://127.0.0.1:8000
	@exec $(BIN)/python -m web demo

native: $(VENV)/run.stamp ## Compile argon2 for this machine: passwords are hashed up to twice as fast
	@command -v cc > /dev/null || { echo "No C compiler (cc): argon2 stays as published."; exit 1; }
	@$(PYTHON) -m venv --clear $(NATIVE)
	@$(NATIVE_PIP) install --require-hashes --only-binary :all: -r requirements-native.lock
	@PATH="$(CURDIR)/$(NATIVE)/bin:$$PATH" CFLAGS="-O3 -march=native" $(NATIVE_PIP) wheel --require-hashes \
		--no-deps --no-build-isolation --no-cache-dir --no-binary argon2-cffi-bindings \
		-w $(NATIVE)/wheels -r requirements-native.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --force-reinstall \
		$(NATIVE)/wheels/argon2_cffi_bindings-*.whl
	@$(BIN)/python -c "from web.core.crypto import argon2_build as b; b.check_argon2(); print(b.describe_argon2())"

NATIVE := build/native
NATIVE_PIP := $(NATIVE)/bin/python -m pip --quiet --disable-pip-version-check

test: lint audit browsers unit html verdict ## Check everything: format, lint, types, imports, tests, HTML

lint: $(VENV)/dev.stamp ## Format, lint, types and import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

cluster: $(VENV)/dev.stamp ## Lose database servers while people are at work; Patroni decides (long)
	@PYTHON=$(PYTHON) sh scripts/install-cluster
	FAULTS=full $(BIN)/python -m pytest tests/cluster -m 'not faults'

pooled: $(VENV)/dev.stamp ## The tests that use the database, through PgBouncer
	THROUGH_PGBOUNCER=yes $(BIN)/python $(PYTEST) --ignore tests/journeys --ignore tests/cluster

days: $(VENV)/dev.stamp browsers ## The tests on other days: a leap day, clock changes, a year's end (long)
	@$(BIN)/python -m scripts.check_days $(PYTEST) -q

audit: $(VENV)/dev.stamp ## Check the locked dependencies for known vulnerabilities
	@$(BIN)/python -m scripts.audit $(BIN) $(AUDIT)

verdict:
	@cat $(AUDIT)

unit: $(VENV)/dev.stamp ## The tests alone
	@rm -rf $(PAGES)
	HTML_PAGES=$(PAGES) $(BIN)/python $(PYTEST)

html: ## Run the Nu checker on the pages that the last tests opened
	@sh scripts/check-html $(PAGES)

browsers: ## Install the browsers that the tests drive, when apt can be used
	@sh scripts/install-browsers

snapshots: $(VENV)/dev.stamp ## Renew the snapshots of the pages' accessibility trees
	SNAPSHOTS=renew $(BIN)/python -m pytest tests/journeys/test_snapshots.py

screen-reader: $(VENV)/dev.stamp ## Compare what Orca says on the journeys; SCREEN_READER=renew keeps what it says now
	@sh scripts/install-screen-reader
	SCREEN_READER=$(SCREEN_READER) $(BIN)/python -m pytest tests/journeys/orca/test_screen_reader.py

bench: $(VENV)/dev.stamp ## Measure against the budgets
	$(BIN)/python -m bench

faults: $(VENV)/dev.stamp browsers ## The whole campaign of faults (long)
	FAULTS=full $(BIN)/python -m pytest -m 'faults or hypothesis'

lock: $(VENV)/dev.stamp ## Compile the lock files again from pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra demo -o requirements.lock pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra demo --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
	printf '%s\n' argon2-cffi-bindings scikit-build-core setuptools-scm cmake ninja | \
		$(BIN)/pip-compile $(LOCK) --no-annotate -c requirements.lock -o requirements-native.lock -
	printf '%s\n' 'patroni[etcd3,psycopg3]' setuptools wheel | \
		$(BIN)/pip-compile $(LOCK) --no-annotate -c requirements-dev.lock -o requirements-cluster.lock -

LOCK := --quiet --strip-extras --allow-unsafe --generate-hashes --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --no-emit-options --no-header

$(VENV)/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed.")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.stamp: requirements.lock $(VENV)/python.stamp
	$(PIP) -r requirements.lock
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(PIP) -r requirements-dev.lock
	@touch $@

clean: ## Remove what was installed and the demonstration's data
	rm -rf $(VENV) .data build
