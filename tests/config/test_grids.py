"""What a grid may change, and what its runs are called."""

from pathlib import Path

import pytest
from config_texts import complaint, lenet, load


def test_variants_times_grid_times_seeds(tmp_path: Path) -> None:
    grid = "grid: {parameters.dense_dropout: [0.1, 0.2], training.batch_size: [500, 1000]}"
    study = load(tmp_path, lenet(f"seeds: [3, 4], {grid}"))
    ids = [run.id for run in study.runs if run.experiment == "lenet5"]
    assert len(ids) == 5 * 4 * 2
    assert "lenet5/wide_dense_dropout-0.2_batch_size-500/seed-4" in ids
    run = study.run("lenet5", "wide_dense_dropout-0.2_batch_size-500", 4)
    assert run.settings["parameters"] == {
        "filters": [12, 32],
        "pooling": "max",
        "block_dropout": 0.2,
        "dense_dropout": 0.2,
    }


@pytest.mark.parametrize("turned", [False, True])
def test_a_grid_over_optimizers_keeps_its_other_values(turned: bool, tmp_path: Path) -> None:
    """Another optimiser drops the settings of the one before, but not what the grid chooses."""
    axes = ["training.optimizer.learning_rate: [0.1, 0.3]", "training.optimizer.name: [sgd, adam]"]
    grid = ", ".join(reversed(axes) if turned else axes)
    study = load(tmp_path, f"experiments: {{activation_grid: {{grid: {{{grid}}}}}}}")
    found = [
        (optimizer["name"], optimizer["learning_rate"])
        for run in study.of_experiment["activation_grid"]
        for optimizer in [run.settings["training"]["optimizer"]]
    ]
    assert set(found) == {("adam", 0.1), ("adam", 0.3), ("sgd", 0.1), ("sgd", 0.3)}
    for run in study.of_experiment["activation_grid"]:
        optimizer = run.settings["training"]["optimizer"]
        assert ("momentum" in optimizer) == (optimizer["name"] == "sgd")


def test_a_split_in_a_grid_becomes_a_readable_id(tmp_path: Path) -> None:
    grid = 'grid: {splits.train: ["train[:50%]", "train[5000:]"]}'
    study = load(tmp_path, f"experiments: {{core_mlp: {{{grid}}}}}")
    ids = [run.variant for run in study.of_experiment["core_mlp"]]
    assert ids == ["train-train-to-50-percent", "train-train-from-5000"]


def test_a_grid_over_models_takes_the_parameters_that_one_of_them_has(tmp_path: Path) -> None:
    grid = "grid: {model: [mlp, softmax_regression], parameters.units: [8]}"
    words = "model-softmax_regression_units-8).parameters.units: unknown key"
    assert words in complaint(tmp_path, f"experiments: {{activation_grid: {{{grid}}}}}")


def test_a_grid_may_change_a_part_of_the_whitening(tmp_path: Path) -> None:
    grid = "variants: {wide: {}}, grid: {training.whitening.epsilon: [0.001, 0.01]}"
    study = load(tmp_path, lenet(grid))
    whitenings = [run.settings["training"]["whitening"] for run in study.of_experiment["lenet5"]]
    assert {(each["frozen"], each["epsilon"]) for each in whitenings} == {
        (True, 0.001),
        (True, 0.01),
    }


@pytest.mark.parametrize(
    "grid",
    [
        "dataset: [mnist, fashion_mnist]",
        'splits.train: ["train[:50%]", train]',
        "device: [cpu, auto]",
        "training.optimizer.name: [adam, muon]",
        "training.schedule.name: [cosine, linear]",
        "training.label_smoothing: [0.0, 0.1]",
        "test_time_augmentation.shift: [0, 1]",
        "training.learning_rate_factors.biases: [1.0, 2.0]",
    ],
)
def test_a_grid_may_change_what_a_variant_may(grid: str, tmp_path: Path) -> None:
    study = load(tmp_path, f"experiments: {{activation_grid: {{grid: {{{grid}}}}}}}")
    settings = [run.settings for run in study.of_experiment["activation_grid"]]
    assert len({str(each) for each in settings}) == len(settings)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("whole", "part"),
    [("splits.train: [train]", "splits.train.x: [1]"),
     ("training.epochs: [1]", "training.epochs.x: [1]"),
     ("parameters.units: [8]", "parameters.units.x: [1]")],
)  # fmt: skip
def test_a_grid_varies_a_thing_or_a_part_of_it(
    whole: str, part: str, turned: bool, tmp_path: Path
) -> None:
    grid = ", ".join((part, whole) if turned else (whole, part))
    found = complaint(tmp_path, f"experiments: {{activation_grid: {{grid: {{{grid}}}}}}}")
    names = [each.partition(":")[0] for each in (part, whole)]
    assert f"activation_grid.grid.{names[0]}: is a part of {names[1]}, which the grid" in found
