"""What is wrong with claims is found before any job starts, all of it at once."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conftest import ROOT
from study import config
from study.claims import kinds, registry, values
from study.claims.checks import StudyView, problems

SETTINGS = {
    "dataset": "own_mnist",
    "splits": {"train": "train", "validation": "test", "test": "test"},
    "training": {"epochs": 50, "steps": None, "log_every": None},
}
STEPS = {
    "dataset": "own_mnist",
    "splits": {"train": "train", "validation": None, "test": "test"},
    "training": {"epochs": None, "steps": 1000, "log_every": 100},
}
STUDY = StudyView(
    {"lenet5": {"original": SETTINGS, "wide": SETTINGS}, "deep_cnn": {"default": STEPS}},
    ["activation_demo"],
    {"own_mnist": "mnist"},
)
SERIES = {"experiment": "lenet5", "variant": "wide", "measure": "series", "column": "loss"}
GOOD = {"tutorial": "S0", "claim": "c", **SERIES, "published": [1, 0.5], "tolerance": 0.1}


def of(**changes: object) -> list[str]:
    """The problems of a claim that differs from a good one; None takes a key away."""
    claim = {key: value for key, value in (GOOD | changes).items() if value is not None}
    return problems([claim], STUDY)


def test_a_good_claim_has_no_problem() -> None:
    assert of() == []
    assert of(measure="means", variant=None, variants=["original", "wide"]) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"measure": "serie"}, "unknown measure 'serie'; did you mean 'series'?"),
        ({"measure": None}, "`measure` is missing"),
        ({"claim": None}, "`claim` is missing"),
        ({"colunm": "loss"}, "unknown key `colunm` for the measure 'series'; did you mean"),
        ({"step": 5}, "unknown key `step` for the measure 'series'"),
        ({"column": None}, "`column` is missing"),
        ({"measure": "means"}, "`variants` is missing"),
        ({"column": "val_los"}, "`column` must be one of loss,"),
        ({"variant": 10}, "`variant` must be the name of a variant (quote a number), not 10"),
        ({"epochs": [10, 1]}, "`epochs` must be the first and the last epoch"),
        ({"epochs": 5}, "`epochs` must be"),
        ({"published": float("nan")}, "`published` must be a finite number"),
        ({"published": []}, "`published` must be"),
        ({"tolerance": -1}, "`tolerance` must be a number of at least 0, or binomial"),
        ({"again": "yes"}, "`again` must be true or false"),
        ({"rule": "above"}, "`rule` must be one of within,"),
        ({"experiment": "lenet"}, "unknown experiment 'lenet'; did you mean 'lenet5'?"),
        ({"variant": "wade"}, "unknown variant 'wade' of lenet5; did you mean 'wide'?"),
        ({"variant": None}, "`variant` is missing: lenet5 has original and wide"),
        ({"epochs": [91, 100]}, "lenet5/wide has 50 epochs, the claim is about epochs 91 to 100"),
        (
            {"measure": "relative_to_lowest", "epoch": 51},
            "lenet5/wide has 50 epochs, the claim is about epoch 51",
        ),
        (
            {"measure": "later_less_earlier", "earlier": [1, 10], "later": [91, 100]},
            "lenet5/wide has 50 epochs, the claim is about epochs 91 to 100",
        ),
        ({"column": "batch_accuracy"}, "has no batch_accuracy: `training.log_every` is not set"),
        ({"published": None}, "`published` is missing"),
        ({"tolerance": None}, "a `tolerance` is missing, or a `rule`"),
        ({"tolerance": "binomial"}, "`examples` is missing"),
        ({"tolerance": "binomial", "examples": 5, "published": [1.5]}, "between 0 and 1"),
        ({"examples": 100}, "`examples` has no effect"),
        ({"rule": "at_least", "published": 1}, "`tolerance` has no effect"),
        ({"rule": "at_least", "tolerance": None}, "needs one published number"),
        ({"rule": "prediction", "tolerance": None}, "a `tolerance` is missing"),
        ({"decimals": 3}, "`decimals` has no effect with the rule 'within'"),
    ],
)
def test_a_mistake_is_named(changes: dict[str, object], words: str) -> None:
    found = of(**changes)
    assert any(words in problem for problem in found), found
    assert all(problem.startswith("claims.yaml, claim 1") for problem in found)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"measure": "at_step", "step": 150}, "no row of history after step 150"),
        ({"measure": "at_step", "step": 1100}, "has 1000 steps, the claim is about step 1100"),
        ({"column": "val_loss"}, "has no val_loss: it has no validation split"),
        ({"reach": "val_accuracy", "published": 1}, "has no val_accuracy"),
    ],
)
def test_a_mistake_about_a_run_counted_in_steps_is_named(
    changes: dict[str, object], words: str
) -> None:
    found = of(**{"experiment": "deep_cnn", "variant": None, **changes})
    assert any(words in problem for problem in found), found


def test_all_problems_come_at_once_each_with_its_place() -> None:
    claims = [GOOD, GOOD | {"column": "x", "rule": "y"}, "no mapping", GOOD | {"measure": "z"}]
    found = problems(claims, STUDY, file="own.yaml")
    assert [problem.split(":")[0] for problem in found] == [
        "own.yaml, claim 2 ('c')",
        "own.yaml, claim 2 ('c')",
        "own.yaml, claim 3",
        "own.yaml, claim 4 ('c')",
    ]
    assert problems({"claims": []}, STUDY) == ["claims.yaml: expected a list of claims"]


def test_an_unknown_demonstration_is_named() -> None:
    claim = {"tutorial": "S1", "claim": "c", "measure": "demonstration_sums", "published": 1}
    claim |= {"tolerance": 0, "demonstration": "activation_dem"}
    (found,) = problems([claim], STUDY)
    assert found.endswith("unknown demonstration 'activation_dem'; did you mean 'activation_demo'?")


def test_an_unknown_dataset_is_named() -> None:
    claim = {"tutorial": "S3", "claim": "c", "measure": "pixel_range", "published": [0, 255]}
    claim |= {"tolerance": 0, "dataset": "mnits"}
    (found,) = problems([claim], STUDY)
    assert found.endswith("unknown dataset 'mnits'; did you mean 'mnist'?")
    assert problems([claim | {"dataset": "mnist"}], STUDY) == []


def test_a_claim_about_an_export_needs_one() -> None:
    changes = {"measure": "changed_predictions", "column": None, "published": 0}
    assert any("lenet5/wide is not exported: name a format" in p for p in of(**changes))
    exported = StudyView({"lenet5": {"wide": {**SETTINGS, "export": ["onnx"]}}})
    claim = {key: value for key, value in (GOOD | changes).items() if value is not None}
    assert problems([claim], exported) == []


def test_claims_about_other_data_need_not_fit_the_runs() -> None:
    beyond = GOOD | {"epochs": [91, 100]}
    assert problems([beyond | {"dataset": "fashion_mnist"}], STUDY) == []
    assert problems([beyond | {"dataset": "mnist"}], STUDY) != []


def test_every_key_of_a_measure_has_a_type_that_is_checked() -> None:
    assert {"parameters", "series", "means", "test_accuracy"} <= set(registry.measures())
    for measure in registry.measures():
        for key, (kind, _) in registry.keys(measure).items():
            assert hasattr(kinds, kind), (measure, key)
            assert kind in values._KINDS, (measure, key)
            # A measure of a dataset may ask for the key that any claim may have.
            assert key not in kinds.COMMON or (key, kind) == ("dataset", "Dataset"), (measure, key)
    assert registry.keys("series")["column"] == ("Column", True)
    assert registry.keys("series")["variant"] == ("Variant", False)


def test_the_claims_of_the_study_are_known_measures() -> None:
    claims = yaml.safe_load((ROOT / "config" / "claims.yaml").read_text())
    assert config.load([ROOT / "config" / "config.yaml"]).claims == claims


def test_planning_imports_nothing_heavy() -> None:
    code = "import sys; from study.claims import checks; print(*sys.modules)"
    folder = Path(ROOT) / "workflow" / "scripts"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    assert "study.claims.checks" in done.stdout.split()
    assert not {"numpy", "pandas", "study.tables"} & set(done.stdout.split())
