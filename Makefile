# Everything is run from here; `make help` lists what there is. Needs Python 3.11 or newer and make, nothing else.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test soak lint bench serve system clean

PYTHON ?=
PORT ?= 8000
JOBS ?= 3
SHARE ?= 1
SEED ?= 20261121
PYTEST_ARGS ?=

BIN := .venv/bin
CORE := .venv/.core-ready
DEV := .venv/.dev-ready

help: ## list the targets
	@echo 'make …'
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  \1|\2/p' Makefile | while IFS='|' read -r name text; do \
	  printf '%-8s %s\n' "$$name" "$$text"; done

demo: $(CORE) ## harvest a small municipal web on this machine and show what was announced
	$(BIN)/otchet demo

test: $(DEV) ## the tests, under ten minutes; adds missing system packages unless OTCHET_NO_APT=1
	@sh scripts/system.sh
	$(BIN)/pytest -m 'not long' -n $(JOBS) --dist loadfile $(PYTEST_ARGS)

soak: $(DEV) ## the long tests; SHARE=0.2 runs a fifth of each, SEED=… another draw
	@echo "soak: SHARE=$(SHARE) SEED=$(SEED)"
	@OTCHET_SOAK_SHARE=$(SHARE) OTCHET_SOAK_SEED=$(SEED) $(BIN)/pytest -m long $(PYTEST_ARGS) || { \
	  code=$$?; [ $$code -eq 5 ] || exit $$code; echo 'soak: no long tests were found'; }

lint: $(DEV) ## ruff, mypy --strict, import layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(DEV) ## the timings of tests/benchmarks, kept in build/bench.txt
	@sh scripts/bench.sh

serve: $(CORE) ## the search page on PORT (8000)
	$(BIN)/otchet serve --port $(PORT)

system: ## try (again) to add the system packages that some tests need
	@sh scripts/system.sh again

clean: ## remove what make made: .venv, caches, builds; never otchet-data
	rm -rf .venv .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps keep a second call from setting up again; a changed lock or project file syncs anew.
ifneq ($(PYTHON),)
TELL := -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
ifneq ($(shell $(PYTHON) $(TELL)),$(shell $(BIN)/python $(TELL)))
$(CORE) $(DEV): other-python
endif
endif
.PHONY: other-python
other-python:

$(CORE): pyproject.toml uv.lock scripts/setup.sh
	@PYTHON='$(PYTHON)' sh scripts/setup.sh core

$(DEV): pyproject.toml uv.lock scripts/setup.sh
	@PYTHON='$(PYTHON)' sh scripts/setup.sh dev
