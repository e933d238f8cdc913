"""Store the values of Keras' activation functions, and draws of its truncated normal."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from study.files import atomic, write_text
from study.jobs import job
from study.training import backend

if TYPE_CHECKING:
    from snakemake.script import snakemake

ELEMENTWISE = (
    "relu",
    "sigmoid",
    "softplus",
    "softsign",
    "tanh",
    "selu",
    "elu",
    "exponential",
    "leaky_relu",
)
DRAWS, STDDEV = 100_000, 0.1


def tabulate() -> dict[str, tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]:
    """Arguments and values by name: functions of a number on [-10, 10], and two of softmax.

    `softmax` has one vector of 201 numbers from -4 to 4, and `softmax_of_four` the vector
    [2, -1, 1, 1]: the values of each sum to 1.
    """
    import keras

    line = np.linspace(-10, 10, 401, dtype=np.float32)
    table = {
        name: (line, np.asarray(keras.activations.get(name)(line), np.float32))
        for name in ELEMENTWISE
    }
    for name, vector in {
        "softmax": np.linspace(-4, 4, 201, dtype=np.float32),
        "softmax_of_four": np.array([2, -1, 1, 1], np.float32),
    }.items():
        fractions = keras.activations.softmax(keras.ops.convert_to_tensor(vector[np.newaxis]))
        table[name] = (vector, np.asarray(fractions, np.float32)[0])
    return table


if __name__ == "__main__":
    with job(snakemake):
        backend.start("cpu", snakemake.threads)
        import keras

        lines = [
            f"{name},{x:.9g},{y:.9g}"
            for name, (arguments, values) in tabulate().items()
            for x, y in zip(arguments, values, strict=True)
        ]
        write_text(snakemake.output.functions, "\n".join(["function,x,y", *lines]) + "\n")
        initializer = keras.initializers.TruncatedNormal(stddev=STDDEV, seed=0)
        with atomic(snakemake.output.draws) as temporary:
            np.savez_compressed(
                temporary, draws=np.asarray(initializer((DRAWS,))), stddev=np.float32(STDDEV)
            )
