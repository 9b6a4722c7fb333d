# Each target sets up what it needs by itself, inside this folder: Python 3.11 to 3.14 and make are enough.

PYTHONS := python3.14 python3.13 python3.12 python3.11
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
# The newest that is here and starts; python3 may be one of them by another name.
PYTHON ?= $(shell for each in $(PYTHONS) python3; do $$each -c '$(FITS)' 2>/dev/null && { echo $$each; break; }; done)
VENV ?= .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help run token test test-clients test-doors test-page graphiql trials quick others soak check schema release which-version audit bench profile lock format clean

help:  ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# CITY names one of cities/; without it, the hub serves city/, or what SIMPUL_CITY names.
ifdef CITY
export SIMPUL_CITY := cities/$(CITY)
endif

run: $(VENV)/ready  ## Start the hub on its sandbox (HOST, PORT: where; CITY: which of cities/)
	@exec $(BIN)/python server.py run --sandbox

# To make, AS is the name of an assembler unless somebody says otherwise.
ifeq ($(origin AS),default)
AS := citizen
endif

token: $(VENV)/ready  ## Print an access token of the sandbox that runs (AS=citizen, neighbour, newcomer, officer, auditor, admin)
	@$(BIN)/python -m sandbox.sign_in $(AS)

test: $(VENV)/ready-dev  ## Run all tests, on all cores
	@$(BIN)/pytest -q -n auto --dist worksteal $(ARGS)

quick: $(VENV)/ready-dev  ## Run the part of the tests that is over in a minute: the kit, the schema, all recorded answers
	@$(BIN)/pytest -q -n auto $(QUICK) $(ARGS)

QUICK := tests/kit tests/schema tests/resolvers tests/regions tests/cache/test_memory.py tests/cache/test_redis.py \
	tests/store/test_audit_log.py tests/store/test_migrations.py tests/auth/test_rules.py tests/auth/test_tokens.py \
	tests/engine/test_graphql_over_http.py tests/engine/test_websocket.py tests/test_configuration.py tests/test_server.py

# Each in a folder of its own; the one that the rest runs on is left out.
others:  ## Run the quick part on each other Python from 3.11 to 3.14 that is here
	@mine=$$($(BIN)/python -c '$(NUMBER)'); for each in $(PYTHONS); do \
		version=$$($$each -c '$(NUMBER)' 2>/dev/null) && [ "$$version" != "$$mine" ] || continue; \
		echo "Python $$version:"; \
		$(MAKE) --no-print-directory quick PYTHON=$$each VENV=.make/python$$version || exit 1; \
	done

NUMBER := import sys; print("%d.%d" % sys.version_info[:2])

soak: $(VENV)/ready-dev  ## Run what takes longer than a test should
	@$(BIN)/pytest -q -s -m soak $(ARGS)

check: $(VENV)/ready-dev  ## Format, lint, types, floors, schema
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python server.py schema --check

schema: $(VENV)/ready  ## Write schema/schema.graphql and docs/access.md
	@$(BIN)/python server.py schema

release: $(if $(VERSION),$(VENV)/ready-dev,which-version)  ## Release what is committed (VERSION=1.4.0): checks, number, promise, tag, notes; pushes nothing
	@$(MAKE) --no-print-directory check
	@$(BIN)/pytest -q tests/schema
	@$(BIN)/python server.py release $(VERSION)

which-version:
	@echo "Say which: make release VERSION=1.4.0"; exit 1

format: $(VENV)/ready-dev  ## Put the code into shape
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

audit: $(VENV)/ready  ## Audit GraphQL over HTTP with the npm package graphql-http (needs node and npm)
	@cd tests/audit && npm install --silent --no-package-lock
	@$(BIN)/python -m tests.with_hub node tests/audit/audit.mjs {hub}

test-clients: $(VENV)/ready  ## Generate typed TypeScript clients, run them and others (needs node and npm)
	@cd tests/clients && npm install --silent --no-package-lock
	@SIMPUL_TRUST=enforce SIMPUL_TRUSTED_DOCUMENTS=docs/queries/manifest.json \
		$(BIN)/python -m tests.with_hub node tests/clients/check.mjs {hub} {sandbox} {python}
	@$(BIN)/python -m tests.with_hub node tests/clients/check.mjs {hub} {sandbox} {python} recipes

test-doors: $(VENV)/ready  ## Hold REST, MCP and the subgraph to the tools of their own ecosystems (needs node and npm)
	@cd tests/doors/clients && npm install --silent --no-package-lock
	@SIMPUL_FEDERATION=1 SIMPUL_TRUSTED_DOCUMENTS=docs/queries/manifest.json \
		$(BIN)/python -m tests.with_hub node tests/doors/clients/check.mjs {hub} {sandbox} {python}

graphiql:  ## Build GraphiQL from engine/pages/graphiql/source (needs node and npm)
	@cd engine/pages/graphiql/source && npm ci --silent && node build.mjs

test-page: $(VENV)/ready-dev  ## Try the pages in a headless Chromium, and leave pictures in .simpul/pages
	@$(BIN)/pytest -q -m soak tests/page $(ARGS)

trials: $(VENV)/ready-dev  ## Try the hub as each kind of user who knows the pages alone (in a headless Chromium)
	@$(BIN)/pytest -q -m soak tests/trials $(ARGS)

bench: $(VENV)/ready  ## Measure the hub beside its peers, and write docs/benchmarks.md (needs wrk, nginx, node and npm)
	@$(BIN)/python -m bench $(ARGS)

profile: $(VENV)/ready  ## Say where the hub's processor time goes, workload by workload
	@$(BIN)/python -m bench.profile $(ARGS)

lock: $(VENV)/ready-dev  ## Renew the locked requirements
	@$(BIN)/uv pip compile -q --upgrade $(LOCK) pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile -q --upgrade $(LOCK) --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

clean:  ## Throw away what was set up
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache tests/audit/node_modules tests/clients/node_modules tests/clients/generated tests/doors/clients/node_modules

# pip's own words, a line a package, shortened to one line that moves.
install = { $(BIN)/pip install --disable-pip-version-check --no-color --require-hashes -r $(1); echo $$? >$(VENV)/ended; } \
	| awk '/^Collecting / { printf "\r  package %d: %-40.40s", ++n, $$2; fflush() } \
		/^Installing / { printf "\r  writing %d packages %-40s\n", n, ""; fflush() }'; exit $$(cat $(VENV)/ended)

$(VENV)/ready: requirements.txt
	@$(or $(PYTHON),false) -c '$(FITS)' 2>/dev/null \
		|| { echo "Simpul needs Python 3.11 to 3.14; name one with make PYTHON=/path/to/python3.13"; exit 1; }
	@echo "Setting up $(VENV) (once) …"
	@$(PYTHON) -m venv $(VENV)
	@$(call install,requirements.txt)
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready requirements-dev.txt
	@echo "Setting up what tests and checks need (once) …"
	@$(call install,requirements-dev.txt)
	@touch $@
