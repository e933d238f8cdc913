"""Starting TensorFlow."""

import dataclasses
import os

import pytest
from bands import DEVICE, tf

from study.errors import StudyError
from study.training import backend


def test_a_gpu_that_is_not_there_is_refused() -> None:
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("there is a GPU here")
    with pytest.raises(StudyError, match="device: gpu, but TensorFlow finds none"):
        backend.start("gpu", threads=1)


def test_auto_without_a_gpu_is_recorded_as_cpu() -> None:
    assert dataclasses.asdict(DEVICE).keys() == {
        "kind",
        "name",
        "threads",
        "jit_compile",
        "microbatches_at_once",
    }
    assert DEVICE.kind == "cpu"
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "-1"
