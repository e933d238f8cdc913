"""Run a finished model on one test image, and store what its layers give and what they learned."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from study import prepared
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


def first_of_class(labels: npt.NDArray[np.int32], wanted: int, names: list[str]) -> int:
    """The index of the first example of a class.

    Raises:
        StudyError: if there is none.
    """
    places = np.flatnonzero(labels == wanted)
    if not len(places):
        raise StudyError(
            f"illustrations.example_class: the test split has no example of class {wanted}; "
            f"its classes are 0 to {len(names) - 1} ({', '.join(names)})"
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


if __name__ == "__main__":
    with job(snakemake):
        dataset = prepared.load(snakemake.input.examples, snakemake.input.about)
        run = read_json(snakemake.input.run)
        images, labels = dataset.part(run["settings"]["splits"]["test"])
        wanted = snakemake.params.example_class
        index = first_of_class(labels, wanted, dataset.class_names)
        backend.start("cpu", snakemake.threads)
        import keras

        model = keras.models.load_model(snakemake.input.model, compile=False)
        arrays, layers = record(model, images[index])
        if not any(name.startswith("kernels_") for name in arrays):
            raise StudyError(
                f"illustrations: {run['experiment']}/{run['variant']} has no convolution to look "
                "into; leave the key out"
            )
        named: dict[str, Any] = arrays
        with atomic(snakemake.output.arrays) as temporary:
            np.savez_compressed(temporary, **named)
        write_json(
            snakemake.output.about,
            {
                **{key: run[key] for key in ("experiment", "variant", "seed")},
                "index": index,
                "class": dataset.class_names[wanted],
                "layers": layers,
                "keep": KEEP,
            },
        )
