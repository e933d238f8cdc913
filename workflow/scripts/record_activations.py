"""Store what the layers of a network give for some test images, and what they have learned."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from study import models, prepared, stored_models
from study.errors import StudyError
from study.files import atomic, read_json, write_json
from study.jobs import job
from study.training import backend

if TYPE_CHECKING:
    import keras
    from snakemake.script import snakemake

Arrays = dict[str, npt.NDArray[Any]]

KEEP = (1.0, 0.8, 0.5, 0.2)
"""The fractions of features that dropout keeps, in the arrays named `dropped_<place>`."""


def place_of(wanted: Mapping[str, Any], labels: npt.NDArray[np.int32], names: list[str]) -> int:
    """The place of a test image that the config asks for, by itself or as the first of a class.

    Args:
        wanted: `index` or `first_of_class`; the other is None.
        labels: of the test split, int32 (examples,).
        names: of the classes.

    Raises:
        StudyError: if there is none.
    """
    if (index := wanted["index"]) is not None:
        if index >= len(labels):
            raise StudyError(
                f"illustrations.images: the test split has no image {index}; its images are 0 to "
                f"{len(labels) - 1}"
            )
        return int(index)
    places = np.flatnonzero(labels == wanted["first_of_class"])
    if not len(places):
        raise StudyError(
            f"illustrations.images: the test split has no example of class "
            f"{wanted['first_of_class']}; its classes are 0 to {len(names) - 1} "
            f"({', '.join(names)})"
        )
    return int(places[0])


def record(model: "keras.Model", image: npt.NDArray[np.uint8]) -> tuple[Arrays, list[Any]]:
    """What the layers of a sequential model compute from one image.

    Args:
        model: a Sequential.
        image: uint8 (height, width, channels).

    Returns:
        The arrays, all of float32: `image` (height, width, channels) in [0, 1]; for each layer in
        `layers`, `maps_<place>` (height, width, maps); if it is a convolution, `kernels_<place>`
        (height, width, inputs, maps); `before_activation` of the first convolution; and `features`
        of the last layer but the output, with `dropped_<place>` for each fraction of :data:`KEEP`.
        And the layers that give maps, dropout left out: name, type, activation, shape.
    """
    import keras

    signal = keras.ops.convert_to_tensor(image[np.newaxis].astype(np.float32) / 255)
    arrays: Arrays = {"image": np.asarray(signal)[0]}
    layers: list[Any] = []
    for layer in model.layers[:-1]:
        if isinstance(layer, keras.layers.Dropout):
            continue  # does nothing when not training
        before, signal = signal, layer(signal, training=False)
        maps = np.asarray(signal, np.float32)[0]
        if maps.ndim != 3:
            arrays["features"] = maps
            continue
        place = len(layers)
        arrays[f"maps_{place}"] = maps
        activation = getattr(layer, "activation", None)
        if isinstance(layer, keras.layers.Conv2D):
            arrays[f"kernels_{place}"] = np.asarray(layer.kernel, np.float32)
            if "before_activation" not in arrays:
                layer.activation = keras.activations.linear
                arrays["before_activation"] = np.asarray(layer(before), np.float32)[0]
                layer.activation = activation
        layers.append(
            {
                "name": layer.name,
                "type": type(layer).__name__,
                "activation": keras.activations.serialize(activation) if activation else "",
                "shape": list(maps.shape),
            }
        )
    if "features" in arrays:
        for place, keep in enumerate(KEEP):
            dropout = keras.layers.Dropout(1 - keep, seed=0)
            arrays[f"dropped_{place}"] = np.asarray(
                dropout(arrays["features"][np.newaxis], training=True), np.float32
            )[0]
    return arrays, layers


def networks(
    trained: "keras.Model", run: Mapping[str, Any], dataset: prepared.Dataset, untrained: bool
) -> Iterator[tuple[bool, "keras.Model"]]:
    """The network after training, and before it if asked; each with whether it is trained."""
    import keras

    from study.training import whitening

    if untrained:
        settings = run["settings"]
        keras.config.set_dtype_policy(settings["precision"])
        classes = len(dataset.class_names)
        network = models.seeded(run["seed"], settings, dataset.input_shape, classes)
        if settings["training"]["whitening"]:
            images, _ = dataset.part(settings["splits"]["train"])
            whitening.whiten(network, images, **settings["training"]["whitening"])
        yield False, network
    yield True, trained


if __name__ == "__main__":
    with job(snakemake):
        dataset = prepared.load(snakemake.input.examples, snakemake.input.about)
        run = read_json(snakemake.input.run)
        images, labels = dataset.part(run["settings"]["splits"]["test"])
        places = [place_of(each, labels, dataset.class_names) for each in snakemake.params.images]
        backend.start("cpu", snakemake.threads)
        folder = Path(snakemake.input.model).parent
        model = stored_models.load(folder, dataset.input_shape, len(dataset.class_names))
        views: list[dict[str, Any]] = []
        stored: dict[str, Any] = {}
        for is_trained, network in networks(model, run, dataset, snakemake.params.untrained):
            for index in places:
                arrays, layers = record(network, images[index])
                stored |= {f"{len(views)}/{name}": array for name, array in arrays.items()}
                views.append(
                    {
                        "trained": is_trained,
                        "index": index,
                        "class": dataset.class_names[labels[index]],
                        "layers": layers,
                    }
                )
        if not any("/kernels_" in name for name in stored):
            raise StudyError(
                f"illustrations: {run['experiment']}/{run['variant']} has no convolution to look "
                "into; leave the key out"
            )
        with atomic(snakemake.output.arrays) as temporary:
            np.savez_compressed(temporary, **stored)
        write_json(
            snakemake.output.about,
            {
                **{key: run[key] for key in ("experiment", "variant", "seed")},
                "keep": KEEP,
                "views": views,
            },
        )
