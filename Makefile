# Every command sets itself up: a machine with Python 3.11 or later and make is enough. `make` alone prints this list.
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-system soak check bench validate docs serve clean
unexport PYTHONPATH PYTHONHOME
export PYTHONNOUSERSITE := 1
PYTHON_VENV := .venv/bin/python

# print this list
help:
	@awk '/^# /{ text = substr($$0, 3); next } /^[a-z-]+:/{ split($$0, part, ":"); printf "make %-12s %s\n", part[1], text }' Makefile

# install what dure and its checks need into .venv, from the hashed locks
setup:
	@sh scripts/setup.sh dev

# a month of a nation's accelerators in a minute, ends with demo/index.html (TRACE=FILE plays your own trace)
demo:
	@sh scripts/setup.sh run
	@.venv/bin/dure demo $(if $(TRACE),--trace "$(TRACE)")

# the default tests: at most 4 minutes, says first what it skips and why
test: setup
	@$(PYTHON_VENV) -m pytest

# the tests that need a real component or more than 5 seconds each: at most 10 minutes
test-system: setup
	@$(PYTHON_VENV) -m pytest -m system

# the tests that take hours
soak: setup
	@$(PYTHON_VENV) -m pytest -m soak

# lint, format, types, import floors and house rules, in seconds
check: setup
	@$(PYTHON_VENV) -m ruff check
	@$(PYTHON_VENV) -m ruff format --check
	@$(PYTHON_VENV) -m mypy
	@.venv/bin/lint-imports
	@$(PYTHON_VENV) -m pytest -q tests/test_house_rules.py tests/test_import_floors.py

# jobs per CPU-second of the kernel and of whole runs on this machine
bench: setup
	@$(PYTHON_VENV) benchmarks/run.py

# every known answer beside ours: published, ours, error, tolerance, source
validate:
	@sh scripts/setup.sh run
	@.venv/bin/dure validate

# write again what is generated in docs/: commands, scenario keys, the picture of the README
docs:
	@sh scripts/setup.sh run
	@$(PYTHON_VENV) scripts/docs.py

# a programme as a service on this machine, in dure-data; docs/QUICKSTART.md goes on from here
serve:
	@sh scripts/setup.sh run
	@.venv/bin/dure serve

# remove what checks and the demo leave behind; keeps .venv and your run folders
clean:
	@rm -rf build dist demo .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
	@find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
