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


def test_on_the_cpu_every_gpu_is_hidden() -> None:
    assert dataclasses.asdict(DEVICE).keys() == {
        "kind",
        "name",
        "threads",
        "jit_compile",
        "microbatches_at_once",
    }
    assert DEVICE.kind == "cpu"
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "-1"


def test_a_processor_is_named_with_what_tells_its_microarchitecture() -> None:
    told = "processor\t: 0\ncpu family\t: {}\nmodel\t\t: 2\nmodel name\t: AMD EPYC\n\n"
    assert backend.processor_in(told.format(25)) == "AMD EPYC (family 25, model 2)"
    assert backend.processor_in(told.format(26)) == "AMD EPYC (family 26, model 2)"
    assert backend.processor_in("model name\t: Neoverse-N1\n") == "Neoverse-N1"
    assert backend.processor_in("BogoMIPS\t: 243.75\n") is None
