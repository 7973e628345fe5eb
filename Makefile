# The two commands: `make demo` plays the restart on embedded parts, `make test` runs every test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
unexport PYTHONDONTWRITEBYTECODE  # where it is set, each of the many processes would compile all of hervat anew

.PHONY: help demo test quick unit lint style types hooks house reference fuzz fuzz-atheris bench-cleaning bench-delivery bench-fleet bench-intake dist lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name told; do printf '  make %-16s %s\n' "$$name" "$$told"; done

demo: $(VENV)/runtime  ## play the restart of 2022 on embedded parts, in ./demo
	@$(BIN)/hervat demo --directory demo

test: $(VENV)/dev  ## every test, against real parts
	@bash tests/system_parts.sh
	@$(BIN)/python -m pytest

# What most changes break, in minutes: all units, erasure on SQLite and PostgreSQL, and whole nights of the made-up town.
QUICK := tests/unit tests/integration/register tests/integration/erasure/test_erasure_erase.py \
	tests/integration/erasure/test_erasure_restrict.py tests/end_to_end/test_contract.py
quick: $(VENV)/dev  ## the units, one database server and whole nights, in a few minutes
	@$(BIN)/python -m pytest -k "not mariadb" $(QUICK)

unit: $(VENV)/dev  ## the tests that need no server
	@HERVAT_TEST_QUICK=1 $(BIN)/python -m pytest -n 2 tests/unit  # a fifth of the made-up examples; they wait for nothing: a third process would only import all again

# The properties of tests/fuzz on other files each time, for as long as is said: make fuzz SECONDS=3600
SECONDS ?= 300
fuzz: $(VENV)/dev  ## the readers and settling on made-up files, for SECONDS=300
	@$(BIN)/python -m tests.fuzz $(SECONDS)

# The same property of the readers, led by coverage. atheris is no dependency: it is fetched for this command alone. Its own
# records grow by some 100 KB a file, hence the limit; reading alone stays flat.
fuzz-atheris: $(VENV)/dev  ## the readers alone, led by coverage
	@test -d $(VENV)/atheris || $(BIN)/uv pip install --quiet --python $(BIN)/python --target $(VENV)/atheris atheris==3.0.0
	@PYTHONPATH=$(VENV)/atheris:. $(BIN)/python -m tests.fuzz.atheris_reader -max_total_time=$(SECONDS) -rss_limit_mb=8192

# What hervat costs beside statements written by hand: a line a ratio, 0 only when every goal holds. Takes minutes.
bench-cleaning: $(VENV)/dev  ## what cleaning costs beside statements by hand
	@bash tests/system_parts.sh
	@$(BIN)/python -m benchmarks.cleaning

# Intake beside the floor (reading the file and loading its rows without a check), and SFTP beside OpenSSH's client.
bench-intake: $(VENV)/dev  ## what intake costs beside reading and loading alone
	@bash tests/system_parts.sh
	@$(BIN)/python -m benchmarks.intake; one=$$?; $(BIN)/python -m benchmarks.sftp && exit $$one

# What a delivery costs beside the least that it could cost: a line a ratio, 0 only when every goal holds.
bench-delivery: $(VENV)/dev  ## what a delivery costs beside the least it could
	@bash tests/system_parts.sh
	@$(BIN)/python -m benchmarks.delivery

# A whole country by `hervat run` and by the fleet: a line a ratio, 0 only when every goal holds. Takes half an hour.
bench-fleet: $(VENV)/dev  ## what a night of all gemeenten costs
	@bash tests/system_parts.sh
	@$(BIN)/python -m benchmarks.fleet

dist: $(VENV)/dev  ## the wheel, the source distribution and the lock, in ./dist
	@$(BIN)/python -m hatchling build -d dist
	@cp requirements/runtime.lock dist/

lint: style types  ## format, style, import contracts and types

style: $(VENV)/dev  ## format, style and import contracts: seconds
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types: $(VENV)/dev  ## types
	$(BIN)/mypy

# The virtual environment comes from the lock, hashes checked; bytecode is compiled, for importing costs seconds without.
$(VENV)/uv: requirements/uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "hervat needs Python 3.11 or newer")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.lock
	@touch $@

$(VENV)/runtime: requirements/runtime.lock pyproject.toml | $(VENV)/uv
	@test -e $(VENV)/dev || { echo "setting up the virtual environment ..."; \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements/runtime.lock && \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable . ; }
	@touch $@

$(VENV)/dev: requirements/dev.lock pyproject.toml | $(VENV)/uv
	@echo "setting up the virtual environment ..."
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --compile-bytecode -r requirements/dev.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# Resolve anew from the *.in files: exact versions and hashes, no address of a registry.
lock: $(VENV)/uv  ## resolve the dependencies anew
	cd requirements && for name in uv runtime dev; do \
	../$(BIN)/uv pip compile --quiet --generate-hashes --universal --python-version 3.11 --no-emit-index-url --no-header \
	$$name.in --output-file $$name.lock; done

hooks: $(VENV)/dev  ## the linters before each commit
	@$(BIN)/pre-commit install --hook-type pre-commit --hook-type pre-push

house: $(VENV)/dev  ## draw the house anew in docs/architecture.md
	@$(BIN)/python -m tests.support.house

reference: $(VENV)/dev  ## write docs/reference anew
	@$(BIN)/python -m tests.support.reference

clean:  ## take the virtual environment and the demo away
	rm -rf $(VENV) demo
