"""A chunk's folder of tables, and what is said about damaged files."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from small_runs import CLASSES, SETTINGS, Row, predictions, write_dataset, write_run

from study import tables
from study.errors import StudyError
from study.evaluation import chunk
from study.evaluation import predictions as stored
from study.evaluation.losses import cross_entropies
from study.evaluation.predictions import Predictions


def evaluated(
    folder: Path,
    runs: list[tuple[str, str, str]],
    *,
    detailed: bool = True,
    doubtful_labels: Sequence[Row] = (),
) -> Path:
    out = folder / "evaluation" / "e" / "0"
    dataset = write_dataset(folder, doubtful_labels=doubtful_labels)
    columns = [list(files) for files in zip(*runs, strict=True)] or [[], [], []]
    chunk.evaluate(*columns, [dataset], out, detailed=detailed)
    return out


def test_a_chunk_has_its_tables_and_a_sweeps_chunk_two_of_them(tmp_path: Path) -> None:
    runs = [write_run(tmp_path, "10", seed) for seed in (0, 1)]
    out = evaluated(tmp_path, runs)
    assert sorted(file.stem for file in out.iterdir()) == sorted(
        ["runs", "histories", *chunk.DETAILED]
    )
    assert [*out.parent.iterdir()] == [out]
    again = evaluated(tmp_path, runs, detailed=False)  # takes the place of the first folder
    assert sorted(file.stem for file in again.iterdir()) == ["histories", "runs"]


def test_who_a_run_is_stands_in_its_record_and_stays_text(tmp_path: Path) -> None:
    folder = tmp_path / "model_zoo"
    out = evaluated(folder, [write_run(folder / "runs", "10", 3)])
    (run,) = tables.read(out / "runs.csv").to_dict("records")
    assert (run["experiment"], run["variant"], run["seed"]) == ("e", "10", 3)
    assert (run["version_python"], run["code_fingerprint"]) == ("3.11", "1e5")
    assert run["data_fingerprint"] == "12345678901234567890"
    assert run["training.optimizer.learning_rate"] == 1e-7
    assert (run["splits.validation"], run["parameters.filters"]) == ("", "6 × 16")
    assert (run["dataset_name"], run["parameter_count"], run["examples"]) == ("digits", 7, 60)
    assert (run["last_loss"], run["train_seconds"], run["inherited_seconds"]) == (0.25, 10, 4)
    assert np.isnan(run["last_val_loss"])
    assert run["warm_seconds"] == 9
    assert np.isnan(run["cold_seconds"])
    classes = tables.read(out / "classes.csv")
    assert classes["class"].tolist() == CLASSES
    assert tables.read(out / "layers.csv")["output_shape"].tolist() == ["10"]


def test_the_last_ten_epochs_test_accuracy_is_that_of_runs_that_watched_it(tmp_path: Path) -> None:
    rows = ["epoch,step,loss,accuracy,val_loss,val_accuracy"]
    accuracies = [0.5, 0.5, *np.arange(2, 12) / 100]
    rows += [f"{epoch},{epoch + 1},1,0.5,1,{value}" for epoch, value in enumerate(accuracies)]
    watched = {**SETTINGS, "splits": {"train": "train", "validation": "test", "test": "test"}}
    files = {
        "watched": write_run(tmp_path, "watched", 0, settings=watched),
        "validated": write_run(tmp_path, "validated", 0),
        "short": write_run(tmp_path, "short", 0, settings=watched),
    }
    for name, (_, _, history) in files.items():
        Path(history).write_text("\n".join(rows[: 11 if name == "short" else None]) + "\n")
    table = tables.read(evaluated(tmp_path, list(files.values())) / "runs.csv")
    of_run = table.set_index("variant")["last_ten_test_accuracy"]
    assert of_run["watched"] == pytest.approx(np.mean(np.arange(2, 12)) / 100)
    assert of_run[["validated", "short"]].isna().all()


def test_the_details_agree_with_the_metrics(tmp_path: Path) -> None:
    out = evaluated(tmp_path, [write_run(tmp_path, "v", 0)])
    (run,) = tables.read(out / "runs.csv").to_dict("records")
    confusion = tables.read(out / "confusion.csv")
    correct = confusion.loc[confusion["true"] == confusion["predicted"], "count"].sum()
    assert correct / confusion["count"].sum() == run["accuracy"]
    # The rows of a confusion matrix sum to one, not its columns.
    assert confusion.groupby("true")["fraction"].sum().to_numpy() == pytest.approx(1)
    bins = tables.read(out / "calibration.csv")
    assert (bins["examples"].sum(), bins["correct"].sum()) == (60, correct)
    mistakes = tables.read(out / "mistakes.csv")
    assert len(mistakes) == min(chunk.MISTAKES, 60 - correct)
    assert mistakes["confidence"].is_monotonic_decreasing
    assert (mistakes["true"] != mistakes["predicted"]).all()


def test_doubtful_labels_are_those_of_the_runs_own_test_split(tmp_path: Path) -> None:
    """Of 50 images, those at places 2 and 7 are misread; the labels at 2 and 10 are doubted."""
    labels = np.arange(50, dtype=np.int32) % 3
    predicted = labels.copy()
    predicted[[2, 7]] = [0, 0]
    doubted = [(5, 0, 1), (12, 2, 0), (20, 1, 2)]  # places in the whole test split
    votes = {"votes_label": 1, "votes_proposed": 3, "votes_neither": 1}
    splits = {"train": "train", "validation": None, "test": "test[10:]"}
    run = write_run(tmp_path, "v", 0, settings={**SETTINGS, "splits": splits})
    logits = np.log(np.float32(8)) * np.eye(3, dtype=np.float32)[predicted]
    np.savez(run[1], logits=logits, labels=labels)
    known = [{"index": i, "label": a, "proposed": b, **votes} for i, a, b in doubted]
    out = evaluated(tmp_path, [run], doubtful_labels=known)
    (row,) = tables.read(out / "runs.csv").to_dict("records")
    assert (row["accuracy"], row["undoubted_accuracy"]) == (48 / 50, pytest.approx(47 / 48))
    doubtful = tables.read(out / "doubtful.csv")
    assert doubtful["index"].tolist() == [2, 10]
    assert doubtful["label"].tolist() == ["NA", "10"]
    assert doubtful["proposed"].tolist() == ["boot", "NA"]
    assert doubtful["predicted"].tolist() == ["boot", "10"]
    assert doubtful["confidence"].to_numpy() == pytest.approx(0.8)
    assert doubtful[[*votes]].to_numpy().tolist() == [[1, 3, 1]] * 2


def test_a_chunk_without_runs_has_empty_tables(tmp_path: Path) -> None:
    out = evaluated(tmp_path, [])
    assert len(tables.read(out / "runs.csv")) == 0
    assert "accuracy" in tables.read(out / "classes.csv")


def test_the_histories_have_columns_that_no_run_has(tmp_path: Path) -> None:
    """A study without steps has no `batch_accuracy`; one without validation no `val_loss`."""
    out = evaluated(tmp_path, [write_run(tmp_path, "v", 1)])
    row = tables.read(out / "histories.csv").to_dict("records")[0]
    assert (row["experiment"], row["seed"], row["loss"]) == ("e", 1, 0.5)
    assert np.isnan(row["batch_accuracy"])
    assert np.isnan(row["val_loss"])


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("kept", [0, 0.5])
def test_a_truncated_file_is_named(tmp_path: Path, place: int, kept: float) -> None:
    run = write_run(tmp_path, "v", 0)
    content = Path(run[place]).read_bytes()
    Path(run[place]).write_bytes(content[: int(kept * len(content))])
    with pytest.raises(
        StudyError, match=r"run again|(run Snakemake|train the run) again"
    ) as caught:
        evaluated(tmp_path, [run])
    assert run[place] in str(caught.value)
    assert not (tmp_path / "evaluation" / "e" / "0").exists()


def test_a_record_that_lacks_a_key_is_named(tmp_path: Path) -> None:
    run = write_run(tmp_path, "v", 0)
    record = json.loads(Path(run[0]).read_text())
    del record["parameter_count"]
    Path(run[0]).write_text(json.dumps(record))
    with pytest.raises(StudyError, match=r"run\.json lacks 'parameter_count'"):
        evaluated(tmp_path, [run])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"logits": np.full((60, 3), np.nan, np.float32)}, "not finite"),
        ({"logits": np.zeros((60, 4), np.float32)}, "4 classes, but the dataset has 3"),
        ({"logits": np.zeros((59, 3), np.float32)}, "do not fit labels"),
        ({"labels": np.full(60, 3, np.int32)}, "labels from 3 to 3"),
        ({"logits": np.zeros((0, 3), np.float32), "labels": np.zeros(0, np.int32)}, "no predict"),
    ],
)
def test_unfit_predictions_are_refused(
    tmp_path: Path, change: dict[str, np.ndarray], words: str
) -> None:
    logits, labels = predictions(0)
    file = tmp_path / "predictions.npz"
    np.savez(file, **{"logits": logits, "labels": labels, **change})
    with pytest.raises(StudyError, match=words) as caught:
        stored.load(file, classes=3)
    assert str(file) in str(caught.value)


def test_the_loss_of_a_confident_mistake_is_not_capped() -> None:
    own = Predictions(np.array([[500, -500]], np.float32), np.array([1], np.int32))
    assert own.losses.tolist() == [1000]
    logits, labels = predictions(0)
    np.testing.assert_array_equal(
        Predictions(logits, labels).losses, cross_entropies(logits, labels)
    )


def test_the_worst_mistakes_come_first() -> None:
    logits = np.log(np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]])).astype(np.float32)
    own = Predictions(logits, np.array([0, 0, 0, 1], np.int32))
    assert own.mistakes(5).tolist() == [1, 2]
    assert own.mistakes(1).tolist() == [1]
    assert own.confidences[own.mistakes(2)] == pytest.approx([0.8, 0.6])
    assert own.probabilities[own.mistakes(2), 0] == pytest.approx([0.2, 0.4])
