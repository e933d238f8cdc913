"""What a config says is what the plan holds."""

from pathlib import Path
from typing import Any

import pytest
from config_texts import BASE, complaint, lenet, load

from conftest import ROOT
from study import config


def test_scientific_notation_is_a_number(tmp_path: Path) -> None:
    study = load(tmp_path, lenet("training: {optimizer: {learning_rate: 1e-3}}"))
    run = study.run("lenet5", "wide", 0)
    assert run.settings["training"]["optimizer"]["learning_rate"] == 0.001


def test_another_optimizer_does_not_inherit_the_first_ones_settings(tmp_path: Path) -> None:
    study = load(tmp_path, lenet("training: {optimizer: {name: adam, learning_rate: 0.01}}"))
    optimizer = study.run("lenet5", "original", 0).settings["training"]["optimizer"]
    assert optimizer == {
        "name": "adam",
        "learning_rate": 0.01,
        "beta_1": 0.9,
        "beta_2": 0.999,
        "epsilon": 1e-7,
        "epsilon_after_correction": False,
    }


def test_validation_may_be_left_out(tmp_path: Path) -> None:
    new = "{dataset: mnist, model: mlp, splits: {train: train, test: test}, training: {epochs: 1}}"
    study = load(tmp_path, f"experiments: {{new: {new}}}")
    assert study.run("new", "default", 0).settings["splits"]["validation"] is None


def test_command_line_wins() -> None:
    study = config.load([BASE], {"defaults": {"seeds": [7]}})
    assert study.run("deep_cnn", "default", 7).seed == 7


PROTOCOL: dict[str, Any] = {
    "softmax_regression/default/seed-0": {
        "splits.train": "train[5000:]",
        "optimizer": {
            "name": "sgd",
            "learning_rate": 0.01,
            "momentum": 0.0,
            "nesterov": False,
            "weight_decay": 0.0,
        },
        "loss_reduction": "sum",
        "batch_size": 50,
        "steps": 1000,
        "shuffle": "after_first_epoch",
    },
    "dropout_grid/dropout-0.8/seed-0": {
        "splits.train": "train",
        "splits.validation": "test",
        "batch_size": 32,
        "epochs": 100,
        "shuffle": "each_epoch",
    },
    "core_mlp/default/seed-22": {
        "dataset": "mnist_shuffled",
        "splits.train": "train[10000:]",
        "splits.validation": "train[:10000]",
        "optimizer": {
            "name": "adam",
            "learning_rate": 0.001,
            "beta_1": 0.9,
            "beta_2": 0.999,
            "epsilon": 1e-7,
            "epsilon_after_correction": True,
        },
        "batch_size": 128,
        "epochs": 10,
        "epoch_mean": "batches",
        "shuffle": "never",
    },
    "lenet5/original/seed-0": {
        "dataset": "fashion_mnist",
        "optimizer": {"name": "adadelta", "learning_rate": 1.0, "rho": 0.95, "epsilon": 1e-7},
        "batch_size": 1000,
        "epochs": 50,
        "shuffle": "each_epoch",
    },
    "lenet5/wide-150/seed-0": {"epochs": 150},
    "deep_cnn/default/seed-0": {
        "splits.train": "train[5000:]",
        "loss_reduction": "sum",
        "batch_size": 100,
        "steps": 20000,
        "log_every": 100,
        "shuffle": "after_first_epoch",
    },
}


@pytest.mark.parametrize("run_id", PROTOCOL)
def test_published_protocol(run_id: str) -> None:
    run = next(run for run in config.load([BASE]).runs if run.id == run_id)
    for key, value in PROTOCOL[run_id].items():
        if key.startswith("splits."):
            assert run.settings["splits"][key.removeprefix("splits.")] == value
        else:
            assert {**run.settings, **run.settings["training"]}[key] == value


def test_demo_has_every_run_of_the_published_study() -> None:
    published, demo = (
        config.load([ROOT / "config" / name]) for name in ("config.yaml", "demo.yaml")
    )
    assert [run.id for run in demo.runs] == [run.id for run in published.runs]
    assert {run.settings["dataset"] for run in demo.runs} == {"digits"}


def test_the_replicates_are_the_published_study_with_more_seeds() -> None:
    published, more = (
        config.load([ROOT / "config" / name]) for name in ("config.yaml", "replicates.yaml")
    )
    settings = {run.id: run.settings for run in more.runs}
    for run in published.runs:
        assert settings[run.id] == run.settings
    seeds = {run: {r.seed for r in more.runs if (r.experiment, r.variant) == run}
             for run in {(run.experiment, run.variant) for run in more.runs}}  # fmt: skip
    assert seeds.keys() == {(run.experiment, run.variant) for run in published.runs}
    assert min(map(len, seeds.values())) >= 3
    assert more.claims == published.claims


def test_runs_that_begin_alike_are_found(tmp_path: Path) -> None:
    beginnings = {k: run.id for k, run in config.load([BASE]).beginnings.items()}
    assert beginnings == {
        "lenet5/improved-150/seed-0": "lenet5/improved/seed-0",
        "lenet5/wide-150/seed-0": "lenet5/wide/seed-0",
    }
    grid = "grid: {training.epochs: [1, 30, 2]}, variants: {a: {parameters: {dense_dropout: 0.1}}}"
    study = load(tmp_path, lenet(grid))
    own = {k: run.id for k, run in study.beginnings.items() if k.startswith("lenet5/a")}
    assert own == {
        "lenet5/a_epochs-2/seed-0": "lenet5/a_epochs-1/seed-0",
        "lenet5/a_epochs-30/seed-0": "lenet5/a_epochs-2/seed-0",
    }


