# Every target creates .venv and installs what it needs, once; Python 3.11 or newer is enough.
#   make PYTHON=python3.12 demo      another interpreter
#   make test ARGS=tests/unit/spec   a part of the suite
#   make test SLOW=1                 the slow tests too
#   make test JOBS=0                 all in one process, as a debugger wants it

PYTHON ?= python3
ARGS ?=
SLOW ?=
JOBS ?= auto

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --quiet \
	--log $(VENV)/install.log -c constraints.txt
# One process for each core; whole files stay together, as they share what is slow to set up.
PYTEST := $(BIN)/python -m pytest -n $(JOBS) --dist loadfile
# The references that the zoo is compared with stay out of the environment of development.
PARITY := .venv-parity
# pyright would ask a registry whether there is a newer one.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo fuzz parity test test-slow test-all test-gpu check format lint types imports install clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed-all ## search for a video network on clips made here, then report and export
	@$(BIN)/python runners/demo.py $(ARGS)

test: $(VENV)/.installed-dev ## fast tests and doctests; SLOW=1 for all, ARGS=path for some
	$(PYTEST) $(if $(filter 1,$(SLOW)),,-m "not slow") $(ARGS)

test-slow: $(VENV)/.installed-dev ## only the slow tests
	$(PYTEST) -m slow $(ARGS)

test-all: $(VENV)/.installed-dev ## all tests
	$(PYTEST) $(ARGS)

test-gpu: $(VENV)/.installed-dev ## only the tests that need a CUDA device
	$(BIN)/python -m pytest -m gpu $(ARGS)

fuzz: $(VENV)/.installed-dev ## break files in 100,000 ways; ARGS="--cases 5000 --seed 7"
	$(BIN)/python -m tests.fuzz $(ARGS)

parity: $(PARITY)/.installed ## compare the zoo with other libraries on copied weights, in .venv-parity; minutes
	$(PARITY)/bin/python -m pytest $(if $(ARGS),$(ARGS),tests/parity)

check: lint types imports test ## all that a change must pass: format, lint, types, imports, fast tests

format: $(VENV)/.installed-dev ## format the code and mend what the linter can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lint: $(VENV)/.installed-dev ## check format and lint
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(VENV)/.installed-dev ## check types
	$(BIN)/pyright

imports: $(VENV)/.installed-dev ## check that each layer imports only what lies below it
	$(BIN)/lint-imports

install: $(VENV)/.installed-dev ## create .venv with everything for development

clean: ## remove both environments and caches; runs and data stay
	rm -rf $(VENV) $(PARITY) .pytest_cache .ruff_cache .hypothesis .import_linter_cache build *.egg-info

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "nasvid needs Python 3.11 or newer; $(PYTHON) is not. Use make PYTHON=python3.11 ..." >&2; \
		exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed-all: pyproject.toml constraints.txt | $(VENV)/pyvenv.cfg
	@echo "Installing nasvid into $(VENV), a few minutes the first time (log: $(VENV)/install.log)."
	@$(PIP_INSTALL) -e '.[all]'
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/pyvenv.cfg
	@echo "Installing nasvid and its tools into $(VENV), a few minutes the first time" \
		"(log: $(VENV)/install.log)."
	@$(PIP_INSTALL) -e '.[dev]'
	@touch $(VENV)/.installed-all $@

# References come without what they ask for, such as decoders that nothing here needs.
$(PARITY)/.installed: tests/parity/requirements.txt pyproject.toml constraints.txt
	@echo "Installing nasvid and the references into $(PARITY), a few minutes the first time" \
		"(log: $(PARITY)/install.log)."
	@test -d $(PARITY) || $(PYTHON) -m venv $(PARITY)
	@$(PARITY)/bin/python -m pip install --disable-pip-version-check --quiet --log $(PARITY)/install.log \
		-c constraints.txt -e . pytest hypothesis
	@$(PARITY)/bin/python -m pip install --disable-pip-version-check --quiet --log $(PARITY)/install.log \
		--no-deps -r tests/parity/requirements.txt
	@touch $@
