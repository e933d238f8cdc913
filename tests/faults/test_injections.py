"""A sample of the faults and power cuts of `make faults`, and damaged inputs of every kind."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import survey
from injections import Outcome, Server, contents, faults_of, strike, undisturbed
from next_runs import Next, by_itself, by_snakemake
from recorded_jobs import Job, before, record
from tried import CUT, ENDS

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
EACH = 2

READERS = (
    "prepare/digits",
    "train/alone/plain/0",
    "evaluate/alone/0",
    "summarise",
    "cards",
    "manifest",
)


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
    found = survey.survey(job, study, server, by_itself(server), tmp_path / "cases", EACH)
    assert found.wrong == []
    assert found.unflushed == []
    assert found.count(*ENDS, CUT) > EACH


@pytest.fixture
def strike_a_write(
    jobs: dict[str, Job], study: Checkout, server: Server, tmp_path: Path
) -> Callable[[str, Next], Outcome]:
    """Strikes the first write of prepared data with a kind of fault; the job goes on as is said."""
    job, case = jobs["prepare/digits"], tmp_path / "case"
    ready = before(job, study, tmp_path / "ready")
    shutil.copytree(ready, case)
    known = faults_of(undisturbed(job, server, case), case)
    expected = contents(case)
    shutil.rmtree(case)

    def of_kind(kind: str, again: Next) -> Outcome:
        fault = next(f for f in known if (f.call, f.kind) == ("write", kind) and "data" in f.path)
        return strike(job, fault, server, again, ready, case, expected)

    return of_kind


def test_plain_snakemake_goes_on_after_a_fault(
    strike_a_write: Callable[[str, Next], Outcome], study: Checkout, tmp_path: Path
) -> None:
    again = by_snakemake(study, tmp_path / "again")
    for kind, end in (("SIGKILL", "killed"), ("ENOSPC", "failed")):
        outcome = strike_a_write(kind, again)
        assert outcome.ended == end
        assert outcome.wrong == {}


def test_a_struck_job_is_seen_to_fail(
    strike_a_write: Callable[[str, Next], Outcome], server: Server
) -> None:
    """The survey would see it if faults had no effect."""
    ended = {}
    for kind in ("SIGKILL", "ENOSPC", "EIO"):
        outcome = strike_a_write(kind, by_itself(server))
        assert outcome.struck
        assert outcome.wrong == {}
        ended[kind] = outcome.ended, outcome.said
    assert ended["SIGKILL"][0] == "killed"
    assert "killed or crashed" in ended["SIGKILL"][1]
    assert ended["ENOSPC"][0] == ended["EIO"][0] == "failed"
    assert "data/digits/examples.npz: No space left on device. Make room" in ended["ENOSPC"][1]


@pytest.mark.parametrize("name", ["fetch/digits", "prepare/digits"])
def test_two_processes_that_prepare_one_dataset_give_one_result(
    name: str, jobs: dict[str, Job], study: Checkout, server: Server, tmp_path: Path
) -> None:
    """As where a job outlives its Snakemake, and the next Snakemake starts it again."""
    job = jobs[name]
    ready, case = before(job, study, tmp_path / "ready"), tmp_path / "case"
    shutil.copytree(ready, case)
    server.learn(job, case)
    expected = contents(case)
    others = [server, Server(study.path)]
    try:
        others[1].learn(job, case)
        for _ in range(5):
            shutil.rmtree(case)
            shutil.copytree(ready, case)
            with ThreadPoolExecutor(2) as pool:
                ended = [*pool.map(lambda each: each.run(job, case), others)]
            assert {status for status, _ in ended} == {0}, ended
            assert contents(case) == expected
    finally:
        others[1].close()


def damaged(data: bytes) -> dict[str, bytes]:
    middle = len(data) // 2
    return {
        "empty": b"",
        "half": data[:middle],
        "another file": b"<html>Not found</html>\n",
        "zeros": bytes(len(data)),
        "a bit": bytes([*data[:middle], data[middle] ^ 1, *data[middle + 1 :]]),
    }


@pytest.mark.parametrize("name", READERS)
def test_a_damaged_input_is_named(
    name: str, jobs: dict[str, Job], study: Checkout, server: Server, tmp_path: Path
) -> None:
    job = jobs[name]
    ready, case = before(job, study, tmp_path / "ready"), tmp_path / "case"
    shutil.copytree(ready, case)
    made = undisturbed(job, server, case)
    shutil.rmtree(case)
    read = sorted(
        {
            path
            for call in made
            if call.name == "openat" and "O_RDONLY" in call.arguments
            for path in call.paths
            if (ready / path).is_file() and ".sums" not in path and "checkpoints" not in path
        }
        - {job.log, *job.outputs}
    )
    assert read
    for path in read[:: max(1, len(read) // 3)]:
        for kind, data in damaged((ready / path).read_bytes()).items():
            shutil.copytree(ready, case)
            (case / path).write_bytes(data)
            status, said = server.run(job, case)
            assert status == 1, (path, kind)
            assert said.count("Error in ") == 1
            assert path in said, kind
            assert "run Snakemake again" in said, kind
            assert "Traceback" not in said
            left = contents(case)
            assert not any(output in left for output in job.outputs)
            shutil.rmtree(case)
