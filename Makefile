# Every target makes the environment it needs; once that exists, this takes a moment.
#
#   make run ARGS="--preset spiral"     the window
#   make test ARGS="-k optimizers"      the tests
#   make check                          lint, format and types
#   make wheel                          the installable package, in dist/
#   make bench                          the measurements
#   make diagnose                       how often the warnings are right, and what the cures mend
#
# PYTHON names another interpreter, VENV another place for the environment.

PYTHON ?=
VENV ?= .venv
ARGS ?=

ifeq ($(OS),Windows_NT)
PY := $(VENV)/Scripts/python.exe
else
PY := $(VENV)/bin/python
endif

.PHONY: run test check wheel bench diagnose setup
.DEFAULT_GOAL := run

run: setup
	@$(PY) main.py $(ARGS)

test: export QT_QPA_PLATFORM = offscreen
test: setup
	@$(PY) -m pytest -n 2 --dist worksteal $(ARGS)

check: setup
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy

wheel: setup
	@$(PY) -m hatchling build -t wheel

bench: EXTRA = bench
bench: setup
	@$(PY) -m tests.benchmarks $(ARGS)

diagnose: setup
	@$(PY) -m tests.diagnosis $(or $(ARGS),--cures)

setup:
	@sh tools/setup.sh "$(VENV)" "$(PYTHON)" $(EXTRA)
