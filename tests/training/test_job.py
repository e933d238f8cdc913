"""The training job: several runs in one process, each as if it were alone."""

import dataclasses
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bands import keras, tf
from jobs_of_runs import (
    BROKEN,
    do,
    left_behind,
    noted_fits,
    prepare,
    published,
    record,
    run,
)

from study import jobs, prepared
from study.errors import StudyError
from study.training import engine, finished, job
from study.training.run import FILES, RunToTrain


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return prepare(tmp_path)


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return noted_fits(monkeypatch)


def test_runs_of_one_job_have_the_bits_of_jobs_of_their_own(folder: Path) -> None:
    runs = [run(folder, "a"), run(folder, "b", seed=1), run(folder, "c", dropout=0.5)]
    runs.append(run(folder, "d", units=8))
    do(folder, *runs)
    together = {name: published(folder, name) for name in "abcd"}
    assert record(folder, "b")["runs_in_job"] == 4
    assert record(folder, "a")["timings"]["start_s"] > 0
    assert record(folder, "b")["timings"]["start_s"] == 0
    assert len({content["logits"] for content in together.values()}) == 4
    shutil.rmtree(folder / "runs")
    shutil.rmtree(folder / "checkpoints")
    for one in runs:
        do(folder, one)
    assert {name: published(folder, name) for name in "abcd"} == together
    assert left_behind(folder) == {*FILES, "hashes.json"}


def test_a_run_is_trained_in_the_precision_of_its_settings(folder: Path) -> None:
    one = run(folder, "float32")
    settings = {**one.settings, "precision": "mixed_bfloat16"}
    other = dataclasses.replace(run(folder, "bfloat16"), settings=settings)
    try:
        do(folder, one)
        do(folder, other)
    finally:
        keras.config.set_dtype_policy("float32")
    assert published(folder, "float32")["logits"] != published(folder, "bfloat16")["logits"]


def test_a_run_that_fails_does_not_take_the_others_with_it(
    folder: Path, trained: list[str]
) -> None:
    good = [run(folder, "a"), run(folder, "c", seed=2)]
    bad = run(folder, "b", optimizer=BROKEN)
    with pytest.raises(StudyError, match=r"^experiment/b/seed-0: training diverged") as caught:
        do(folder, good[0], bad, good[1])
    assert "experiment/a" not in str(caught.value)
    before = {name: published(folder, name) for name in "ac"}
    shutil.rmtree(folder / "runs")  # as Snakemake does with what a failed job has written

    trained.clear()
    do(folder, good[0], run(folder, "b"), good[1])
    assert trained == ["b"], "the others were finished"
    assert {name: published(folder, name) for name in "ac"} == before


def test_whatever_goes_wrong_in_a_run_the_others_are_finished(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keras' own complaints (a layer that shrinks below 1x1, say), and a full disk."""
    fit = job.fit

    def fails_for_b(one: RunToTrain, *others: Any) -> int:
        if one.variant == "b":
            raise OSError(28, "No space left on device")
        return fit(one, *others)

    monkeypatch.setattr(job, "fit", fails_for_b)
    with pytest.raises(StudyError, match=r"^experiment/b/seed-1: No space left on device"):
        do(folder, run(folder, "a"), run(folder, "b", seed=1), run(folder, "c", seed=2))
    assert published(folder, "a")["logits"] != published(folder, "c")["logits"]


def test_the_lock_is_held_until_all_is_in_place_and_cleared(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = run(folder, "a")
    clear = finished.clear

    def checked(*arguments: Any) -> None:
        assert all(file.exists() for file in one.files)
        with pytest.raises(StudyError, match="is training this run already"), one.locked():
            pass
        clear(*arguments)
        with pytest.raises(StudyError, match="is training this run already"), one.locked():
            pass

    monkeypatch.setattr(job.finished, "clear", checked)
    do(folder, one)
    assert list(folder.glob("locks/experiment/a/*.lock")), "its file stays"


def test_exchanged_labels_are_noticed(folder: Path) -> None:
    dataset = prepared.load(folder / "examples.npz", folder / "dataset.json")
    arrays = {**dataset.arrays, "train_labels": dataset.arrays["train_labels"][::-1]}
    prepared.save_arrays(folder / "examples.npz", arrays)
    with pytest.raises(StudyError, match=r"examples\.npz are not those that .*dataset\.json"):
        do(folder, run(folder, "a"))


def test_out_of_memory_names_the_batch_and_the_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*arguments: Any) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")

    monkeypatch.setattr(engine.Steps, "run", exhausted)
    with pytest.raises(StudyError, match=r"experiment/a/seed-0: out of memory with a batch of 64 "):
        do(folder, run(folder, "a"))


@pytest.fixture
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.captureWarnings(False)
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = handlers, level


def test_one_failing_run_prints_one_message(
    folder: Path,
    logging_as_before: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(jobs, "native_messages_to", lambda path, descriptors: None)
    log = folder / "train.log"
    asked = SimpleNamespace(
        rule="train", wildcards={}, threads=1, log=[str(log)], input=[], output=[]
    )
    with pytest.raises(SystemExit) as caught, jobs.job(asked):
        do(folder, run(folder, "a"), run(folder, "b", optimizer=BROKEN))
    assert caught.value.code == 1
    printed = "".join(capsys.readouterr())
    assert printed.count("experiment/b/seed-0") == printed.count("diverged") == 1
    assert "Traceback" not in printed
    assert "experiment/a" not in printed
    assert "Traceback" in log.read_text()


def test_cold_is_the_first_run_of_a_process_and_warm_what_needs_no_compiling(folder: Path) -> None:
    do(folder, run(folder, "a"), run(folder, "b", seed=1), run(folder, "c", units=24))
    timings = {name: record(folder, name)["timings"] for name in "abc"}
    assert [name for name, own in timings.items() if own["cold_s"] is not None] == ["a"]
    assert [name for name, own in timings.items() if own["warm_s"] is not None] == ["b"]
    assert timings["b"]["warm_s"] == timings["b"]["train_s"]
    assert timings["a"]["cold_s"] > timings["a"]["train_s"]
