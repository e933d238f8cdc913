"""A sample of the faults and power cuts that `make faults` strikes a study with."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import survey
from injections import Outcome, Server
from recorded_jobs import Job, record

from conftest import Checkout, copy_repository

if shutil.which("strace") is None:
    pytest.skip("no strace here: apt-get install strace", allow_module_level=True)

JOBS = (
    "fetch/digits",
    "prepare/digits",
    "train/alone/plain/0",
    "train_packed_0",
    "evaluate/alone/0",
    "summarise",
    "figure/class_accuracy",
    "report",
    "manifest",
)
EACH = 3


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    return copy_repository(tmp_path_factory.mktemp("faults") / "a study ü")


@pytest.fixture(scope="module")
def jobs(study: Checkout) -> dict[str, Job]:
    return record(study, study.path.with_name("scripts"), study.path.with_name("hook"))


@pytest.fixture(scope="module")
def server(study: Checkout, jobs: dict[str, Job]) -> Iterator[Server]:
    found = Server(study.path)
    yield found
    found.close()


@pytest.mark.parametrize("name", JOBS)
def test_nothing_is_lost_and_nothing_is_wrong_in_silence(
    name: str, jobs: dict[str, Job], study: Checkout, server: Server, tmp_path: Path
) -> None:
    job = jobs[name]
    found = survey.collected(job, survey.survey(job, study, server, tmp_path / "cases", EACH))
    assert found.wrong == []
    assert found.unflushed == []
    assert sum(found.faults.values()) + sum(found.cuts.values()) > EACH


def test_a_struck_job_is_seen_to_fail(
    jobs: dict[str, Job], study: Checkout, server: Server, tmp_path: Path
) -> None:
    """The survey would see it if faults had no effect."""
    job = jobs["prepare/digits"]
    outcomes = list(survey.survey(job, study, server, tmp_path / "cases", 12))
    struck = [each for each in outcomes if isinstance(each, Outcome)]
    assert {"killed", "failed"} <= {outcome.ended for outcome in struck}
    assert any("No space left on device" in outcome.said for outcome in struck)
    assert any("examples.npz" in outcome.said for outcome in struck)
