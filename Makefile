# The two commands the README needs are `make demo` and `make test`; each does all its own set-up.
# The set-up: a .venv with the locked packages (requirements/*.txt, pinned with hashes).

VENV := .venv
BIN := $(VENV)/bin

# Where it is set, every process that the tests start would compile the whole package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint types tests accuracy accuracy-check torture fuzz bench lock clean

help:            ## Show this list
	@sed -n 's/^\([a-z]*\): .*## /  make \1	/p' $(MAKEFILE_LIST)

demo: $(VENV)/.demo          ## Watch real mail become a programme page, on this machine alone
	@$(BIN)/callboard demo

test: $(VENV)/.dev lint types tests accuracy-check  ## Everything CI checks

lint: $(VENV)/.dev           ## ruff: style and likely mistakes
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev          ## mypy --strict
	$(BIN)/mypy

tests: $(VENV)/.dev .make/packages ## pytest, with real servers and a real browser
	NODE_PATH="$(CURDIR)/.make/npm/node_modules" PATH="$$PATH:$(CURDIR)/.make/npm/bin" $(BIN)/pytest -n 3 --dist worksteal -rs

accuracy: $(VENV)/.dev       ## How well the reader reads, against labelled mail; writes docs/accuracy.md
	$(BIN)/python benchmarks/accuracy.py --write

accuracy-check: $(VENV)/.dev # the same, writes nothing: fails when a figure fell or docs/accuracy.md is old
	$(BIN)/python benchmarks/accuracy.py --check

torture: $(VENV)/.dev .make/packages ## Kill the worker 1,000 times, spoil its lines 600 times, count what is lost; writes docs/reliability.md
	$(BIN)/python tests/torture/torture.py --write $(TORTURE)

fuzz: $(VENV)/.dev           ## Feed the reader five minutes of mails that nobody wrote; keeps what it fails at in .fuzz
	$(BIN)/python tests/fuzz/fuzz.py $(FUZZ)

bench: $(VENV)/.dev .make/packages ## Messages per second: reading alone, and through a real Dovecot; CPU and memory
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/intake.py

LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --quiet pyproject.toml requirements/build.in

lock:            ## Write requirements/*.txt anew from pyproject.toml (needs uv)
	$(LOCK) --extra postgres --extra fleet --extra metrics --extra xlsx -o requirements/run.txt
	$(LOCK) --extra demo -o requirements/demo.txt
	$(LOCK) --extra dev -o requirements/dev.txt

clean:           ## Remove what make has made
	rm -rf $(VENV) .make dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.demo: requirements/demo.txt pyproject.toml
	@.ci/prepare python $(VENV)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/demo.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml
	@.ci/prepare python $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.demo

.make/packages: .ci/prepare
	@.ci/prepare packages
	@.ci/prepare checkers .make/npm
	@mkdir -p .make && touch $@
