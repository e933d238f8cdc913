"""Whether architectures fit a dataset, told before any training."""

import traceback
from collections.abc import Sequence
from typing import Any

import keras

from study import models
from study.errors import StudyError
from study.training.outputs import refuse_what_is_not_computed

Row = dict[str, Any]


def problems(wanted: Sequence[Row], input_shape: tuple[int, ...], num_classes: int) -> list[str]:
    """What keeps models from being built for a dataset, or from being trained, one sentence each.

    Args:
        wanted: of each variant `experiment`, `variant`, `model` and `parameters`. Those that
            differ only in fractions, which change no shape, are built once.
        input_shape: of one image, (height, width, channels).
        num_classes: of the dataset.
    """
    first: dict[str, Row] = {}
    for row in wanted:
        first.setdefault(repr((row["model"], _of_shape(row["parameters"]))), row)
    found = []
    for row in first.values():
        try:
            model = build(row, input_shape, num_classes)
            refuse_what_is_not_computed(model, num_classes)
        except StudyError as error:
            who = f"{row['experiment']}/{row['variant']}: "
            found.append(str(error) if str(error).startswith(who) else f"{who}{error}")
    return found


def build(row: Row, input_shape: tuple[int, ...], num_classes: int) -> keras.Model:
    """Build a variant's model for a dataset.

    Args:
        row, input_shape, num_classes: as for :func:`problems`.

    Raises:
        StudyError: naming the variant, the model and the layer, if it does not fit.
    """
    keras.config.disable_traceback_filtering()
    who = f"{row['experiment']}/{row['variant']}: the model {row['model']}"
    try:
        model = models.build(row["model"], input_shape, num_classes, **row["parameters"])
    except Exception as error:
        layer = _layer_of(error)
        at = f", in the layer {layer}" if layer else ""
        shape = " x ".join(map(str, input_shape))
        raise StudyError(
            f"{who} cannot take images of {shape}{at}: {_first_sentence(error)}"
        ) from error
    if model.output_shape != (None, num_classes):
        given = " x ".join(map(str, model.output_shape[1:]))
        raise StudyError(
            f"{who} gives {given} numbers for an image, not one for each of the {num_classes} "
            "classes"
        )
    return model


def _of_shape(parameters: Row) -> Row:
    return {k: type(v).__name__ if isinstance(v, float) else v for k, v in parameters.items()}


def _layer_of(error: Exception) -> str:
    """The name of the layer in which an error was raised; "" if in none."""
    for frame, _ in reversed([*traceback.walk_tb(error.__traceback__)]):
        layer = frame.f_locals.get("self")
        if isinstance(layer, keras.layers.Layer) and not isinstance(layer, keras.Model):
            return str(layer.name)
    return ""


def _first_sentence(error: Exception) -> str:
    return " ".join(str(error).split("\n\n")[0].split())[:300]
