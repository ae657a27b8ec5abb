# Each target makes what it needs first. Needed beforehand: Python 3.11+, make.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
WORKERS ?= 2

python := .venv/bin/python
install := $(python) -m pip install -q --no-deps --require-hashes --only-binary :all: -r
catalogues := $(patsubst %.po,%.mo,$(wildcard portal/translations/*/LC_MESSAGES/*.po))
lock := uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 pyproject.toml

# two makes at once: the second finds the stamp when its turn comes
once = flock Makefile sh -ec 'if [ ! $@ -nt $< ]; then eval "$$1"; fi' once

.PHONY: run test fuzz check bench soak lock chromium
.DELETE_ON_ERROR:

# setpriv: when make is killed, the kernel tells us
run: .venv/run.stamp $(catalogues)
	@exec setpriv --pdeathsig TERM $(python) -m portal.run --host $(HOST) --port $(PORT)

# WORKERS=0 for one process, ARGS="tests/rules -k wareki" for some of it
test: .venv/dev.stamp $(catalogues) chromium
	$(python) -m pytest -n $(WORKERS) $(ARGS)

# spoilt ledgers at random: make fuzz ARGS="20000 4711" (how many, from which seed on)
fuzz: .venv/dev.stamp
	$(python) -m tests.fuzz $(ARGS)

# the law weakened row by row, ten thousand interleavings, the hot statements: minutes
test-walls: .venv/dev.stamp $(catalogues)
	$(python) -m tests.walls $(WORKERS)
	$(python) -m pytest -q -s tests/access/test_hot.py tests/access/test_leaks.py tests/access/test_traces.py

check: .venv/dev.stamp
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	$(python) -m mypy
	$(python) -m djlint --lint --quiet templates

bench: .venv/dev.stamp $(catalogues)
	$(python) -m bench $(ARGS)

# SEED=… MOMENTS=… RECORDS=… VICTIMS=worker,backend
soak: .venv/dev.stamp $(catalogues)
	$(python) -m tests.soak $(ARGS)

lock:
	@command -v uv >/dev/null || { echo 'make lock needs uv'; exit 1; }
	$(lock) -o requirements.lock
	$(lock) --group dev -c requirements.lock -o requirements-dev.lock

# --clear, for packages dropped from the lock would stay
.venv/run.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python3'; exit 1; }
	@$(once) 'echo "Installing (once, about 20 seconds) …"; $(PYTHON) -m venv --clear .venv >/dev/null \
	  || { rm -rf .venv; echo "This Python cannot make virtual environments: apt-get install python3-venv"; exit 1; }; \
	  $(install) $<; touch $@'

# on top of the run packages, so that `make test` does not pull the floor from under a `make run`
.venv/dev.stamp: requirements-dev.lock .venv/run.stamp
	@$(once) 'echo "Installing the tools of the tests …"; $(install) $<; touch $@'

%.mo: %.po | .venv/run.stamp
	$(python) -m babel.messages.frontend compile -i $< -o $@

apt := apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-noto-cjk
chromium:
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then $(apt); \
	  else echo 'The browser tests need Chromium: sudo apt-get install chromium fonts-noto-cjk'; exit 1; fi; }
