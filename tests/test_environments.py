"""Conda's files, the locks and what scripts import agree: pip and `--sdm conda` give the same."""

import ast
import importlib.metadata
import re
import sys

import pytest

from conftest import ROOT
from study import fingerprints

ENVS = ROOT / "envs"
BY_NAME = {
    "train.py": "models",
    "fetch.py": "datasets",
    "figure.py": "figures",
    "score.py": "claims/measures",
    "export.py": "exports",
}
"""Folders from which a script imports files by computed names."""
RULES = sorted((ROOT / "workflow" / "rules").glob("*.smk"))


def of_rules() -> dict[str, set[str]]:
    """The scripts of each conda environment."""
    found: dict[str, set[str]] = {}
    for file in RULES:
        for block in re.split(r"\n\s*rule\b", file.read_text()):
            script = re.search(r'"\.\./scripts/([\w{}.]+\.py)"', block)
            conda = re.search(r'"\.\./\.\./envs/(\w+)\.yaml"', block)
            if script:
                assert conda, f"{file.name}: the rule of {script[1]} has no environment"
                name = re.sub(r"{[\w.]+}", "*", script[1])
                scripts = {path.name for path in fingerprints.SCRIPTS.glob(name)}
                assert scripts, name
                found.setdefault(conda[1], set()).update(scripts)
    return found


def packages(file: str) -> set[str]:
    """The distributions that a lock or a list of wishes names."""
    text = (ENVS / file).read_text()
    names = set(re.findall(r"^([A-Za-z0-9][\w.-]*)(?=[ =<>[#;]|$)", text, re.MULTILINE))
    for other in re.findall(r"^-r (\S+)", text, re.MULTILINE):
        names |= packages(other)
    return set(map(normalised, names))


def normalised(name: str) -> str:
    """A distribution's name as an index of packages knows it (PEP 503)."""
    return re.sub("[-_.]+", "-", name).lower()


def imported(scripts: set[str]) -> set[str]:
    """The distributions from which scripts, and what they use of ours, import."""
    files = {
        file for script in scripts for file in fingerprints._closure(fingerprints.SCRIPTS / script)
    }
    for script, folder in BY_NAME.items():
        if script in scripts:
            own = (fingerprints.PACKAGE / folder).glob("*.py")
            files |= {other for file in own for other in fingerprints._closure(file)}
    modules = set()
    for file in files:
        if file.suffix == ".py":
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.partition(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    modules.add(node.module.partition(".")[0])
    ours = {path.stem for path in fingerprints.SCRIPTS.iterdir()} | {"snakemake"}
    known = importlib.metadata.packages_distributions()
    return {
        normalised(known[module][0]) for module in modules - ours - set(sys.stdlib_module_names)
    }


ENVIRONMENTS = ["training", "analysis", "study", "exports"]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_has_what_its_rules_import(name: str) -> None:
    needed = imported(of_rules()[name])
    assert len(needed) > 3
    assert needed <= packages(f"{name}.in"), "a script imports what no list names"
    assert packages(f"{name}.in") <= packages(f"{name}.txt"), "the lock is older than the list"


def test_every_rule_has_one_of_the_environments() -> None:
    assert set(of_rules()) == {file.stem for file in ENVS.glob("*.yaml")} == set(ENVIRONMENTS)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_conda_installs_the_lock_that_pip_installs(name: str) -> None:
    assert "python=3.1" in (ENVS / f"{name}.yaml").read_text()
    script = (ENVS / f"{name}.post-deploy.sh").read_text()
    assert f"pip install --require-hashes -r envs/{name}.txt" in script
    whole = dict(re.findall(r"^([\w.-]+)==([\w.]+)", (ENVS / "dev.txt").read_text(), re.MULTILINE))
    own = dict(
        re.findall(r"^([\w.-]+)==([\w.]+)", (ENVS / f"{name}.txt").read_text(), re.MULTILINE)
    )
    assert own
    assert {package: whole.get(package) for package in own} == own


@pytest.mark.parametrize("name", ["docs", "gpu", "slurm", "storage", "tensorboard"])
def test_the_other_locks_agree_with_the_studys(name: str) -> None:
    """They are installed into one environment with it."""
    pin = re.compile(r"^([\w.-]+)==([\w.]+) ", re.MULTILINE)
    own, whole = (set(pin.findall((ENVS / f"{file}.txt").read_text())) for file in (name, "study"))
    shared = {package for package, _ in own} & {package for package, _ in whole}
    assert shared
    assert {pair for pair in own if pair[0] in shared} <= whole
    assert "--hash=sha256:" in (ENVS / f"{name}.txt").read_text()
