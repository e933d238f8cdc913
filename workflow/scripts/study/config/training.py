"""What a config may say about a training: a part of :mod:`study.config.description`.

Optimisers, schedules, augmentations and so on are files of their own, whose parameters
:mod:`study.families` reads; here they are mappings.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from study.config._section import Factor, Group, Positive, Section, doc


class Whitening(Section):
    """The first convolution as a whitening of patches (training/whitening.py)."""

    frozen: bool = doc("keep this kernel unchanged during training", True)
    epsilon: Factor = doc("added to each direction's variance, of pixels from 0 to 1", 0.0005)


class Training(Section):
    """How a model is trained."""

    optimizer: dict[str, Any] = doc(
        "the optimiser: its `name` and its parameters, listed below",
        {"name": "adam"},
    )
    schedule: dict[str, Any] | None = doc(
        "how the learning rate changes during a run: the `name` of a schedule and its "
        "parameters, listed below; `null`: it is constant",
        None,
    )
    learning_rate_factors: dict[Group, Factor] = doc(
        "factors of the learning rate for groups of weights: `kernels`, `biases` (and offsets of "
        "normalisation), `normalization`, `head` (the last layer with weights). A weight in two "
        "of them gets both factors",
        {},
    )
    weight_decay_exempt: list[Group] = doc(
        "groups of weights to which an optimiser's `weight_decay` does not apply",
        ["biases", "normalization"],
    )
    clip_norm: Factor | None = doc(
        "scale a batch's gradient down to this norm, over all weights together, if its norm is "
        "larger; `null`: never",
        None,
    )
    augmentation: list[dict[str, Any]] = doc(
        "random changes of the training images, applied in order: each the `name` of an "
        "augmentation and its parameters, listed below",
        [],
    )
    label_smoothing: Annotated[float, Field(ge=0, lt=1)] = doc(
        "the part of each target's probability that is spread evenly over all classes", 0.0
    )
    mixing: dict[str, Any] | None = doc(
        "mix the examples of a batch: the `name` of a mixing and its parameters, listed below", None
    )
    averaging: dict[str, Any] | None = doc(
        "evaluate and publish averaged weights: the `name` of an averaging and its parameters, "
        "listed below",
        None,
    )
    whitening: Whitening | None = doc(
        "initialise the first convolution so that it whitens patches of the training images; "
        "`{}` for the defaults",
        None,
    )
    loss: Literal["categorical_crossentropy", "sparse_categorical_crossentropy"] = doc(
        "`categorical_crossentropy` or `sparse_categorical_crossentropy`: the same number, "
        "computed from class ids; the two names let a config read like its tutorial",
        "sparse_categorical_crossentropy",
    )
    loss_reduction: Literal["mean", "sum"] = doc(
        "`mean` or `sum` over a batch; `sum` makes the gradient larger by a factor of the batch "
        "size",
        "mean",
    )
    batch_size: Positive = doc("examples per step", 32)
    microbatch_size: Positive | None = doc(
        "compute a batch's gradient in parts of this size, which must divide the batch size; "
        "`null`: all at once. Parts that fit the cache are faster. The result is the same up to "
        "rounding, unless the run has batch normalisation, dropout, augmentation or mixing: each "
        "part has its own statistics and random numbers",
        None,
    )
    epochs: Positive | None = doc(
        "number of passes through the training split; the last batch of an epoch may be smaller. "
        "Give either `epochs` or `steps`",
        None,
    )
    steps: Positive | None = doc(
        "number of batches to train on, all of full size; a new pass begins when no full batch "
        "is left",
        None,
    )
    log_every: Positive | None = doc(
        "number of steps per row of the history; `null`: one row per epoch", None
    )
    shuffle: Literal["each_epoch", "after_first_epoch", "never"] = doc(
        "`each_epoch`: every epoch has a new random order of the training split; "
        "`after_first_epoch`: the first epoch keeps the stored order; `never`: all epochs keep "
        "it",
        "each_epoch",
    )
    epoch_mean: Literal["examples", "batches"] = doc(
        "the means in the history weigh each example (`examples`) or each batch (`batches`) "
        "equally",
        "examples",
    )


class TestTimeAugmentation(Section):
    """Views of a test image over which probabilities are averaged (training/views.py)."""

    flip: bool = doc("also mirror each view horizontally", False)
    shift: Annotated[int, Field(ge=0)] = doc(
        "also shift the image by this number of pixels up, down, left and right; 0: not at all", 0
    )
