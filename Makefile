# Each target sets up what it needs by itself, inside this folder: Python 3.11 and make are enough.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run token test test-clients soak check schema promise audit lock format clean

help:  ## Say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/ready  ## Start the hub on its sandbox (HOST, PORT: where; default 127.0.0.1:8000)
	@exec $(BIN)/python server.py run --sandbox

token: .venv/ready  ## Print an access token of the sandbox that runs (AS=citizen, neighbour, newcomer, officer, admin)
	@$(BIN)/python -m sandbox.sign_in $(or $(AS),citizen)

test: .venv/ready-dev  ## Run all tests, on all cores
	@$(BIN)/pytest -q -n auto $(ARGS)

soak: .venv/ready-dev  ## Run what takes longer than a test should
	@$(BIN)/pytest -q -s -m soak $(ARGS)

check: .venv/ready-dev  ## Format, lint, types, floors, schema
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python server.py schema --check

schema: .venv/ready  ## Write schema/schema.graphql and docs/access.md
	@$(BIN)/python server.py schema

promise: .venv/ready  ## Promise the schema of today (schema/landed.graphql), for a release
	@$(BIN)/python server.py promise

format: .venv/ready-dev  ## Put the code into shape
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

audit: .venv/ready  ## Audit GraphQL over HTTP with the npm package graphql-http (needs node and npm)
	@cd tests/audit && npm install --silent --no-package-lock
	@$(BIN)/python -m tests.with_hub node tests/audit/audit.mjs {hub}

test-clients: .venv/ready  ## Generate typed TypeScript clients, run them and others (needs node and npm)
	@cd tests/clients && npm install --silent --no-package-lock
	@SIMPUL_TRUST=enforce SIMPUL_TRUSTED_DOCUMENTS=docs/queries/manifest.json \
		$(BIN)/python -m tests.with_hub node tests/clients/check.mjs {hub} {sandbox} {python}

lock: .venv/ready-dev  ## Renew the locked requirements
	@$(BIN)/uv pip compile -q --upgrade $(LOCK) pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile -q --upgrade $(LOCK) --group dev pyproject.toml -c requirements.txt -o requirements-dev.txt

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

clean:  ## Throw away what was set up
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache tests/audit/node_modules tests/clients/node_modules tests/clients/generated

# pip's own words, a line a package, shortened to one line that moves.
install = { $(BIN)/pip install --disable-pip-version-check --no-color --require-hashes -r $(1); echo $$? >.venv/ended; } \
	| awk '/^Collecting / { printf "\r  package %d: %-40.40s", ++n, $$2; fflush() } \
		/^Installing / { printf "\r  writing %d packages %-40s\n", n, ""; fflush() }'; exit $$(cat .venv/ended)

.venv/ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
		|| { echo "Simpul needs Python 3.11; name it with make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up .venv (once) …"
	@$(PYTHON) -m venv .venv
	@$(call install,requirements.txt)
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	@echo "Setting up what tests and checks need (once) …"
	@$(call install,requirements-dev.txt)
	@touch $@
