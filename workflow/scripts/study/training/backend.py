"""Starts TensorFlow: lean import, the device that was asked for, threads, memory."""

import contextlib
import importlib.metadata
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from study.errors import StudyError
from study.training import devices

NOT_NEEDED = ("sklearn", "matplotlib", "pandas")
"""What Keras imports if it is there, for features that no job uses; it costs 3 to 5 s per job."""

PACKAGES = ("tensorflow", "keras", "numpy")

FAMILY_AND_MODEL = (("family", "cpu family"), ("model", "model"))
"""What a processor is called by, besides its name, and the keys of both in /proc/cpuinfo."""


@dataclass(frozen=True)
class Device:
    """What a job runs on.

    Attributes:
        kind: `cpu` or `gpu`.
        name: the processor's or the GPU's name.
        threads: CPU threads that the job may use.
        jit_compile: whether XLA compiles the training steps: on a GPU it does; on a CPU, oneDNN's
            kernels in a plain graph are faster, for convolutions by one to two orders.
        microbatches_at_once: how many microbatches may be computed side by side.
    """

    kind: str
    name: str
    threads: int
    jit_compile: bool
    microbatches_at_once: int = 1


def start(
    device: str,
    threads: int,
    precision: str = "float32",
    side_by_side: bool = False,
    stopping: Callable[[], bool] = lambda: False,
) -> Device:
    """Import TensorFlow and set it up; call it once, before anything else imports TensorFlow.

    Args:
        device: `cpu`, `gpu`, or `auto` for a GPU if there is one.
        threads: CPU threads to use.
        precision: Keras' dtype policy, `float32` or `mixed_bfloat16`.
        side_by_side: whether the threads compute different operations, one each, and not all of
            them the same: for work that comes in parts, such as microbatches.
        stopping: whether to wait no longer for a GPU that others use.

    Raises:
        StudyError: if a GPU is asked for and there is none.
        StoppedError: when asked to while it waits.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("OMP_NUM_THREADS", str(1 if side_by_side else threads))
    if device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    else:
        # As nvidia-smi counts them; CUDA by itself puts the fastest first.
        os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
        devices.take_gpu(stopping=stopping)
    with _without(*NOT_NEEDED):
        import keras
        import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(1 if side_by_side else threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    gpus = [] if device == "cpu" else tf.config.list_physical_devices("GPU")
    if not gpus:
        devices.release()  # TensorFlow without CUDA, beside a driver: others may use the GPU
    if device == "gpu" and not gpus:
        raise StudyError(
            "the config asks for device: gpu, but TensorFlow finds none here. "
            "Install the CUDA packages (tensorflow[and-cuda]), or set device to auto or cpu."
        )
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    keras.config.set_dtype_policy(precision)
    if gpus:
        details: dict[str, Any] = tf.config.experimental.get_device_details(gpus[0])
        return Device("gpu", details.get("device_name", "GPU"), threads, jit_compile=True)
    at_once = threads if side_by_side else 1
    return Device("cpu", _processor(), threads, jit_compile=False, microbatches_at_once=at_once)


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that training depends on."""
    found = {name: importlib.metadata.version(name) for name in PACKAGES}
    return {"python": platform.python_version(), **found}


def machine() -> dict[str, Any]:
    """The machine: processor, cores, memory in GB (10^9 bytes; None where unknown), system."""
    try:
        memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    except (ValueError, AttributeError):
        memory = None
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": memory,
        "system": platform.system(),
    }


def process_seconds() -> float | None:
    """How long ago this process was started, in seconds; None where the system does not say."""
    try:
        started = Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]
        uptime = float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, IndexError, ValueError):
        return None
    return uptime - int(started) / os.sysconf("SC_CLK_TCK")


def peak_memory_mb() -> float:
    """The largest resident memory that this process has had, in MB (10^6 bytes)."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak * (1 if sys.platform == "darwin" else 1024) / 1e6)


@contextlib.contextmanager
def _without(*names: str) -> Iterator[None]:
    """Make optional imports of these packages fail inside the block, as if not installed.

    None in `sys.modules` is Python's own way to say so (the import system's reference, "The module
    cache").
    """
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        for name in hidden:
            sys.modules.pop(name, None)


def processor_in(cpuinfo: str) -> str | None:
    """The processor that the text of /proc/cpuinfo tells of; None where it names none.

    A virtual machine often hides which product it is ("AMD EPYC"), so family and model are named
    too: they tell the microarchitecture, on which speed and last bits depend.
    """
    first: dict[str, str] = {}
    for line in cpuinfo.splitlines():
        key, _, value = line.partition(":")
        first.setdefault(key.strip(), value.strip())
    name = first.get("model name")
    numbers = [f"{word} {first[key]}" for word, key in FAMILY_AND_MODEL if key in first]
    return f"{name} ({', '.join(numbers)})" if name and numbers else name


def _processor() -> str:
    try:
        found = processor_in(Path("/proc/cpuinfo").read_text())
    except OSError:
        found = None
    return found or platform.processor() or platform.machine()
