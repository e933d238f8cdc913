"""What guides name exists: every command is typed by a test, every link and target is there."""

import re
from pathlib import Path

import pytest

import reading
from conftest import ROOT, Checkout, counts

PAGES = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), ROOT / "config" / "README.md"])

PREDICT = "tests/workflow/test_predict.py"
OWN_DATA = "tests/workflow/test_own_data.py"
DATA = "tests/workflow/test_data.py"

FOLLOWED = {
    "docs/new-architecture.md": "tests/docs/test_guides.py",
    "docs/new-grid.md": "tests/docs/test_guides.py",
    "docs/teaching.md": "tests/workflow/test_lesson.py",
    "docs/training.md": "tests/workflow/test_training_guide.py",
}
"""Pages of which a test types every command that is not named below."""

TYPED = {
    "make": "tests/workflow/test_lesson.py",
    "make check STUDY=config/mine.yaml": "tests/config/test_config_files.py",
    "make crate STUDY=config/demo.yaml": "tests/test_crate.py",
    "make compare NAME=demo WITH=finished/demo": "tests/test_crate.py",
    "snakemake --cores 2": "tests/docs/test_interruptible.py",
    "snakemake --cores 2 --rerun-incomplete": "tests/docs/test_interruptible.py",
    "snakemake --unlock": "tests/docs/test_interruptible.py",
    "make draw": "tests/workflow/test_lesson.py",
    "make study": "tests/workflow/test_dry_run.py",
    'make draw MODEL="digits/mlp digits/small"': "tests/drawing/test_agreement.py",
    "make draw STUDY=config/config.yaml MODEL=core_mlp": "tests/drawing/test_agreement.py",
    "make predict IMAGES=folder": PREDICT,
    "make predict IMAGES=folder MODEL=digits/small": PREDICT,
    "make predict IMAGES=folder MODEL=clothes": PREDICT,
    "make predict IMAGES=folder STUDY=config/config.yaml": PREDICT,
    "make predict IMAGES=folder STUDY=config/mine.yaml MODEL=mine": PREDICT,
    'make results SORT=accuracy WHERE="parameter_count < 100000"': "tests/report/test_listing.py",
    "make snapshot STUDY=config/frontier.yaml MISSING=yes": "tests/workflow/test_snapshot.py",
    ".venv/bin/snakemake --cores 4": "tests/workflow/test_dry_run.py",
    "SOFTMAX2CNN_DATA_DIR=/path/to/data .venv/bin/snakemake --cores 4": DATA,
    ".venv/bin/snakemake --cores 4 --config predict=folder": PREDICT,
    ".venv/bin/snakemake --cores 4 --configfile config/mine.yaml": OWN_DATA,
    ".venv/bin/snakemake --config missing=show": "tests/workflow/test_missing_runs.py",
    ".venv/bin/snakemake --report archive.zip": "tests/workflow/test_adding.py",
    ".venv/bin/snakemake --profile profiles/slurm": "tests/workflow/test_slurm.py",
    ".venv/bin/python tests/slurm_cluster.py FOLDER": "tests/workflow/test_slurm.py",
}
"""Commands that other tests run, and where."""

PLANNED = {
    ".venv/bin/snakemake --cores 4 --configfile config/replicates.yaml",
    ".venv/bin/snakemake --cores 4 --configfile config/sweep.yaml",
    ".venv/bin/snakemake --cores 4 --configfile config/ready.yaml",
}
"""Commands that train for minutes or hours: they are planned here, and not run."""

NOT_TYPED = {
    ".venv/bin/python benchmarks/scaling.py sweep FOLDER": "trains for an hour",
    ".venv/bin/python -m pytest tests/figures": "runs tests of its own",
    "git clone <your fork>": "needs a fork",
    "cd softmax2cnn": "needs a fork",
    ".venv/bin/snakemake --unlock": "needs a killed Snakemake",
    ".venv/bin/snakemake --profile profiles/gpu": "needs a GPU",
    ".venv/bin/snakemake --sdm conda": "needs conda; tests/test_environments.py checks its files",
    ".venv/bin/python -m pip install --require-hashes -r envs/slurm.txt": "needs a registry",
    ".venv/bin/python -m pip install --require-hashes -r envs/gpu.txt": "needs a registry",
    ".venv/bin/python -m pip install --require-hashes -r envs/storage.txt": "needs a registry",
    "pip install tensorflow pillow": "needs a registry",
    "pip install tensorflow keras pillow": "needs a registry",
    "pip install ai-edge-litert pillow": "needs a registry",
    "pip install onnxruntime pillow": "needs a registry",
    "npm install onnxruntime-web pngjs": "needs a registry",
    "cd docs/interruptible": "tests/docs/test_interruptible.py works on a copy of it",
    "cd demo-crate": "tests/test_crate.py unpacks a crate by itself",
}
"""Commands that no test types, and why."""


def commands() -> dict[str, list[str]]:
    """The commands of each page that tells to type some."""
    pages = {str(page.relative_to(ROOT)): reading.read(page).commands for page in PAGES}
    return {page: found for page, found in pages.items() if found and "benchmark/" not in page}


def test_no_command_of_a_guide_is_left_out() -> None:
    known = TYPED.keys() | PLANNED | NOT_TYPED.keys()
    left_out = [
        (page, line) for page, lines in commands().items() if page not in FOLLOWED
        for line in lines if line not in known
    ]  # fmt: skip
    assert left_out == []


def test_what_is_listed_here_is_in_a_guide_and_the_tests_are_there() -> None:
    said = {line for lines in commands().values() for line in lines}
    assert TYPED.keys() | PLANNED | NOT_TYPED.keys() <= said
    assert FOLLOWED.keys() <= commands().keys()
    missing = {
        test for test in [*TYPED.values(), *FOLLOWED.values()] if not (ROOT / test).is_file()
    }
    assert missing == set()


def test_long_studies_are_planned(checkout: Checkout) -> None:
    for command in sorted(PLANNED):
        planned = reading.done(checkout, f"{command} -n --quiet host reason rules")
        assert any(rule.startswith("train") for rule in counts(planned)), command


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    missing = [link for link in reading.relative_links(page) if not (page.parent / link).exists()]
    assert missing == []


def test_the_index_has_every_guide() -> None:
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / link).resolve() for link in reading.relative_links(index)}
    guides = {page for page in PAGES if page.parent == index.parent} - {index}
    assert guides <= listed


def test_targets_of_make_that_are_named_are_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, re.MULTILINE))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        named = set(re.findall(r"(?:^    |`)make ([a-z][\w-]*)", text, re.MULTILINE))
        assert named <= targets, page
