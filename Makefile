# What a person types. Everything a clean machine needs is made on the way: the virtual environment, the engine.
STACK ?= staging
PYTHON ?= python3
BIN := .venv/bin
RUN := PYTHONPATH=. $(BIN)/python

.PHONY: preview up refresh destroy export unlock plan trace docs engine test torture check lint-workflows bench

preview up refresh destroy export unlock: .venv/ready
	@$(RUN) -m sandbox $@ --stack $(STACK)

plan: .venv/ready
	@$(RUN) -m review.plan --stack $(STACK)

trace: .venv/ready
	@$(RUN) -m review.trace

docs: .venv/ready
	@$(RUN) -m review.docs

# Before the tests, which would say nothing for the minutes that a first build takes.
engine: .venv/ready
	@$(RUN) -c 'from sandbox.engine import find_engine; print("engine:", find_engine())'

test: engine
	@$(RUN) -m pytest -n 2 --dist loadfile

# Minutes to hours, so it isn't part of `check`: SEEDS=20 for fewer, ONLY="7 11" for those that failed.
torture: engine
	@SEEDS=$(or $(SEEDS),200) $(RUN) tests/sandbox/torture.py $(ONLY)

check: .venv/ready
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory lint-workflows
	@$(MAKE) --no-print-directory test

lint-workflows:
	@command -v go >/dev/null || { echo "make lint-workflows needs Go 1.25 or newer, and there is no go on PATH: actionlint is built from tools/lint/go.mod" >&2; exit 1; }
	@cd tools/lint && go tool actionlint -shellcheck= -pyflakes= ../../.github/workflows/*.yml

bench: .venv/ready
	@$(RUN) -m review.bench

# pip compiles what it installs; without that the first import of Datadog's SDK takes 10 s and a gigabyte.
.venv/ready: requirements.txt $(wildcard sdks/sentry/pulumi_sentry/*)
	@echo "Setting up .venv (once, about a minute) ..." >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt >&2
	@touch $@
