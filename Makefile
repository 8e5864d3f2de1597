# The two commands that matter: `make demo` and `make test`. Each does all of its own set-up and says what it is doing.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCAN := $(VENV)/scan/bin
SEMGREP := $(SCAN)/semgrep scan --metrics off --disable-version-check
ARGS ?=
# Compiled once: the tests start some two hundred processes of ours.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help demo test chaos fuzz journeys check sbom audit security bench format lock clean

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
	@echo "==> Every story of the chat, the console and the services on both databases, and all that the suite plays in part"
	@WHOLE=1 $(BIN)/python -m pytest -q -n $${WORKERS:-4} --dist worksteal tests/chat tests/web tests/services tests/chaos \
	  tests/rehearsal tests/security tests/isolation tests/outages tests/inbound tests/fuzz tests/planning/test_sweep.py
	@echo "==> A million cases of time, over every zone"
	@$(BIN)/python -m tests.planning.sweep --cases 1000000

fuzz: $(VENV)/dev.done ## 200,000 hostile texts and values, 100,000 hostile updates: nothing evaluated, none that hangs or tells others; half an hour
	@echo "==> Hostile texts, each against the laws of tests/fuzz/laws.py"
	@$(BIN)/python -m tests.fuzz --cases 200000 $(ARGS)
	@echo "==> Hostile updates of every kind, each against the laws of tests/fuzz/serving.py"
	@$(BIN)/python -m tests.fuzz --of updates --cases 100000 $(ARGS)

journeys: $(VENV)/dev.done ## Play ten invented people's journeys and write docs/journeys.md anew
	@echo "==> Ten journeys: the bot as it is shipped, the simulator, a clock that is wound"
	@$(BIN)/python -m tests.journeys.ten $(ARGS)

check: $(VENV)/dev.done $(VENV)/scan.done ## The fast part without the tests
	@echo "==> ruff"
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@echo "==> mypy, strict"
	@$(BIN)/mypy
	@echo "==> import-linter: who may import whom"
	@$(BIN)/lint-imports
	@echo "==> bandit"
	@$(BIN)/bandit -q -ll -r reminderbot
	@echo "==> semgrep: the house's own rules, each with a sample that it catches and one that it passes"
	@$(SEMGREP) --test .ci/rules >/dev/null 2>&1 || { $(SEMGREP) --test .ci/rules; exit 1; }
	@$(SEMGREP) --error --quiet --config .ci/rules reminderbot migrations
	@echo "==> messages: every text, blank, fact and plan"
	@$(BIN)/reminderbot check --messages
	@echo "==> container files"
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(BIN)/hadolint Dockerfile

sbom: $(VENV)/dev.done $(VENV)/scan.done ## All parts that run, as CycloneDX in dist/sbom.cdx.json; and docs/licences.md
	@mkdir -p dist
	@$(SCAN)/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml -o dist/environment.cdx.json $(BIN)/python
	@$(SCAN)/python .ci/parts.py dist/environment.cdx.json dist/sbom.cdx.json
	@rm dist/environment.cdx.json

security: $(VENV)/dev.done $(VENV)/scan.done ## A million guessed links, 100,000 taps and posted bodies, 200,000 hostile texts …: two hours
	@echo "==> Links, desk codes, webhook bodies and passwords, guessed by somebody outside"
	@$(BIN)/python -m tests.security $(ARGS)
	@echo "==> Hostile texts and taps"
	@$(BIN)/python -m tests.fuzz --cases 200000
	@$(BIN)/python -m tests.fuzz --of taps --cases 100000
	@echo "==> Random operations as one organisation's staff, on both databases: nothing of the other's changed or said"
	@$(BIN)/python -m tests.isolation --operations 20000 --on sqlite
	@$(BIN)/python -m tests.isolation --operations 20000 --on postgresql
	@echo "==> Known vulnerabilities"
	@sh .ci/audit $(SCAN) || [ $$? = 2 ]

audit: $(VENV)/scan.done ## Ask for known vulnerabilities of what runs; says so when nobody can be asked
	@sh .ci/audit $(SCAN)

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
	@$(BIN)/uv pip compile --universal --generate-hashes --no-annotate --no-header --no-strip-extras -q --upgrade \
	  --group scan -o requirements/scan.txt

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

$(VENV)/scan.done: requirements/scan.txt | $(VENV)/bin/python
	@echo "==> Installing the locked tools that look the code over, in an environment of their own (a minute, once)"
	@$(PYTHON) -m venv $(VENV)/scan
	@$(SCAN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/scan.txt
	@touch $@

$(VENV)/bench.done: pyproject.toml $(VENV)/dev.done
	@echo "==> Installing the rivals (once)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation -e '.[bench]'
	@touch $@

.ci/browser.done: .ci/browser
	@sh .ci/browser && touch $@
