"""The curves that TensorBoard opens."""

import json
from pathlib import Path

import pytest

from study.errors import StudyError


def run(folder: Path, seed: int, history: str) -> None:
    own = folder / "runs" / "e" / "a" / f"seed-{seed}"
    own.mkdir(parents=True)
    own.joinpath("run.json").write_text(
        json.dumps({"experiment": "e", "variant": "a", "seed": seed})
    )
    own.joinpath("history.csv").write_text(history)


def test_each_finished_run_has_its_curves(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    from study.report.tensorboard import write

    run(tmp_path, 0, "epoch,step,loss,accuracy,val_loss\n0,10,0.5,0.75,\n1,20,0.25,0.875,0.5\n")
    run(tmp_path, 1, "epoch,step,loss,accuracy\n0,10,0.125,1.0\n")
    events = write(tmp_path)
    assert write(tmp_path) == events  # in place of those before
    read = {}
    for seed in ("0", "1"):
        found = EventAccumulator(str(events / "e" / "a" / seed))
        found.Reload()
        read[seed] = {
            tag: [(e.step, e.tensor_proto.float_val[0]) for e in found.Tensors(tag)]
            for tag in found.Tags()["tensors"]
        }
    assert read == {
        "0": {
            "loss/training": [(10, 0.5), (20, 0.25)],
            "loss/validation": [(20, 0.5)],
            "accuracy/training": [(10, 0.75), (20, 0.875)],
        },
        "1": {"loss/training": [(10, 0.125)], "accuracy/training": [(10, 1.0)]},
    }


def test_a_study_without_a_finished_run_is_named(tmp_path: Path) -> None:
    from study.report.tensorboard import write

    with pytest.raises(StudyError, match="no finished run"):
        write(tmp_path / "demo")
