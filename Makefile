# The commands of a newcomer. `make demo` and `make test` need Python >= 3.11, make and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATE ?=
PORT ?= 8000
CHILDREN ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

.PHONY: install demo serve test test-all lint bench mutate servers lock clean

$(VENV)/.run: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	touch $@

install: $(VENV)/.run

demo: $(VENV)/.run
	CONSORTIUM_HOME=var/demo $(BIN)/consortium demo $(if $(DATE),--date $(DATE))

serve: $(VENV)/.run
	@test -f var/demo/accounts.csv || $(MAKE) --no-print-directory demo
	CONSORTIUM_HOME=var/demo $(BIN)/consortium serve --all-in-one --port $(PORT)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

servers:
	sh tests/servers.sh

test: lint servers
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

test-all: lint servers
	CONSORTIUM_CHECKS=whole $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

bench: $(VENV)/.dev
	$(BIN)/python -m tests.bench

mutate: $(VENV)/.dev
	rm -rf mutants
	$(BIN)/mutmut run --max-children $(CHILDREN)
	$(BIN)/mutmut results --all true | $(BIN)/python -m tests.mutation

lock:
	uv pip compile pyproject.toml --extra build --python-version 3.11 --generate-hashes --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --extra build --extra dev --python-version 3.11 --generate-hashes --no-header -q -o requirements-dev.lock

clean:
	rm -rf $(VENV) var build mutants *.egg-info
