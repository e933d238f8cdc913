"""What would fail in a job, and is known from the config alone, is said before any job."""

from pathlib import Path

import pytest
from config_texts import complaint, lenet, load

from conftest import ROOT
from study import config, datasets, fitting
from study.datasets import _catalogue
from study.errors import StudyError
from study.families import MODELS

LONG = "n" * 201


def mlp(text: str) -> str:
    return f"experiments: {{core_mlp: {{{text}}}}}"


KNOWABLE = {
    "split beyond the data": (
        lenet('splits: {train: "train[60000:]"}'),
        "experiments.lenet5.splits.train: 'train[60000:]' leaves no example, for fashion_mnist "
        "has 60,000 in train, 10,000 in test",
    ),
    "percentage of nothing": (
        lenet('splits: {validation: "test[:0%]"}'),
        "experiments.lenet5.splits.validation: 'test[:0%]' leaves no example",
    ),
    "percentage that rounds to nothing": (
        lenet('dataset: fashion_mnist, splits: {test: "test[99%:9900]"}'),
        "experiments.lenet5.splits.test: 'test[99%:9900]' leaves no example",
    ),
    "batch larger than the data": (
        "experiments: {deep_cnn: {training: {batch_size: 55001}}}",
        "experiments.deep_cnn.training.batch_size: is 55,001, but must be at most 55,000, the "
        "number of examples in train[5000:] of mnist",
    ),
    "illustrated image beyond the data": (
        lenet("illustrations: {figures: [kernels], images: [{index: 10000}]}"),
        "experiments.lenet5.illustrations.images.0.index: is 10,000, but must be less than 10,000",
    ),
    "illustrated class beyond the data": (
        lenet("illustrations: {figures: [kernels], images: [{index: 0}, {first_of_class: 10}]}"),
        "illustrations.images.1.first_of_class: is 10, but must be less than 10, the number of",
    ),
    "illustrations without a convolution": (
        mlp("illustrations: {figures: [kernels]}"),
        "experiments.core_mlp.illustrations: core_mlp has no convolution to look into; set it to",
    ),
    "illustrations of branches": (
        "experiments: {new: {dataset: mnist, model: resnet, training: {epochs: 1}, "
        "illustrations: {figures: [kernels]}}}",
        "experiments.new.illustrations: resnet is not a sequence of layers, which is what can be",
    ),
    "whitening without a convolution": (
        mlp("training: {whitening: {}}"),
        "experiments.core_mlp.training.whitening: needs a convolution as the first layer, and "
        "core_mlp has none; set it to null",
    ),
    "shift out of the frame": (
        lenet("training: {augmentation: [{name: flip}, {name: shift, pixels: 28}]}"),
        "training.augmentation.1.pixels: is 28, but must be less than 28, the shorter side of",
    ),
    "view out of the frame": (
        lenet("test_time_augmentation: {shift: 28}"),
        "test_time_augmentation.shift: is 28, but must be less than 28, the shorter side of",
    ),
    "number beyond 32 bits": (
        mlp("training: {epochs: 2147483648}"),
        "experiments.core_mlp.training.epochs: is 2147483648, but must be at most 2,147,483,647",
    ),
    "number of many digits": (
        mlp(f"parameters: {{units: [{'9' * 500}]}}"),
        f"experiments.core_mlp.parameters.units.0: is {'9' * 77}..., but must be at most",
    ),
    "fraction beyond 32 bits": (
        mlp("training: {optimizer: {learning_rate: 1e39}}"),
        "training.optimizer.learning_rate: is 1e+39, but must be at most 3.4e+38",
    ),
    "fraction that is 0 in 32 bits": (
        mlp("training: {optimizer: {learning_rate: 1e-40}}"),
        "training.optimizer.learning_rate: is 1e-40, which is 0 in 32-bit numbers; write 0",
    ),
    "study whose name is too long": (
        f"study: {LONG}",
        "study: the name nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn... has 201 bytes",
    ),
    "experiment whose name is too long": (
        f"experiments: {{{LONG}: {{model: mlp}}}}",
        "experiments: the name nnnn",
    ),
    "variant whose name is too long": (
        lenet(f"grid: {{parameters.dense_dropout: [0.1]}}, variants: {{{LONG[:183]}: {{}}}}"),
        "has 201 bytes; it becomes part of a path, which takes at most 200",
    ),
    "variants that differ in capitals": (
        lenet("variants: {Wide: {}}"),
        "experiments.lenet5: 'wide' and 'Wide' differ only in capitals, and are one file on some "
        "systems; rename one",
    ),
    "experiments that differ in capitals": (
        "experiments: {LeNet5: {model: mlp}}",
        "experiments: 'lenet5' and 'LeNet5' differ only in capitals",
    ),
    "pages that differ in capitals": (
        "drawing: {a: [lenet5/wide], A: [lenet5/wide]}",
        "drawing: 'a' and 'A' differ only in capitals",
    ),
    "areas that are no range": (
        mlp("training: {augmentation: [{name: erasing, area: [0.5, 0.1]}]}"),
        "training.augmentation.0.area: is [0.5, 0.1], but must be two fractions that rise",
    ),
    "one area": (
        mlp("training: {augmentation: [{name: erasing, area: [0.5]}]}"),
        "training.augmentation.0.area: is [0.5], but must be two fractions that rise",
    ),
    "test images that are trained on": (
        lenet('splits: {train: "train[5000:]", test: "train[:6000]"}'),
        "experiments.lenet5.splits.test: 1,000 of its examples are also in splits.train",
    ),
    "folder of data that is a file": (f"data_dir: {__file__}", "test_knowable.py is not a folder"),
    "path that is too long": (f"predict: {'a/' * 9}{'n' * 300}", "predict: "),
    "folder of data that is not there": ("data_dir: nowhere", "data_dir: there is no nowhere (a p"),
    "folder of data without a name": ("data_dir: ''", "data_dir: there is no path"),
}