def test_packs_hold_runs_that_compile_alike(tmp_path: Path) -> None:
    grid = "grid: {parameters.dropout: [0.2, 0.4], parameters.units: [8, 16]}, seeds: [0, 1]"
    new = f"activation_grid: {{pack: 4, {grid}}}"
    study = load(tmp_path, f"experiments: {{{new}}}")
    assert {pack.experiment for pack in study.packs} == {"activation_grid"}
    runs = [run for pack in study.packs for run in pack.runs]
    assert sorted(run.id for run in runs) == sorted(
        run.id for run in study.of_experiment["activation_grid"]
    )
    assert {len(pack.runs) for pack in study.packs} == {4}
    for pack in study.packs:
        for name in ("units", "activation"):
            assert len({run.settings["parameters"][name] for run in pack.runs}) == 1


def test_an_absent_key_has_its_default(tmp_path: Path) -> None:
    file = tmp_path / "least.yaml"
    file.write_text(
        "study: least\ntitle: The least\ndatasets: {digits: {source: digits}}\n"
        "experiments: {e: {dataset: digits, model: mlp, training: {epochs: 1}}}\n"
    )
    (run,) = config.load([file]).runs
    assert run.settings["training"]["optimizer"]["name"] == "adam"
    assert run.settings["splits"] == {"train": "train", "validation": None, "test": "test"}


def test_yaml_is_read_as_its_version_1_2_says(tmp_path: Path) -> None:
    study = load(tmp_path, lenet('seeds: [010], variants: {no: {}, "10": {}, "2020-01-01": {}}'))
    assert study.run("lenet5", "no", 10).settings == study.run("lenet5", "10", 10).settings
    assert study.run("lenet5", "2020-01-01", 10).seed == 10


def test_values_of_the_command_line_are_those_of_a_file() -> None:
    changes = {"title": "no: title", "defaults": {"seeds": ["7"], "resources": {"mem_mb": "900"}}}
    study = config.load([BASE], changes)
    assert study.title == "no: title"
    assert study.run("deep_cnn", "default", 7).resources["mem_mb"] == 900
    assert study.run("lenet5", "original", 7).seed == 7


def test_files_that_extend_the_same_one_change_it_one_after_the_other(tmp_path: Path) -> None:
    texts = {
        "first": f"extends: {BASE}\ntitle: First\nonly: [lenet5]\ndefaults: {{seeds: [3]}}",
        "second": f"extends: {BASE}\ntitle: Second",
    }
    files = [tmp_path / f"{name}.yaml" for name in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text)
    both = config.load(files)
    assert both.title == "Second"
    assert list(both.experiments) == ["lenet5"], "what the first one has changed stays"
    assert {run.seed for run in both.runs} == {3}
    assert config.load([*files, BASE]).title == config.load([BASE]).title, "named itself, it counts"


def test_members_of_families_get_their_defaults(tmp_path: Path) -> None:
    changes = (
        "training: {schedule: {name: cosine}, averaging: {name: swa, every: 7}, "
        "augmentation: [{name: flip}, {name: shift}], whitening: {}}"
    )
    training = load(tmp_path, lenet(changes)).run("lenet5", "wide", 0).settings["training"]
    assert training["schedule"] == {"name": "cosine", "warmup": 0.0, "end": 0.0}
    assert training["averaging"] == {"name": "swa", "start": 0.75, "every": 7}
    assert training["augmentation"] == [
        {"name": "flip"},
        {"name": "shift", "pixels": 2, "fill": "zero"},
    ]
    assert training["whitening"] == {"frozen": True, "epsilon": 0.0005}


def test_runs_whose_schedule_depends_on_their_length_begin_nothing(tmp_path: Path) -> None:
    variants = "variants: {a: {training: {epochs: 2}}, b: {training: {epochs: 3}}}"
    same = load(tmp_path, f"experiments: {{core_mlp: {{{variants}}}}}")
    assert "core_mlp/b/seed-22" in same.beginnings
    for own in ("schedule: {name: cosine}", "averaging: {name: ema}"):
        other = load(tmp_path, f"experiments: {{core_mlp: {{training: {{{own}}}, {variants}}}}}")
        assert "core_mlp/b/seed-22" not in other.beginnings


def test_claims_are_checked_where_they_are_named(tmp_path: Path) -> None:
    """Another grid makes claims not comparable; a slip of the pen is a mistake."""
    study = load(tmp_path, "experiments: {dropout_grid: {grid: {parameters.dropout: [0.1]}}}")
    assert len(study.claims) >= 30
    (tmp_path / "own.yaml").write_text(
        "[{tutorial: S3, claim: c, measure: lowest, experiment: lenet5, variant: wied,"
        " column: val_loss, rule: below, published: 1}]"
    )
    assert "wide" in complaint(tmp_path, "claims: own.yaml")


def test_what_changes_no_bit_changes_no_settings(tmp_path: Path) -> None:
    before = load(tmp_path, "study: mine").run("lenet5", "wide", 0)
    changes = "title: T, question: Q, export: [onnx], resources: {mem_mb: 9}, illustrations: null"
    longer = "variants: {wide: {title: W}, wide-200: {training: {epochs: 200}}}"
    after = load(tmp_path, lenet(f"{changes}, {longer}")).run("lenet5", "wide", 0)
    assert before.settings == after.settings
