# Each target does all its own set-up; a second call of any starts at once.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: help run test fast lint format bench shots lock
BIN := .venv/bin

help: ## Show this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: ## Start the portal with a demonstration company on 127.0.0.1:8000
	@.ci/setup run
	@exec $(BIN)/portal up --demo

test: ## Check everything, as the build machine does
	@.ci/setup test
	@exec .ci/test

fast: ## Only the tests that need no server, browser or office suite
	@.ci/setup test
	@exec .ci/test fast

lint: ## Format, lint, import contracts and types, without tests
	@.ci/setup test
	@exec .ci/test lint

format: ## Format the code and mend what can be mended
	@.ci/setup test
	@$(BIN)/ruff check --fix --exit-zero --quiet . && $(BIN)/ruff format .

bench: ## Measure the real thing; the figures are printed as tables
	@.ci/setup bench
	@bad=0; for each in $$(grep -l '__name__ == "__main__"' benchmarks/*.py); do \
	  echo "── $$each"; $(BIN)/python -m "benchmarks.$$(basename "$$each" .py)" || bad=1; done; exit $$bad

shots: ## Take pictures of the pages into var/shots
	@.ci/setup test
	@$(BIN)/python -m tests.browser.shots var/shots

lock: ## Write requirements/*.txt anew after a change of pyproject.toml
	@.ci/lock
