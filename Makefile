# One word per chore. The first use of any makes the environment in .venv.

PYTHON ?= python3
BIN := .venv/bin

.NOTPARALLEL:
.PHONY: demo test lint bench docs gate torture release clean source

demo: .venv/demo source  ## train on the hand labels, then tag a newspaper page with the model
	@echo "Training on the hand labels takes about half a minute."
	$(BIN)/gxclassify train --out models/mine --no-track
	$(BIN)/gxclassify predict --model models/mine examples/page.txt

test: .venv/ready source  ## all tests, in random order, with coverage
	$(BIN)/python -m pytest -n auto --cov --cov-report=term

lint: .venv/ready source  ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

gate: .venv/ready source  ## the shipped model is as good as the floors say
	$(BIN)/gxclassify gate

bench: .venv/ready source  ## speed and quality beside other tools; writes benchmarks/RESULTS.md
	$(BIN)/python benchmarks/run.py --write

docs: .venv/ready source  ## the generated references and pictures
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/pictures.py

HOURS ?= 2
LOG ?= tmp/torture.jsonl
torture: .venv/ready  ## hostile inputs and kills for HOURS=2; goes on with its log; exit code 1 where anything was found
	$(BIN)/python -m pip install --quiet atheris || echo "atheris does not install here: inputs are damaged unguided."
	PYTHONPATH=tests nice $(BIN)/python -m torture --hours $(HOURS) --log $(LOG)

release:  ## the wheel, an audit of what it depends on and a bill of materials, in dist/
	.ci/release $(PYTHON)

clean:  ## take away what the words above installed or made, but for dist/ and the runs in experiments/store
	rm -rf .venv build models/mine

INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

.venv/python:
	$(PYTHON) -m venv .venv
	touch $@

# The demo needs what trains, about 500 MB; tests and lint need everything, and MLflow and Spark are large.
.venv/demo: .venv/python pyproject.toml constraints.txt
	@echo "Installing what training needs into .venv: about a minute with a fast connection."
	$(INSTALL) ".[train]"
	touch $@

.venv/ready: .venv/python pyproject.toml constraints.txt
	@echo "Installing everything into .venv: a few minutes with a fast connection."
	$(INSTALL) ".[dev]"
	touch $@ .venv/demo

# After `pip install .` in .venv a copy would be run, and not what `git pull` brings: the source is put in its place.
# -I: whatever PYTHONPATH says.
source: | .venv/python
	@$(BIN)/python -I -c '$(IS_SOURCE)' 2>/dev/null || $(INSTALL) . --no-deps

IS_SOURCE = import os, sys, gxclassify as g; sys.exit(not os.path.samefile(os.path.dirname(g.__file__), "src/gxclassify"))