@pytest.mark.parametrize("name", KNOWABLE)
def test_it_is_said_before_any_job(name: str, tmp_path: Path) -> None:
    changes, words = KNOWABLE[name]
    assert words in complaint(tmp_path, changes)


def test_a_name_that_is_not_in_the_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_catalogue, "_names", lambda: ["mnist", "kmnist"])
    said = complaint(tmp_path, "datasets: {a: {source: tfds, name: kmnits}, mnits: {source: tfds}}")
    assert "datasets.a.name: TensorFlow Datasets has no 'kmnits'; did you mean 'kmnist'?" in said
    assert "datasets.mnits.name: TensorFlow Datasets has no 'mnits'; did you mean 'mnist'?" in said


def test_branches_are_not_for_a_page_to_draw_on(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        "study: mine\ntitle: Mine\ndatasets: {digits: {source: digits}}\n"
        "drawing: {page: [e/default]}\n"
        "experiments: {e: {dataset: digits, model: resnet, training: {epochs: 1}}}\n"
    )
    with pytest.raises(StudyError) as caught:
        config.load([file])
    assert "drawing.page: e/default is not a sequence of layers" in str(caught.value)


def test_what_is_at_the_limit_is_accepted(tmp_path: Path) -> None:
    study = load(
        tmp_path,
        f"study: {LONG[1:]}\n"
        'experiments: {lenet5: {splits: {train: "train[59999:]", test: "test[9999:]"}, '
        "illustrations: {figures: [kernels], images: [{index: 0}, {first_of_class: 9}]}, "
        "test_time_augmentation: {shift: 27}}, "
        "deep_cnn: {training: {batch_size: 55000}}, "
        "core_mlp: {training: {epochs: 2147483647}, seeds: [4294967295]}}",
    )
    assert len(study.runs) == len(load(tmp_path, "").runs)


def test_what_is_said_of_a_dataset_before_it_is_there_is_so(tmp_path: Path) -> None:
    about = datasets.published("mine", {"source": "digits"})
    loaded = datasets.load("digits", tmp_path)
    assert about["examples"] == {
        split: len(loaded.arrays[f"{split}_labels"]) for split in ("train", "test")
    }
    assert len(about["class_names"]) == len(loaded.class_names)
    assert about["input_shape"] == loaded.arrays["train_images"].shape[1:]
    unknown = datasets.published("mine", {"source": "folder", "path": "x"})
    assert not any(unknown[key] for key in ("examples", "class_names", "input_shape"))


def test_a_dataset_of_ones_own_is_held_against_its_examples() -> None:
    """By the job that comes after its preparation, in the same words."""
    run = load_one()
    about = {
        "name": "mine",
        "examples": {"train": 20, "test": 4},
        "class_names": ["a", "b"],
        "input_shape": [8, 8, 1],
    }
    wanted = {
        **run,
        "splits": {"train": "train[30:]", "validation": "train[:10]", "test": "test"},
        "training": {
            "batch_size": 11,
            "steps": 5,
            "augmentation": [{"name": "shift", "pixels": 8}],
        },
    }
    assert [problem.partition(":")[0] for problem in fitting.problems(wanted, about)] == [
        "splits.train",
        "training.augmentation.0.pixels",
    ]
    illustrations = {
        "images": [
            {"index": 4, "first_of_class": None},
            {"index": None, "first_of_class": 2},
            {"index": 3, "first_of_class": None},
        ]
    }
    found = [*fitting.of_illustrations(illustrations, wanted, about)]
    assert [problem.partition(":")[0] for problem in found] == [
        "illustrations.images.0.index",
        "illustrations.images.1.first_of_class",
    ]
    wanted["splits"] = {"train": "train[10:]", "validation": None, "test": "test"}
    assert "must be at most 10" in next(fitting.problems(wanted, about))


def load_one() -> dict[str, object]:
    return config.load([ROOT / "config" / "demo.yaml"]).runs[0].settings


@pytest.mark.parametrize(
    ("model", "changes", "known"),
    [
        ("lenet5", {"filters": [12, 32]}, True),
        ("lenet5", {"filters": [6, 16, 16]}, False),
        ("mlp", {"units": 7, "dropout": 0.3, "activation": "elu"}, True),
        ("small_cnn", {"pool_after": [1, 2]}, False),
        ("small_cnn", {"separable": True}, True),
        ("airbench", {"whitening_size": 5}, False),
        ("resnet", {"blocks": 2}, False),
        ("activation_demo", {}, False),
    ],
)
def test_networks_of_another_structure_have_to_be_tried(
    model: str, changes: dict[str, object], known: bool
) -> None:
    defaults = MODELS.defaults(model)
    assert fitting.is_of_known_structure(model, defaults | changes, defaults) == known
