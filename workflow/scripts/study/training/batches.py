"""Which examples are trained on when, and after which step a row of the history is due."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Shuffle = Literal["each_epoch", "after_first_epoch", "never"]


@dataclass(frozen=True)
class Chunk:
    """Consecutive steps of one epoch, with batches of one size, run in one call.

    Attributes:
        epoch: 0-based.
        first_example: the position in the epoch's order at which the first batch starts.
        batch_size: examples per step.
        steps: the number of steps.
        first_step: how many steps of the whole run come before.
        ends_row: whether a row of the history is due after it,
        ends_regular_row: also in a longer run, and not only since this one ends.
    """

    epoch: int
    first_example: int
    batch_size: int
    steps: int
    first_step: int
    ends_row: bool
    ends_regular_row: bool


def chunks(
    examples: int,
    batch_size: int,
    *,
    epochs: int | None = None,
    steps: int | None = None,
    log_every: int | None = None,
    at_most: int | None = None,
) -> Iterator[Chunk]:
    """Plan a run: every example once an epoch, cut where batches, epochs or rows of history end.

    Counted in `epochs`, an epoch ends with a smaller batch where the batch size does not divide the
    number of examples, as in Keras. Counted in `steps`, all batches have the same size, and the few
    examples left over at the end of an epoch's order are passed over; each epoch has another order.

    Args:
        examples: the size of the training split.
        batch_size: examples per step.
        epochs: how often to go through the split; None with `steps`.
        steps: how many steps to make; None with `epochs`.
        log_every: steps between rows of the history; None for one row per epoch.
        at_most: examples of a chunk, or one batch if that has more; None for no limit.

    Raises:
        ValueError: if not exactly one of `epochs` and `steps` is given, or no full batch fits.
    """
    if (epochs is None) == (steps is None):
        raise ValueError("give either epochs or steps")
    full, rest = divmod(examples, batch_size)
    if steps is not None:
        rest = 0
        if full == 0:
            raise ValueError(f"a batch of {batch_size} does not fit into {examples} examples")
    an_epoch = full + bool(rest)
    total = total_steps(examples, batch_size, epochs=epochs, steps=steps)
    row = log_every or an_epoch
    limit = max(1, at_most // batch_size) if at_most else total
    done = 0
    while done < total:
        epoch, at = divmod(done, an_epoch)
        if at == full:
            count, size = 1, rest
        else:
            until_row = row - done % row
            count, size = min(full - at, until_row, total - done, limit), batch_size
        end = done + count
        regular = end % row == 0
        yield Chunk(epoch, at * batch_size, size, count, done, regular or end == total, regular)
        done = end


def total_steps(
    examples: int, batch_size: int, *, epochs: int | None = None, steps: int | None = None
) -> int:
    """How many steps a run makes; the arguments are those of :func:`chunks`."""
    return steps if steps is not None else -(-examples // batch_size) * (epochs or 0)


def total_examples(
    examples: int, batch_size: int, *, epochs: int | None = None, steps: int | None = None
) -> int:
    """How many examples a run trains on, counted once per epoch."""
    return steps * batch_size if steps is not None else (epochs or 0) * examples


@functools.lru_cache(maxsize=2)
def order(
    seed: int, epoch: int, examples: int, shuffle: Shuffle = "each_epoch"
) -> npt.NDArray[np.int32]:
    """The order of the examples in an epoch: a function of (seed, epoch) alone.

    The same on every device and in a run that was resumed. Philox is counter-based (Salmon et al.
    2011), so that neighbouring seeds and epochs are unrelated.

    Args:
        seed: the run's.
        epoch: 0-based.
        examples: the size of the training split.
        shuffle: which epochs are shuffled; the others are in the order of the training split.

    Returns:
        A permutation of 0..examples-1, int32, shape (examples,).
    """
    if shuffle == "never" or (shuffle == "after_first_epoch" and epoch == 0):
        permutation = np.arange(examples, dtype=np.int32)
    else:
        generator = np.random.Generator(np.random.Philox(key=[seed, epoch]))
        permutation = generator.permutation(examples).astype(np.int32)
    permutation.flags.writeable = False  # it is cached
    return permutation


def batch(
    seed: int,
    step: int,
    examples: int,
    batch_size: int,
    *,
    with_rest: bool,
    shuffle: Shuffle = "each_epoch",
) -> npt.NDArray[np.int32]:
    """The examples of the batch that comes after `step` steps.

    Args:
        seed, examples, batch_size, shuffle: as above.
        step: how many steps come before.
        with_rest: whether an epoch ends with a smaller batch (a run counted in epochs) or not.

    Returns:
        Indices, int32, shape (batch_size,) or, for an epoch's last batch, fewer.
    """
    full, rest = divmod(examples, batch_size)
    epoch, at = divmod(step, full + bool(rest and with_rest))
    return order(seed, epoch, examples, shuffle)[at * batch_size : (at + 1) * batch_size]
