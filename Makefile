# The two commands of the README are `make demo` and `make test`; `make check` runs before each commit.
PYTHON ?= python3
BIN := .venv/bin
CPUS := 2
# The other tests talk to switches, servers and browsers, and wait for them a part of the time: two processes more keep both processors at work.
WAITING := 4
# The rooms that only compute, as in tests/conftest.py.
PURE := $(addprefix tests/,correlate model packets parse platforms report topology)
QUICK := $(PURE) $(addprefix tests/,base captures cli events inventory notify) tests/test_architecture.py tests/test_docs.py
# An empty value lets Python keep what it has compiled, whatever the environment says: the second run of the tests collects them in half the time.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check soak lock clean

demo: .venv/.installed
	$(BIN)/switchcorr demo --out switchcorr-demo

# Lint, types, import contracts, all tests with the browser, documentation checks, wheel check. The rooms that only compute are
# measured by their quick tests: every line and branch has one. Measuring the others would cost minutes and count what a process of its own does as missing.
test: .venv/.tested
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy -n $(CPUS)
	$(BIN)/mypy -n $(CPUS) tests
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(CPUS) -m "pure and not soak" --cov --cov-report=term:skip-covered --cov-fail-under=100 $(PURE)
	$(BIN)/pytest -n $(WAITING) --dist worksteal -m "not pure and not soak"

# What is quick of the rooms whose tests need no server: a minute and a half before each commit.
check: .venv/.tested
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy -n $(CPUS)
	$(BIN)/lint-imports
	$(BIN)/pytest -n $(CPUS) -q -m "not browser and not shared and not slow and not soak" $(QUICK)

# Hundreds of kills, fuzzing, long property runs.
soak: .venv/.tested
	$(BIN)/pytest -n $(CPUS) -m soak

.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/.tested: .venv/.installed requirements-test.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements-test.lock
	touch $@

# After a change of the dependencies in pyproject.toml: newest versions that fit, with hashes and without any index address.
lock: .venv/.tested
	$(BIN)/uv pip compile -q --no-header --no-annotate --no-emit-index-url --no-strip-extras --generate-hashes --upgrade --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --no-header --no-annotate --no-emit-index-url --no-strip-extras --generate-hashes --upgrade --extra build --extra test pyproject.toml -o requirements-test.lock

clean:
	rm -rf .venv switchcorr-demo dist .pytest_cache .mypy_cache .ruff_cache
