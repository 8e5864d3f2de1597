# The two commands that matter: `make demo` and `make test`. Each does all of its own set-up and says what it is doing.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Compiled once: the tests start some two hundred processes of ours.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test chaos fuzz check bench format lock clean

help: ## Show what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

demo: $(VENV)/run.done ## Play the whole story in a browser: no account, no server
	@echo "==> Starting the demo"
	@$(BIN)/reminderbot demo $(ARGS)

test: $(VENV)/dev.done .ci/browser.done ## Everything: checks, and the tests on SQLite, PostgreSQL and in Chromium
	@$(MAKE) --no-print-directory check
	@echo "==> Tests: real SQLite, a real PostgreSQL of their own, the simulator over HTTP, Chromium"
	@$(BIN)/python -m pytest -n $${WORKERS:-4} --dist worksteal

chaos: $(VENV)/dev.done ## The long tests, about an hour and a half; `python -m tests.chaos --size 0.1 kills-sqlite` runs a part
	@echo "==> Kills of every kind, held against the stand-in's log of accepted messages"
	@$(BIN)/python -m tests.chaos $(ARGS)
	@echo "==> Kills while updates arrive"
	@$(BIN)/python -m tests.inbound
	@echo "==> Outages of hours and days, in virtual time"
	@$(BIN)/python -m tests.outages
	@echo "==> Every story of the chat, the console and the services on both databases"
	@BOTH=1 $(BIN)/python -m pytest -q -n $${WORKERS:-4} --dist worksteal tests/chat tests/web tests/services
	@echo "==> Ten thousand lists of sessions, whole and broken"
	@LISTS=10000 $(BIN)/python -m pytest -q tests/services/lists/test_list_generated.py
	@echo "==> A million cases of time, over every zone"
	@$(BIN)/python -m tests.planning.sweep --cases 1000000

fuzz: $(VENV)/dev.done ## 200,000 hostile texts and values: nothing evaluated, none that hangs; a few minutes
	@echo "==> Hostile texts, each against the laws of tests/fuzz/laws.py"
	@$(BIN)/python -m tests.fuzz --cases 200000 $(ARGS)

check: $(VENV)/dev.done ## The fast part without the tests
	@echo "==> ruff"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> mypy, strict"
	@$(BIN)/mypy
	@echo "==> import-linter: who may import whom"
	@$(BIN)/lint-imports
	@echo "==> bandit"
	@$(BIN)/bandit -q -ll -r reminderbot
	@echo "==> messages: every text, blank, fact and plan"
	@$(BIN)/reminderbot check --messages
	@echo "==> container files"
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(BIN)/hadolint Dockerfile

bench: $(VENV)/bench.done ## Measure against four rivals on a quiet machine: about twenty minutes
	@echo "==> Benchmarks: a durable PostgreSQL of their own; see docs/benchmarks.md"
	@$(BIN)/python -m benchmarks $(or $(ARGS),--report docs/benchmarks.md)

format: $(VENV)/dev.done ## Put the code into its form
	@$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format .

lock: ## Resolve the requirements anew, with hashes
	@$(PYTHON) -m venv $(VENV) && $(BIN)/pip install -q uv
	@for extra in run dev; do \
	  $(BIN)/uv pip compile --universal --generate-hashes --no-annotate --no-header -q --upgrade \
	    $$( [ $$extra = dev ] && echo "--extra dev" ) pyproject.toml -o requirements/$$extra.txt; done

clean: ## Remove what was built here
	@rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .ci/browser.done

$(VENV)/bin/python:
	@echo "==> Making a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed. Install it, or name one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.done: requirements/run.txt requirements/build.txt pyproject.toml | $(VENV)/bin/python
	@echo "==> Installing the locked requirements (about a minute, once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.done: requirements/dev.txt $(VENV)/run.done
	@echo "==> Installing the locked tools for checks and tests (about a minute, once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/bench.done: pyproject.toml $(VENV)/dev.done
	@echo "==> Installing the rivals (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation -e '.[bench]'
	@touch $@

.ci/browser.done: .ci/browser
	@sh .ci/browser && touch $@
