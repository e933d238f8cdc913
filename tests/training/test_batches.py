"""Which examples are trained on when; no TensorFlow."""

import numpy as np
import pytest

from study.training import batches


def test_epochs_end_with_a_smaller_batch() -> None:
    chunks = list(batches.chunks(10, 4, epochs=2))
    assert [(c.epoch, c.first_example, c.batch_size, c.steps) for c in chunks] == [
        (0, 0, 4, 2),
        (0, 8, 2, 1),
        (1, 0, 4, 2),
        (1, 8, 2, 1),
    ]
    assert [c.ends_row for c in chunks] == [False, True, False, True]


def test_steps_have_full_batches_only() -> None:
    chunks = list(batches.chunks(10, 4, steps=5, log_every=3))
    assert sum(c.steps for c in chunks) == 5
    assert {c.batch_size for c in chunks} == {4}
    assert [c.first_step + c.steps for c in chunks if c.ends_row] == [3, 5]


@pytest.mark.parametrize("log_every", [None, 1, 7, 100])
@pytest.mark.parametrize("at_most", [None, 5, 30])
def test_every_example_is_visited_once_an_epoch(log_every: int | None, at_most: int | None) -> None:
    seen = np.zeros(103, int)
    for chunk in batches.chunks(103, 10, epochs=3, log_every=log_every, at_most=at_most):
        assert chunk.steps * chunk.batch_size <= max(10, at_most or 1000)
        order = batches.order(1, chunk.epoch, 103)
        end = chunk.first_example + chunk.steps * chunk.batch_size
        seen[order[chunk.first_example : end]] += 1
    assert (seen == 3).all()


def test_order_is_a_function_of_seed_and_epoch() -> None:
    orders = {(s, e): tuple(batches.order(s, e, 50)) for s in (0, 1) for e in (0, 1)}
    assert len(set(orders.values())) == 4
    assert orders[1, 1] == tuple(batches.order(1, 1, 50))
    assert sorted(orders[1, 0]) == list(range(50))


def test_which_epochs_are_shuffled() -> None:
    as_it_is = tuple(range(50))
    for shuffle, expected in (
        ("each_epoch", [batches.order(1, 0, 50), batches.order(1, 1, 50)]),
        ("after_first_epoch", [as_it_is, batches.order(1, 1, 50)]),
        ("never", [as_it_is, as_it_is]),
    ):
        for epoch in (0, 1):
            assert tuple(batches.order(1, epoch, 50, shuffle)) == tuple(expected[epoch])


def test_batch_agrees_with_chunks() -> None:
    for chunk in batches.chunks(10, 4, epochs=2, log_every=1):
        batch = batches.batch(5, chunk.first_step, 10, 4, with_rest=True)
        order = batches.order(5, chunk.epoch, 10)
        assert (batch == order[chunk.first_example : chunk.first_example + chunk.batch_size]).all()


def test_a_batch_must_fit() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        list(batches.chunks(3, 4, steps=5))
