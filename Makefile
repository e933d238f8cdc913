# make           set up, then run the demo study (no network after the set-up)
# make study     set up, then run the published study, with one seed per variant
# make check     check a config and report what is wrong, with file and line: STUDY=config/mine.yaml
# make results   list the runs of the published study, or of NAME=demo; SORT=accuracy or SORT=-loss sorts them,
#                WHERE="experiment == 'lenet5' and accuracy > 0.9" filters, ALSO="macro_f1 seed" shows more columns
# make cards     regenerate the model cards of the published study, or of NAME=demo, from its tables: results/published/cards/
# make tensorboard  open the curves of the published study, or of NAME=demo, in TensorBoard;
#                OPTIONS="--port 6007" passes options to it
# make exports   set up, then install what ONNX and LiteRT also need (the config's key export)
# make predict   classify the images of a folder: IMAGES=folder; by default with the small models that come with the
#                repository; MODEL="clothes" or "digits/small" chooses, STUDY=config/mine.yaml uses those of a study
# make draw      write drawing pages with small trained models: results/drawing/digits.html and clothes.html;
#                MODEL and STUDY choose, as for make predict
# make drawing   set up, then compare what such a page computes with Keras on 10,000 test images, and time it in Chromium
# make weights   set up, train the small models of config/ready.yaml, and put their weights into workflow/weights/
# make test      set up, then run the tests that every change must pass
# make long      set up, then run the slow tests that make test leaves out (about 10 minutes)
# make coverage  set up, then run the tests and list the lines of the package that none of them runs (about 25 minutes)
# make faults    set up, then kill a training at 50 random moments, and strike the system calls of a study's jobs
#                with faults and power cuts (hours; needs strace), which writes the tables of docs/faults.md
# make cluster   set up, then run the demo on a Slurm cluster booted here (needs root and Debian's slurm-wlm, munge)
# make bench     set up, then time the engine, Keras and, if installed, PyTorch and JAX (about 50 minutes)
# make scaling   set up, then measure what planning and tabulating thousands of runs costs (a few minutes)
# make lint      set up, then check only format, style and types
# make verify    compare the results of NAME=published, and those in docs/, with the SHA-256 of each file
# make crate     set up, then write a finished study as a Workflow Run RO-Crate: that of config/config.yaml, or of
#                STUDY=config/demo.yaml, which gives results/demo.crate.zip
# make compare   compare the runs of NAME=published, bit by bit, with those of another folder: WITH=finished/published
# make snapshot  copy the results of config/replicates.yaml to docs/results/ and the README; with
#                STUDY=config/frontier.yaml, copy that study's tables to docs/frontier/; MISSING=yes leaves
#                experiments that have not finished as they are; REDRAW=yes regenerates docs/results/
#                from its own tables
# make current   report which published runs have the current settings and code
# make pictures  take the README's screenshots, of the published report and of a drawing page (needs Chromium)
# make reference regenerate config/schema.json and the tables of config/README.md and docs/figures.md from the code
# make site      set up, then build the documentation as a site that needs no network
# make lock      resolve the locks in envs/ again
#
# CORES=8        the number of cores of make study and make weights (4 by default)
# PYTHON=python3.12  the Python that makes .venv (python3 by default)

PYTHON ?= python3
CORES ?= 4
NAME := published
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
OFFLINE := Could not install the packages. This needs a network or a pip configured for one; see above.

.PHONY: demo study check crate compare results tensorboard cards exports predict draw drawing weights test test-demo test-studies test-package long coverage faults cluster bench scaling lint verify snapshot current pictures reference site lock
.DEFAULT_GOAL := demo

demo: .venv/study.done
	$(BIN)/snakemake --configfile config/demo.yaml
	@echo "The report: $(CURDIR)/results/demo/report.html"

study: .venv/study.done
	$(BIN)/snakemake --cores $(CORES)
	@echo "The report: $(CURDIR)/results/published/report.html"

check: .venv/study.done
	@PYTHONPATH=workflow/scripts $(BIN)/python -m study.config $(STUDY)

results: .venv/study.done
	@PYTHONPATH=workflow/scripts $(BIN)/python -m study.report.listing results/$(NAME)/tables/runs.csv \
	  --where "$$WHERE" --sort="$$SORT" --also $$ALSO

tensorboard: .venv/tensorboard.done
	@TF_CPP_MIN_LOG_LEVEL=3 PYTHONPATH=workflow/scripts $(BIN)/python -m study.report.tensorboard results/$(NAME)
	TF_CPP_MIN_LOG_LEVEL=3 $(BIN)/tensorboard --logdir results/$(NAME)/tensorboard $(OPTIONS)

cards: .venv/study.done
	@PYTHONPATH=workflow/scripts $(BIN)/python -m study.report.cards results/$(NAME)

exports: .venv/exports.done

predict: .venv/study.done
	@test -n "$$IMAGES" || { echo "Name a folder of pictures: make predict IMAGES=folder" >&2; exit 2; }
	@TF_CPP_MIN_LOG_LEVEL=3 PYTHONPATH=workflow/scripts $(BIN)/python -m study.prediction.command "$$IMAGES" \
	  --model $$MODEL $(if $(STUDY),--config "$$STUDY")

