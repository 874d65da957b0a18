# Every target works from a clean clone: it sets up what it needs first (scripts/setup.sh).
#
#   make dub                                   dub the example, English to Portuguese
#   make dub VIDEO=talk.mp4 TO=pt FROM=en      dub a video of yours; ARGS="..." passes more options
#   make dub-google-demo                       the same through Google's clients, without an account
#   make serve                                 studio, API and worker on http://127.0.0.1:8000
#   make test | check | bench | eval | docs    what CONTRIBUTING.md describes

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin

EXAMPLE := examples/two_voices.mp4
VIDEO := $(EXAMPLE)
TO := pt
FROM := $(if $(filter $(EXAMPLE),$(VIDEO)),en)
OUTPUT := ./dubbed
ARGS :=

# Two workers, one file each: the engines share the cores, and a file's tests share its engines.
TESTS := -n 2 --dist loadfile

# Code blocks in documents are laid out by hand.
CODE := --exclude '*.md' hatch_build.py src tests scripts bench examples

# File names reach the shell through the environment, so that blanks and quotes in them survive.
export VIDEO TO FROM OUTPUT

.PHONY: help
help:
	@sed -n 's/^# \{0,1\}//; 1,7p' Makefile

.PHONY: setup setup-dev
setup:
	@scripts/setup.sh
setup-dev:
	@scripts/setup.sh dev

.PHONY: dub
dub: setup
	@$(BIN)/dubwright dub "$$VIDEO" --to "$$TO" $${FROM:+--from "$$FROM"} --output "$$OUTPUT" $(ARGS)

# The Google path without an account: doubles on this machine answer through the local engines.
.PHONY: dub-google-demo
dub-google-demo: setup-dev # the clients of Google are among its packages
	@$(BIN)/python -m dubwright.testing.google demo "$$VIDEO" --to "$$TO" $${FROM:+--from "$$FROM"} --output "$$OUTPUT-google" $(ARGS)

.PHONY: serve
serve:
	@scripts/setup.sh serve
	@exec $(BIN)/dubwright serve $(ARGS)

# Builds the studio, if its sources changed.
.PHONY: web
web:
	@scripts/setup.sh web

.PHONY: test
test: setup-dev
	@$(BIN)/pytest $(TESTS) $(ARGS)

.PHONY: check
check: setup-dev
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	cd web && PATH="$(CURDIR)/$(BIN):$$PATH" npm run --silent check
	$(BIN)/pytest -q tests/docs

.PHONY: format
format: setup-dev
	$(BIN)/ruff format $(CODE)
	$(BIN)/ruff check --fix .

# Both write their tables into docs/measured/, from where `make docs` copies them into the pages.
.PHONY: bench eval
bench: setup-dev
	@$(BIN)/python bench/run.py $(ARGS)
eval: setup-dev
	@$(BIN)/python bench/evaluate.py $(ARGS)

# Brings the generated parts of README.md and docs/ up to date; the tests fail when they are not.
.PHONY: docs
docs: setup
	@$(BIN)/python scripts/write_docs.py

# The pictures of docs/tour.md, taken in a real browser.
.PHONY: tour
tour: setup-dev
	@$(BIN)/python scripts/take_tour.py

.PHONY: example
example: # Builds the example video again; CLIPS is the folder with the recordings.
	@examples/make_example.sh "$(CLIPS)"

.PHONY: lock
lock:
	@scripts/lock.sh

.PHONY: clean
clean:
	rm -rf .venv build dist dubbed web/dist web/node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
