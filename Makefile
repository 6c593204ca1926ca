.DEFAULT_GOAL := help
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# Compiled files are kept: without them every program would start a second later.
export PYTHONDONTWRITEBYTECODE :=
UV := $(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt

# GOLDENROD_DATA may say where the labelled sets are.
DATA ?= $(or $(GOLDENROD_DATA),../shared/data)

.PHONY: help demo bench test test-real check format airflow serve clean sequences

help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: $(VENV)/.run  ## Watch customers flow through four sandbox systems (ONCE=1: end after printing)
	$(BIN)/goldenrod demo $(if $(ONCE),--once)

test: $(VENV)/.test  ## Run the fast tests: nothing but loopback, under three minutes (COVER=1: and measure coverage)
	$(BIN)/pytest -n 3 --dist worksteal $(if $(COVER),--cov --cov-report=) $(ARGS)
ifdef COVER
	$(BIN)/coverage report --skip-covered --fail-under=100 --include='hub/*,mapping/*,matching/*,golden/*'
	$(BIN)/coverage report --skip-covered --fail-under=90
endif

sequences: $(VENV)/.test  ## Live through thousands of random sequences on both databases (N=2000)
	GOLDENROD_SEQUENCES=$(or $(N),2000) $(BIN)/pytest -n 2 tests/acts/test_machine.py $(ARGS)

test-real: $(VENV)/.test  ## Run the round trip against real software; it names what is missing
	$(BIN)/pytest -n 0 tests/real $(ARGS)

check: $(VENV)/.test  ## Lint, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test  ## Let ruff format the code and mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

airflow: $(VENV)/.run  ## Start Airflow standalone on this project against the sandbox
	$(BIN)/python -m orchestration.standalone

bench: $(VENV)/.bench  ## Measure matching beside its peers, and the hub at size (QUICK=1: small; NAMES="accuracy speed ..."; DATA=the labelled sets)
	$(BIN)/python -m benchmarks $(NAMES) --data $(DATA) $(if $(QUICK),--quick) $(ARGS)

clean:  ## Remove what was made, but not the environment
	rm -rf .goldenrod .airflow .bench .coverage* .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Two stamps: a demo needs no test tools. Setting up again costs nothing while the pins stay.
$(VENV)/.uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt uv
	touch $@

$(VENV)/.run: $(VENV)/.uv pyproject.toml constraints.txt
	$(UV) --editable .
	touch $@

$(VENV)/.test: $(VENV)/.uv pyproject.toml constraints.txt
	$(UV) --editable '.[test,check]'
	touch $@ $(VENV)/.run

$(VENV)/.bench: $(VENV)/.test
	$(UV) --editable '.[test,check,bench]'
	touch $@