draw: .venv/study.done
	@TF_CPP_MIN_LOG_LEVEL=3 PYTHONPATH=workflow/scripts $(BIN)/python -m study.drawing.command \
	  --model $$MODEL $(if $(STUDY),--config "$$STUDY")

drawing: .venv/dev.done
	WHOLE=1 $(BIN)/python -m pytest -s tests/drawing/test_agreement.py

weights: .venv/study.done
	$(BIN)/snakemake --cores $(CORES) --configfile config/ready.yaml
	TF_CPP_MIN_LOG_LEVEL=3 $(BIN)/python docs/publish_weights.py

# Three parts run at the same time, since each of them often waits; what needs the finished demo is in one, and
# what runs studies or jobs of its own in another.
DEMO := tests/workflow tests/test_tables.py
STUDIES := tests/docs tests/faults tests/test_crate.py \
  $(addprefix tests/workflow/test_,adding.py data.py dry_run.py own_data.py sweep.py)

test: .venv/dev.done
	@$(MAKE) --no-print-directory -j 3 --output-sync=target test-demo test-studies test-package

test-demo:
	$(PYTEST) $(DEMO) $(addprefix --ignore=,$(STUDIES))

test-studies:
	$(PYTEST) $(STUDIES)

test-package:
	$(PYTEST) $(addprefix --ignore=,$(DEMO) $(STUDIES))

long: .venv/dev.done
	LONG=1 $(PYTEST) -m long

# Without the injected faults: their jobs are killed, so they count nothing.
coverage: export COVERAGE_FILE := $(CURDIR)/results/coverage/lines
coverage: export PYTEST_ADDOPTS := --ignore=tests/faults
coverage: .venv/dev.done
	@rm -rf results/coverage && mkdir -p results/coverage
	@$(MAKE) --no-print-directory test PYTEST="$(BIN)/python -m coverage run -m pytest" \
	  STUDIES="$(filter-out tests/faults,$(STUDIES))"
	@$(BIN)/python -m coverage combine --quiet
	@$(BIN)/python -m coverage report --ignore-errors --skip-covered --sort=cover

faults: .venv/dev.done
	KILLS=50 FAULTS=1 $(BIN)/python -m pytest tests/faults/test_kills.py tests/faults/test_controllers.py tests/faults/test_whole_runs.py
	$(BIN)/python tests/faults/survey.py
	$(BIN)/python tests/faults/survey.py --snakemake --at-most 45

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

verify: .venv/study.done
	@test "$(origin NAME)" = file -o -d "results/$(NAME)" || { echo "There is no results/$(NAME)" >&2; exit 2; }
	@PYTHONPATH=workflow/scripts $(BIN)/python -m study.manifest $(wildcard results/$(NAME)) \
	  $(patsubst %/,%,$(dir $(wildcard docs/*/SHA256SUMS docs/*/*/SHA256SUMS)))

crate: .venv/crate.done
	@PYTHONPATH=workflow/scripts $(BIN)/python -m study.crate $(or $(STUDY),config/config.yaml)

compare: .venv/study.done
	@PYTHONPATH=workflow/scripts $(BIN)/python -m study.reproduction results/$(NAME) $(WITH)

snapshot: .venv/study.done
	$(BIN)/python docs/snapshot.py $(STUDY) $(if $(MISSING),--missing) $(if $(REDRAW),--redraw)

current: .venv/study.done
	$(BIN)/python docs/published_runs.py

pictures: .venv/dev.done
	$(BIN)/python docs/take_pictures.py

reference: .venv/study.done
	cd workflow/scripts && ../../$(BIN)/python -m study.config.documentation

site: .venv/docs.done
	$(BIN)/python docs/build_site.py

lock:
	$(MAKE) -C envs

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "This needs Python 3.11, 3.12 or 3.13, but $(PYTHON) is $$($(PYTHON) --version 2>&1); name another as in: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up .venv (once; a few minutes) ..."
	@$(PYTHON) -m venv .venv

.venv/study.done: envs/study.txt | .venv/bin/python
	@$(PIP) -r envs/study.txt || { echo "$(OFFLINE)" >&2; exit 1; }
	@touch $@

.venv/tensorboard.done: envs/tensorboard.txt .venv/study.done
	@$(PIP) -r envs/tensorboard.txt || { echo "$(OFFLINE)" >&2; exit 1; }
	@touch $@

.venv/exports.done: envs/exports.txt .venv/study.done
	@$(PIP) -r envs/exports.txt || { echo "$(OFFLINE)" >&2; exit 1; }
	@touch $@

.venv/crate.done: envs/crate.txt .venv/study.done
	@$(PIP) -r envs/crate.txt || { echo "$(OFFLINE)" >&2; exit 1; }
	@touch $@

.venv/docs.done: envs/docs.txt .venv/study.done
	@$(PIP) -r envs/docs.txt || { echo "$(OFFLINE)" >&2; exit 1; }
	@touch $@

.venv/dev.done: envs/dev.txt .venv/study.done
	@$(PIP) -r envs/dev.txt || { echo "$(OFFLINE)" >&2; exit 1; }
	@touch $@
