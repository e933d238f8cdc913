# make           set up, then run the demo study (no network after the set-up)
# make study     set up, then run the published study
# make test      set up, then run all tests
# make faults    set up, then kill a training at 50 random moments (about 20 minutes)
# make cluster   set up, then run the demo on a Slurm cluster booted here (needs root and Debian's slurm-wlm, munge)
# make bench     set up, then time the engine beside Keras and, if installed, PyTorch and JAX (some 45 minutes)
# make scaling   set up, then measure what planning and tabulating thousands of runs costs (some minutes)
# make lint      set up, then check format, style and types only
# make snapshot  copy the finished published study's results to docs/results/ and the README; with
#                STUDY=config/frontier.yaml, that study's tables to docs/frontier/, where MISSING=yes
#                leaves experiments that have not finished as they are
# make reference write config/schema.json and the tables of config/README.md and docs/figures.md from the code
# make lock      resolve the locks in envs/ anew

PYTHON ?= python3
CORES ?= 4
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
OFFLINE := Could not install the packages. This needs a network or a pip configured for one; see above.

.PHONY: demo study test test-package test-workflow faults cluster bench scaling lint snapshot reference lock
.DEFAULT_GOAL := demo

demo: .venv/study.done
	$(BIN)/snakemake --configfile config/demo.yaml
	@echo "The report: $(CURDIR)/results/demo/report.html"

study: .venv/study.done
	$(BIN)/snakemake --cores $(CORES)
	@echo "The report: $(CURDIR)/results/published/report.html"

# The two halves run side by side; what needs the finished demo is in one of them.
test: .venv/dev.done
	@$(MAKE) --no-print-directory -j 2 --output-sync=target test-package test-workflow

test-package:
	$(BIN)/python -m pytest --ignore=tests/workflow --ignore=tests/test_tables.py

test-workflow:
	$(BIN)/python -m pytest tests/workflow tests/test_tables.py

faults: .venv/dev.done
	KILLS=50 $(BIN)/python -m pytest tests/faults

cluster: .venv/dev.done
	CLUSTER=1 $(BIN)/python -m pytest tests/workflow/test_slurm.py

bench: .venv/study.done
	$(BIN)/python benchmarks/compare.py
	$(BIN)/python benchmarks/tabulate.py
	$(BIN)/python benchmarks/profile_steps.py
	$(BIN)/python benchmarks/layers.py > docs/benchmark/layers.md

scaling: .venv/study.done
	$(BIN)/python benchmarks/scaling.py plan
	$(BIN)/python benchmarks/scaling.py tables

lint: .venv/dev.done
	$(BIN)/python -m pytest tests/test_style.py

snapshot: .venv/study.done
	$(BIN)/python docs/snapshot.py $(STUDY) $(if $(MISSING),--missing)

reference: .venv/study.done
	cd workflow/scripts && ../../$(BIN)/python -m study.config.documentation

lock:
	$(MAKE) -C envs

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "This needs Python 3.11, 3.12 or 3.13, but $(PYTHON) is $$($(PYTHON) --version 2>&1); name another as in: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up .venv (once; some minutes) ..."
	@$(PYTHON) -m venv .venv

.venv/study.done: envs/study.txt | .venv/bin/python
	@$(PIP) -r envs/study.txt || { echo "$(OFFLINE)" >&2; exit 1; }
	@touch $@

.venv/dev.done: envs/dev.txt .venv/study.done
	@$(PIP) -r envs/dev.txt || { echo "$(OFFLINE)" >&2; exit 1; }
	@touch $@
