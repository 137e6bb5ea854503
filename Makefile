# The project's commands, each by one name. What they do is in scripts/, where it can be read and run on its own.

.DEFAULT_GOAL := help
.PHONY: help setup demo test check-all study faults bench bench-peers soak lint images lock clean

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## make .venv from requirements.lock and install what the system has to bring
	@scripts/setup.sh

demo: ## grade the examples of three assignments and certify one, from a bare machine on
	@scripts/demo.sh

test: ## what CI runs: lint, types, tests, attacks, faults, with the time per part
	@scripts/test.sh test

check-all: ## everything there is to check
	@scripts/test.sh all

study: ## many seeds and mutants
	@scripts/test.sh study

faults: setup ## grade a crowd of 1,000 while workers, Redis and Docker are killed
	@scripts/setup.sh --tests
	@scripts/docker.sh
	@scripts/base-image.sh
	@.venv/bin/grader images build python-core python-ml
	@.venv/bin/python tests/faults/faults.py

bench: setup ## measure ours beside the limits, in one run (OPTIONS=--profile: and where the time goes)
	@scripts/docker.sh
	@scripts/base-image.sh
	@.venv/bin/grader images build python-core python-ml
	@.venv/bin/python tests/bench/bench.py $(OPTIONS)

soak: setup ## grade 10,000 through cells: nothing may grow, be lost or be left
	@scripts/setup.sh --tests
	@scripts/docker.sh
	@scripts/base-image.sh
	@.venv/bin/grader images build python-core python-ml
	@.venv/bin/python tests/bench/soak.py

bench-peers: setup ## the same, beside otter, nbgrader and gradescope-utils too
	@scripts/docker.sh
	@scripts/base-image.sh
	@.venv/bin/grader images build python-core python-ml
	@.venv/bin/python tests/bench/bench.py --peers $(OPTIONS)

lint: setup ## ruff and mypy only
	@.venv/bin/ruff check
	@.venv/bin/ruff format --check
	@.venv/bin/mypy

images: setup ## build the light image families (FAMILIES=--all: every one; or names)
	@scripts/docker.sh
	@scripts/base-image.sh
	@.venv/bin/grader images build $(FAMILIES)

lock: setup ## pin what pyproject.toml and the images ask for (UPGRADE=--upgrade: the newest of it)
	@scripts/lock.sh $(UPGRADE)

clean: ## remove what was made here; images and the engine stay
	@rm -rf .venv .build build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
