PYTHON ?= python3
BIN := .venv/bin

.PHONY: chat test check snapshots clean

chat: .venv/chat.stamp  ## set up and open the chat on the bundled article
	@$(BIN)/storychat $(FILE)

test: .venv/test.stamp  ## set up and run every test
	$(BIN)/python -m pytest

check: .venv/test.stamp  ## lint, types, import boundaries
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

snapshots: .venv/test.stamp  ## accept the screens as they are now
	$(BIN)/python -m pytest tests/tui --snapshot-update

clean:
	rm -rf .venv build *.egg-info

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("storychat needs Python 3.11 or newer, and this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/chat.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/test.stamp: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/chat.stamp
