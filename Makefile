# What a person types. Everything a clean machine needs is made on the way: the virtual environment, the engine.
STACK ?= staging
PYTHON ?= python3
BIN := .venv/bin
# UTF-8 in every locale: what is read and printed has signs of currencies and quotation marks in it.
RUN := PYTHONPATH=. PYTHONUTF8=1 $(BIN)/python

# PRODUCT=tikit narrows what is shown; BASE and PLAN are what `review` compares with.
PRODUCT ?=
BASE ?= origin/main
NARROWED := $(if $(PRODUCT),--product "$(PRODUCT)")

.PHONY: review preview up refresh destroy export unlock plan trace docs behaviour engine test torture check lint-workflows lock bench

# RAW=1: the engine's own lines.
preview up: .venv/ready
	@$(RUN) -m sandbox $@ --stack $(STACK) $(if $(RAW),,--told $(NARROWED))

export: .venv/ready
	@$(RUN) -m sandbox $@ --stack $(STACK) $(NARROWED)

refresh destroy unlock: .venv/ready
	@$(RUN) -m sandbox $@ --stack $(STACK)

# PLAN="plan.json …": the same report on live previews, as `pulumi preview --json` prints them.
review: .venv/ready
	@$(RUN) -m review.review $(if $(PLAN),--plan $(PLAN),--base "$(BASE)")

plan: .venv/ready
	@$(RUN) -m review.plan --stack $(STACK) $(NARROWED)

trace: .venv/ready
	@$(RUN) -m review.trace $(NARROWED)

docs: .venv/ready
	@$(RUN) -m review.docs

# The query engines are built on the first run, which takes some minutes and says how far it is.
behaviour: .venv/ready
	@$(RUN) -m proof $(if $(CASES),--cases)

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

lint-workflows: .venv/ready
	@command -v go >/dev/null || { echo "make lint-workflows needs Go 1.25 or newer, and there is no go on PATH: actionlint is built from tools/lint/go.mod" >&2; exit 1; }
	@$(BIN)/zizmor --offline --quiet --strict-collection .github
	@cd tools/lint && go tool actionlint -shellcheck= -pyflakes= ../../.github/workflows/*.yml

bench: .venv/ready
	@$(RUN) -m review.bench

# For every Python from 3.11 on and every platform. Versions that are locked stay; delete the file first for the newest.
lock: .venv/ready
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-package pulumi-sentry \
		--custom-compile-command "make lock" --output-file requirements.lock requirements.txt >/dev/null

# pip compiles what it installs; without that the first import of Datadog's SDK takes 10 s and a gigabyte.
# Nothing is taken whose hash isn't locked; the one directory has none, and is built with what has just been checked.
.venv/ready: requirements.lock $(wildcard sdks/sentry/pulumi_sentry/*)
	@echo "Setting up .venv (once, about a minute) ..." >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation ./sdks/sentry >&2
	@touch $@
