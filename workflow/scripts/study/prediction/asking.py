"""What is asked of whom: known when the workflow is planned, so nothing heavy is imported."""

import os
from pathlib import Path

from study.config.plan import Plan, Run
from study.errors import StudyError

MODEL = "model.keras"
"""The file of a run's trained model."""


def shown_name(file: Path) -> str:
    """A file's name as text: on Unix it may be any bytes, which no page could hold."""
    return _as_text(file.name)


def _as_text(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "replace")


def name_of(pictures: Path) -> str:
    """What the predictions for a folder of pictures, or for one, are called."""
    whole = pictures.resolve()
    return _as_text(whole.stem if whole.is_file() else whole.name) or "pictures"


def files_of(folder: Path) -> list[Path]:
    """The files of a folder, by name; or the file, if it is one or a link to one.

    Hidden files are left out.

    Raises:
        StudyError: if it is missing or empty.
    """
    if folder.is_file():
        return [folder.resolve() if folder.is_symlink() else folder]
    if not folder.is_dir():
        raise StudyError(f"there is no folder {folder}; name one with pictures")
    files = sorted(f for f in folder.iterdir() if f.is_file() and not f.name.startswith("."))
    if not files:
        raise StudyError(f"there is no file in the folder {folder}; put pictures into it")
    return files


def described(plan: Plan, run: Run) -> dict[str, str]:
    """What :func:`study.prediction.classifiers.of_run` needs of a run beside its results."""
    dataset = run.settings["dataset"]
    title = plan.experiments[run.experiment]["title"]
    if run.variant != "default":
        title = f"{title}, {run.variant_title or run.variant}"
    return {
        "name": f"{run.experiment}/{run.variant}",
        "title": title,
        "run": run.id,
        "dataset": dataset,
        "dataset_title": plan.datasets[dataset]["title"],
        "test": run.settings["splits"]["test"],
        "pictures": plan.datasets[dataset]["pictures"],
    }
