"""What keeps a config and the examples of a dataset apart, told before any training.

The sizes of public datasets are known when a study is planned, those of others once they have been
prepared.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from study.splits import Split

Config = Mapping[str, Any]

OF_TRAINING = ("batch_size", "steps", "augmentation")
"""What of a variant's `training` is compared with the data."""


def problems(settings: Config, about: Config) -> Iterator[str]:
    """What a run asks of a dataset that it does not have, each with the key's path.

    Args:
        settings: `splits`, `training` and `test_time_augmentation` of a variant.
        about: of the dataset `name`, `examples` (of `train` and `test`, or empty if they are not
            known) and `input_shape` (height, width, channels; or empty).
    """
    name, examples, shape = about["name"], about["examples"], about["input_shape"]
    sizes = {}
    for key, text in settings["splits"].items():
        sizes[key] = _size(text, examples)
        if sizes[key] == 0:
            there = ", ".join(f"{count:,} in {split}" for split, count in examples.items())
            yield f"splits.{key}: {text!r} leaves no example, for {name} has {there}"
    if shared := _shared(settings["splits"], examples):
        yield f"splits.test: {shared:,} of its examples are also in splits.train"
    training = settings["training"]
    batch, count = training["batch_size"], sizes.get("train")
    if count and training["steps"] is not None and batch > count:
        yield (
            f"training.batch_size: is {batch:,}, but must be at most {count:,}, the number of "
            f"examples in {settings['splits']['train']} of {name} (batches of `steps` are full)"
        )
    side = min(shape[:2]) if shape else None
    if side:
        yield from _moves(settings, side, name)


def _size(text: str | None, examples: Mapping[str, int]) -> int | None:
    """The number of examples of a split; None if that is not known, or it is none."""
    part = _part(text, examples)
    return None if part is None else len(part[1])


def _part(text: str | None, examples: Mapping[str, int]) -> tuple[str, range] | None:
    """What a split is a part of, and its examples; None if that is not known, or it is none."""
    try:
        split = Split.parse(text) if text is not None else None
    except ValueError:
        return None  # reported by itself
    if split is None or split.name not in examples:
        return None
    return split.name, range(examples[split.name])[split.slice(examples[split.name])]


def _shared(splits: Mapping[str, str | None], examples: Mapping[str, int]) -> int:
    """How many examples are for training and for the final test."""
    train, test = (_part(splits.get(key), examples) for key in ("train", "test"))
    if train is None or test is None or train[0] != test[0]:
        return 0
    return max(0, min(train[1].stop, test[1].stop) - max(train[1].start, test[1].start))


def _moves(settings: Config, side: int, name: str) -> Iterator[str]:
    """Shifts that move the whole image out of its frame."""
    moves = [
        (f"training.augmentation.{place}.pixels", step.get("pixels"))
        for place, step in enumerate(settings["training"]["augmentation"])
    ]
    views = settings["test_time_augmentation"] or {}
    for path, pixels in [*moves, ("test_time_augmentation.shift", views.get("shift"))]:
        if isinstance(pixels, int) and pixels >= side:
            yield (
                f"{path}: is {pixels:,}, but must be less than {side}, the shorter side of the "
                f"images of {name}"
            )


WIDTHS = ("filters", "units")
"""Parameters whose values make layers wider, and no image smaller."""

TRIED = (
    "softmax_regression", "mlp", "core_mlp", "lenet5", "deep_cnn", "small_cnn", "resnet",
    "airbench",
)  # fmt: skip
"""The architectures that tests build for images of 28 x 28 x 1, and train."""


def is_of_known_structure(model: str, parameters: Config, defaults: Config) -> bool:
    """Whether a model is built for images of 28 x 28 x 1 as tests have built its architecture.

    Then it need not be built before the first training. Fractions and choices change no shape.

    Args:
        model: the name of its architecture.
        parameters: of the model.
        defaults: those of its architecture.
    """
    return model in TRIED and all(
        isinstance(value, (float, str, bool))
        or value == defaults.get(name)
        or (name in WIDTHS and _length(value) == _length(defaults.get(name)))
        for name, value in parameters.items()
    )


def _length(value: Any) -> int:
    return len(value) if isinstance(value, list) else 1


def of_illustrations(
    illustrations: Config | None, settings: Config, about: Config
) -> Iterator[str]:
    """Test images that are asked for and that a dataset does not have.

    Args:
        illustrations: of an experiment.
        settings: of one of its variants.
        about: see :func:`problems`, and `class_names`, of which the number counts.
    """
    count = _size(settings["splits"]["test"], about["examples"])
    classes = len(about["class_names"])
    for place, image in enumerate((illustrations or {}).get("images", [])):
        at = f"illustrations.images.{place}"
        index, label = image["index"], image["first_of_class"]
        if index is not None and count and index >= count:
            yield (
                f"{at}.index: is {index:,}, but must be less than {count:,}, the number of test "
                f"images of {about['name']}"
            )
        if label is not None and classes and label >= classes:
            yield (
                f"{at}.first_of_class: is {label:,}, but must be less than {classes}, the number "
                f"of classes of {about['name']}"
            )
