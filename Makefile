.DEFAULT_GOAL := help
.PHONY: help run test screens faults bench vendor clean
PYTHON ?= python3 python3.13 python3.12 python3.11

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' Makefile

run: .venv/ready-to-run ## Start everything on http://localhost:8000 (PORT=... for another); Ctrl-C stops it
	@exec .venv/bin/python manage.py up

test: .venv/ready-to-test ## Format, lint, types, contracts, checks, then every test; says how long each took
	@exec .venv/bin/python -m tests

screens: .venv/ready-to-test ## Pictures of every page by role, theme and width in var/screens/, from the demo; some minutes
	@exec .venv/bin/python -m tests.screens

faults: .venv/ready-to-test ## Kill, cut and fill up everything while 20,000 effects fall due; writes docs/faults.md, half an hour at most
	@exec .venv/bin/python -m tests.faults --document docs/faults.md

bench: .venv/ready-to-test ## Sweep 100,000 overdue steps and time a submit to its reviewer; writes docs/bench.md
	@exec .venv/bin/python -m bench --document docs/bench.md

vendor: .venv/ready-to-run ## Fetch the vendored fonts, icons and charts anew, through npm; running the product needs none of it
	@.venv/bin/python static/vendor/refresh.py

clean: ## Remove the virtual environment and caches; the data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# --- the virtual environment, made from the locked files ---

.venv/ready-to-run: requirements.txt
	@$(make_environment); $(call install,requirements.txt); touch $@

.venv/ready-to-test: requirements-dev.txt
	@$(make_environment); $(call install,requirements-dev.txt); touch $@ .venv/ready-to-run; \
	pwd > "$$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/dealdesk.pth"

define make_environment
set -e; say() { echo "Deal Desk cannot start: $$*" >&2; exit 1; }; \
( : > .writable ) 2>/dev/null && rm .writable || say "this folder cannot be written: $$(pwd)"; \
if ! .venv/bin/python -c '' 2>/dev/null; then \
  for python in $(PYTHON) none; do \
    if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then break; fi; \
  done; \
  [ $$python != none ] || say "it needs Python 3.11 or newer; found: $$(python3 -V 2>&1 | head -n 1). Install one, or name it: make run PYTHON=/path/to/python3"; \
  echo "Making the virtual environment with $$($$python -V)"; \
  $$python -m venv --clear .venv >/dev/null || { rm -rf .venv; say "$$python cannot make virtual environments; on Debian and Ubuntu: apt install python3-venv"; }; \
fi; \
uv=$$(command -v uv || echo .venv/bin/uv); \
if ! "$$uv" --version >/dev/null 2>&1; then \
  uv=.venv/bin/uv; \
  awk '/^uv==/{on=1} on{print} on && !/\\$$/{exit}' requirements-dev.txt > .venv/uv.txt; \
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r .venv/uv.txt; \
fi; \
echo "Installing the locked libraries"
endef

define install
"$$uv" pip install -q --python .venv/bin/python --require-hashes --compile-bytecode -r $(1) || { \
  echo "uv could not; trying with pip"; .venv/bin/python -m pip install -q --require-hashes -r $(1); }
endef
