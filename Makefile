# What a person types; `make` alone lists it. Everything a clean machine needs is made on the way: the virtual environment,
# the engine. The list prints what follows `##`.
.DEFAULT_GOAL := help
STACK ?= staging
PYTHON ?= python3
BIN := .venv/bin
# UTF-8 in every locale: what is read and printed contains currency signs and quotation marks.
# Many images of containers switch bytecode off: each command would compile the whole project, for a second.
RUN := PYTHONPATH=. PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE= $(BIN)/python

# PRODUCT=tikit narrows what is shown; BASE and PLAN are what `review` compares with.
PRODUCT ?=
BASE ?= origin/main
NARROWED := $(if $(PRODUCT),--product "$(PRODUCT)")
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*\#\# .*/\1/p' $(firstword $(MAKEFILE_LIST)))

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo 'STACK=prod chooses the other environment, PRODUCT=tikit narrows what is shown.'

preview: ## what would be declared, on Pulumi's own engine, with stand-ins for the vendors: no account
up: ## the sandbox: declare it at the stand-ins; DELETE=yes also deletes what has history
refresh: ## the sandbox: compare with what exists
destroy: ## the sandbox: delete everything
export: ## the sandbox: print the state
unlock: ## the sandbox: remove the lock of a run that was killed

# RAW=1: the engine's own lines.
preview up: .venv/ready
	@$(RUN) -m sandbox $@ --stack $(STACK) $(if $(RAW),,--told $(NARROWED))

export: .venv/ready
	@$(RUN) -m sandbox $@ --stack $(STACK) $(NARROWED)

refresh destroy unlock: .venv/ready
	@$(RUN) -m sandbox $@ --stack $(STACK)

# PLAN="plan.json …": the same report on live previews, as `pulumi preview --json` prints them. JSON=FILE: as data, too.
# DATA=folder: recorded series, as for `make replay`: whom they would have woken, before and after.
review: .venv/ready ## what the working tree changes against BASE=origin/main: a comment, review.md, and drawn, review.html
	@$(RUN) -m review.review $(if $(PLAN),--plan $(PLAN),--base "$(BASE)") $(if $(JSON),--json "$(JSON)") $(if $(DATA),--data "$(DATA)")

catalogue: .venv/ready ## all monitoring as one page, dashboards drawn, searchable: build/catalogue.html
	@$(RUN) -m review.catalogue

plan: .venv/ready ## every declared resource as JSON, in seconds, without engine or network
	@$(RUN) -m review.plan --stack $(STACK) $(NARROWED)

# Both environments, unless STACK is given.
routes: .venv/ready ## per severity: who is notified, through what, how fast, what follows, and what happens when nobody answers
	@$(RUN) -m delivery routes $(if $(filter-out file,$(origin STACK)),--stack $(STACK)) $(NARROWED)

# STACK is required. YES=staging also tests what wakes somebody; prod sends nothing without YES=prod.
drill: .venv/ready ## live: STACK=staging sends a marked test to each receiver, with the credentials of `pulumi up`
	@$(RUN) -m delivery drill $(if $(filter-out file,$(origin STACK)),--stack $(STACK)) $(NARROWED)

trace: .venv/ready ## every row of the products' documents with what covers it, or why nothing does
	@$(RUN) -m review.trace $(NARROWED)

new: .venv/ready ## PRODUCT=shop: writes stacks/shop.py, a product that follows every rule, and its documents
	@$(RUN) -m review.new '$(or $(PRODUCT),$(error PRODUCT is missing: make new PRODUCT=shop))'

docs: .venv/ready ## writes the generated files in docs/
	@$(RUN) -m review.docs

# The query engines are built on the first run, which takes some minutes and prints its progress.
behaviour: .venv/ready ## plays every alert through, on the query that ships, and draws every panel; CASES=yes lists the cases
	@$(RUN) -m proof $(if $(CASES),--cases)

# STACK is used only if given: mutants of alerts that can't wake anybody say little.
mutate: .venv/ready ## changes every alert, one setting at a time, and lists what no case notices: PRODUCT=, ALERT=, STACK=
	@$(RUN) -m proof.mutate $(NARROWED) $(if $(ALERT),--alert "$(ALERT)") $(if $(filter command% environment%,$(origin STACK)),--stack $(STACK))

# For production's rules unless STACK says otherwise: elsewhere nobody is woken. GAPS=yes: missing samples are an outage.
replay: .venv/ready ## DATA=folder: recorded series through the shipped rules: who is woken, how often; BASE=rev compares
	@$(RUN) -m proof.replay '$(or $(DATA),$(error DATA is missing: make replay DATA=folder, see docs/replay.md))' $(NARROWED) \
		--stack $(if $(filter file,$(origin STACK)),prod,$(STACK)) $(if $(filter file,$(origin BASE)),,--base "$(BASE)") $(if $(GAPS),--gaps)

fortnight: .venv/ready ## OUT=folder: two made-up weeks of every product, to try `make replay` on
	@$(RUN) -m proof.fortnight '$(or $(OUT),$(error OUT is missing: make fortnight OUT=folder))' $(NARROWED) \
		--stack $(if $(filter file,$(origin STACK)),prod,$(STACK))

# Before the tests, which would be silent for the minutes that a first build takes.
engine: .venv/ready ## finds Pulumi's engine, or builds it
	@$(RUN) -c 'from sandbox.engine import find_engine; print("engine:", find_engine())'

test: engine ## the tests
	@$(RUN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# Minutes to hours, so it isn't part of `check`: SEEDS=20 for fewer, ONLY="7 11" for those that failed.
torture: engine ## the sandbox under random faults, by seed: SEEDS=20, ONLY="7 11"
	@SEEDS=$(or $(SEEDS),200) $(RUN) tests/sandbox/torture.py $(ONLY)

check: .venv/ready ## what CI runs: formatting, lint, types, workflows (with Go), tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory lint-workflows
	@$(MAKE) --no-print-directory behaviour
	@$(MAKE) --no-print-directory test

lint-workflows: .venv/ready ## the workflows of GitHub Actions (with Go)
	@command -v go >/dev/null || { echo "make lint-workflows needs Go 1.25 or newer, and there is no go on PATH: actionlint is built from tools/lint/go.mod" >&2; exit 1; }
	@$(BIN)/zizmor --offline --quiet --strict-collection .github
	@cd tools/lint && go tool actionlint -shellcheck= -pyflakes= ../../.github/workflows/*.yml

bench: .venv/ready ## how long preview and plan take
	@$(RUN) -m review.bench

# For every Python from 3.11 on and every platform. Locked versions stay; delete the file first to get the newest.
lock: .venv/ready ## renews requirements.lock after a change to requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-package pulumi-sentry \
		--custom-compile-command "make lock" --output-file requirements.lock requirements.txt >/dev/null

# After a change to which classes of Datadog's and Grafana's SDKs are used, or of their versions.
typings: .venv/ready ## renews sdks/typings/, what mypy reads of the vendors' SDKs
	@$(RUN) sdks/typings.py

# pip compiles what it installs; without that the first import of Datadog's SDK takes 10 s and a gigabyte.
# Only what has a locked hash is installed; the one directory has none, and is built with what has just been checked.
.venv/ready: requirements.lock $(wildcard sdks/sentry/pulumi_sentry/*)
	@echo "Setting up .venv (once, about a minute) ..." >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock >&2
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-index --no-build-isolation ./sdks/sentry >&2
	@touch $@
