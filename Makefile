# Every command of this repository. `make` alone prints them.
#
# The first command that needs it sets everything up: uv goes into .boot, Python packages into .venv, both from hashes in
# this repository. Nothing is installed outside this folder. Debian's own Python is enough; it needs pip, not venv.

PYTHON ?= python3
UV     := .boot/bin/uv
PY     := .venv/bin/python
READY  := .venv/.ready
COMPILE_LOCK := --quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
export NO_MKDOCS_2_WARNING := 1
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

## Use it

.PHONY: demo
demo: compiled ## scan the two example APIs, one of them running, and write every report into build/demo
	@$(PY) -m tools.demo

.PHONY: setup
setup: compiled ## set up .venv, and nothing more

## Work on it

.PHONY: test
test: compiled ## run the tests (some of them: make test args="tests/house -k budget")
	@.venv/bin/pytest $(args)

.PHONY: check
check: style types layers docs ## run every check but the tests (all of them, whatever fails: make -k check)

.PHONY: style
style: compiled
	@.venv/bin/ruff check --quiet .
	@.venv/bin/ruff format --check --quiet . || { echo "mend: make fix"; exit 1; }

.PHONY: types
types: compiled
	@.venv/bin/mypy

.PHONY: layers
layers: compiled
	@.venv/bin/lint-imports --no-cache --no-logo

.PHONY: fix
fix: compiled ## format the code, and mend what ruff can mend
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format .

.PHONY: snap
snap: compiled ## write the snapshots anew: the registry, and what reports look like
	@$(PY) -m tools.compact
	@$(PY) -m tools.registry > tests/house/registry.txt.new && mv tests/house/registry.txt.new tests/house/registry.txt
	@.venv/bin/pytest --snapshot-update
	@git --no-pager diff --stat -- tests

# Not --quiet: mkdocs would then count no warning, and --strict would let everything pass.
.PHONY: docs
docs: compiled ## build the documentation site into build/site
	@said=$$(.venv/bin/mkdocs build --strict --site-dir build/site 2>&1) || { echo "$$said"; exit 1; }
	@echo "documentation: build/site/index.html"

.PHONY: bench
bench: compiled ## measure speed, as ratios to parsing alone
	@$(PY) -m benchmarks $(args)

.PHONY: bench-peers
bench-peers: compiled ## measure other tools on the same files (where they are: ../peers): make bench-peers args=../corpus/netbox
	@$(PY) -m benchmarks.peers $(args)

.PHONY: bench-live
bench-live: compiled ## measure live scans of 100 operations at 0, 50 and 150 ms, beside Schemathesis and wapiti (where they are: ../peers)
	@$(PY) -m benchmarks.live $(args)

.PHONY: bench-pack
bench-pack: compiled ## measure a pack of 10,000 findings over a year, and its verification
	@PYTHONPATH=verify/src $(PY) -m benchmarks.pack $(args)

.PHONY: accuracy
accuracy: compiled ## scan projects with known endpoints (folder: ASSAY_CORPUS), and write docs/accuracy.md
	@$(PY) -m tools.accuracy $(args)

## Add to it

.PHONY: rule
rule: compiled ## make the skeleton of a rule: make rule id=AP012 room=authn name=token-in-url
	@$(PY) -m tools.skeleton rule "$(id)" "$(room)" "$(name)"

.PHONY: framework
framework: compiled ## make the skeleton of a web framework: make framework name=litestar language=python
	@$(PY) -m tools.skeleton framework "$(name)" "$(language)"

## Look after it

.PHONY: lock
lock: $(UV) ## resolve the newest versions anew into requirements.lock, runtime.lock (no dev tools) and tools/boot.lock
	@echo uv | $(UV) pip compile - $(COMPILE_LOCK) --upgrade --output-file tools/boot.lock
	@$(UV) pip compile pyproject.toml --all-extras --group dev $(COMPILE_LOCK) --upgrade --output-file requirements.lock
	@$(UV) pip compile pyproject.toml --group build $(COMPILE_LOCK) --constraint requirements.lock --output-file runtime.lock

.PHONY: changelog
changelog: compiled ## fold the fragments of changelog.d into CHANGELOG.md, for a release
	@$(PY) -m tools.changelog

.PHONY: clean
clean: ## remove what was built and cached, but neither .boot nor .venv
	@rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## print this
	@awk -F ':.*## ' '/^## /{printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' Makefile

# The bootstrap

$(UV): tools/boot.lock
	@$(PYTHON) -c 'import sys; sys.exit("mend: make PYTHON=python3.11 ...; Assay needs Python 3.11 or newer" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m pip --version > /dev/null || { echo "mend: $(PYTHON) has no pip; on Debian: apt-get install python3-pip"; exit 1; }
	@rm -rf .boot
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action ignore --require-hashes --target .boot --requirement tools/boot.lock
	@touch $@

# An environment that exists is taken over: sync removes what the lock does not name and adds what is missing. One whose
# Python is gone or too old is made anew.
$(READY): requirements.lock pyproject.toml $(UV)
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || $(UV) venv --quiet --clear --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --python $(PY) --require-hashes --compile-bytecode requirements.lock
	@$(UV) pip install --quiet --python $(PY) --no-deps --no-build-isolation --editable . --editable ./verify
	@touch $@

# Our own byte code is written even where PYTHONDONTWRITEBYTECODE is set; it takes 50 ms when nothing changed.
.PHONY: compiled
compiled: $(READY)
	@$(PY) -m compileall -q src
