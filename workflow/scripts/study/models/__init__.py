"""One file per architecture, each with one function:

    build(input_shape, num_classes, *, ...) -> keras.Model

An architecture is added by adding its file and naming it in the config; there is no list to edit.
A file whose name starts with `_` holds what several architectures share.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from study.families import MODELS

if TYPE_CHECKING:
    import keras


def build(
    name: str, input_shape: tuple[int, ...], num_classes: int, **parameters: Any
) -> "keras.Model":
    """Build the architecture `name`; imports Keras.

    Args:
        name: the name of its file, without `.py`.
        input_shape: the shape of one example, without the batch, for instance (28, 28, 1).
        num_classes: the number of outputs.
        parameters: the architecture's own, see its file.

    Returns:
        A built model that maps float32 (batch, *input_shape) to (batch, num_classes).
    """
    settings = {"name": name, **parameters}
    model: keras.Model = MODELS.create(settings, input_shape, num_classes)
    return model


def seeded(
    seed: int, settings: Mapping[str, Any], input_shape: tuple[int, ...], num_classes: int
) -> "keras.Model":
    """The model of a run as it is before training; in a process that has built others, too.

    Args:
        seed: the run's, which determines the initial weights.
        settings: the run's, of which `model` and `parameters` count.
        input_shape, num_classes: see :func:`build`.
    """
    import keras

    # Layers are named by counting: the names, too, are those of a run in a process of its own.
    policy = keras.config.dtype_policy()
    keras.utils.clear_session(free_memory=False)
    keras.config.set_dtype_policy(policy)
    keras.utils.set_random_seed(seed)
    return build(settings["model"], input_shape, num_classes, **settings["parameters"])
