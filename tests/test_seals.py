"""What a job has written is what the next one reads, or its file is named."""

from pathlib import Path

import pytest

from study import seals
from study.errors import StudyError

TABLE = "results/mine/tables/runs.csv"


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study's folder with a table and a folder of figures, as jobs have written them."""
    monkeypatch.chdir(tmp_path)
    for name in (
        TABLE,
        "results/mine/figures/curves/one.svg",
        "results/mine/figures/curves/two.svg",
    ):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(f"accuracy,0.98 of {name}\n")
    seals.write([TABLE, "results/mine/figures/curves"])
    return tmp_path


def test_what_is_as_it_was_written_is_read(written: Path) -> None:
    seals.verify([TABLE, "results/mine/figures/curves"])
    Path("results/mine/figures/curves/.snakemake_timestamp").touch()
    seals.verify(["results/mine/figures/curves"])


@pytest.mark.parametrize("change", ["digit", "empty", "half"])
def test_a_change_is_noticed_and_named(written: Path, change: str) -> None:
    for name in (TABLE, "results/mine/figures/curves/two.svg"):
        text = Path(name).read_text()
        changed = {"digit": text.replace("0.98", "0.99"), "empty": "", "half": text[:9]}[change]
        Path(name).write_text(changed)
        with pytest.raises(StudyError, match=r"SHA-256 differs\); delete it and") as error:
            seals.verify([TABLE, "results/mine/figures/curves"])
        assert name in str(error.value)
        Path(name).write_text(text)


def test_of_many_changed_files_the_first_are_named(written: Path) -> None:
    names = [f"results/mine/runs/{number:02}.csv" for number in range(12)]
    Path("results/mine/runs").mkdir()
    for name in names:
        Path(name).write_text("1")
    seals.write(names)
    for name in names:
        Path(name).write_text("2")
    with pytest.raises(StudyError, match=r"09\.csv and 2 more: ") as error:
        seals.verify(names)
    assert names[10] not in str(error.value)


def test_what_has_no_seal_is_not_checked(written: Path) -> None:
    Path("results/mine/tables/new.csv").write_text("1")
    seals.verify(["results/mine/tables/new.csv", "config/config.yaml", written / TABLE])
    seal = written / "results/mine/.sums/tables/runs.csv.sha256"
    seal.write_text(seal.read_text()[:10])  # the process ended here
    Path(TABLE).write_text("2")
    seals.verify([TABLE])


def test_a_job_forgets_what_it_is_about_to_write(written: Path) -> None:
    seals.remove([TABLE, "results/mine/figures/curves", "results/mine/tables/never.csv"])
    assert not [file for file in (written / "results/mine/.sums").rglob("*") if file.is_file()]
