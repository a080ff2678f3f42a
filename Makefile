# Deep Learning, Derived. `make help` lists what there is; the work is done by book/_tools/build.py.
# PYTHON=…  the Python to start from    PORT=…  where to serve    BOOK_WORKERS=…  notebooks at a time
PORT ?= 8000
BIN := .venv/bin
BUILD := $(BIN)/python book/_tools/build.py

.DEFAULT_GOAL := help
.PHONY: help book site pdf test bench gate lint tidy rules pins clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 14

book: .venv/installed  ## build the book and serve it on this machine (from a bare clone)
	@$(BUILD) book $(PORT)

site: .venv/installed  ## build the book into _build/html
	@$(BUILD) site

test: .venv/installed  ## lint, library, rules, every notebook, strict build, browser
	@$(BUILD) test

pdf: site  ## the whole book as one PDF, printed by Chromium
	@$(BIN)/python book/_tools/pdf.py

bench: .venv/installed .venv/peers  ## speed beside PyTorch and others, for the page on speed (6 to 12 minutes)
	@PYTHONPATH=.venv/peers $(BIN)/python -m benchmarks

gate: .venv/installed  ## fail where a speed is under 75 % of what was reached
	@$(BIN)/python -m benchmarks --gate

lint: .venv/installed  ## ruff and codespell alone
	@$(BUILD) lint

tidy: .venv/installed  ## bring the notebooks to canonical form
	@$(BIN)/python book/_tools/tidy.py

rules: .venv/installed  ## what the chapters fall short of (CHAPTER=name for one)
	@$(BIN)/python book/_tools/rules.py $(CHAPTER)

pins: .venv/installed  ## write constraints.txt from what is installed
	@$(BIN)/python book/_tools/pins.py

clean:  ## remove everything that was built or installed
	rm -rf _build .venv .pytest_cache .ruff_cache .hypothesis lib/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Installed anew when a file that decides about packages changed.
.venv/installed: requirements.in constraints.txt pyproject.toml
	@python=$$(sh book/_tools/find_python.sh) && echo "Installing with $$python into .venv (about 1.5 GB)" && \
		{ test -x $(BIN)/python || "$$python" -m venv .venv; }
	@$(BIN)/python -m pip install --disable-pip-version-check -r requirements.in -c constraints.txt -e .
	@touch $@

# In a folder of their own: the book does without them, and `make pins` does not see them.
.venv/peers: benchmarks/peers.in .venv/installed
	@$(BIN)/python -m pip install --disable-pip-version-check --no-deps --upgrade --target $@ -r $< && touch $@ || \
		echo "The benchmarks will do without the libraries that could not be installed."
