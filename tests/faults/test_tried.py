"""A survey that was stopped goes on where it was."""

from pathlib import Path

from tried import CUT, MISSED, Record, Surveyed, Tried, jobs_table, tables

KILLED = Tried("SIGKILL at write 1", "SIGKILL", "killed")
FAILED = Tried("EIO at write 1", "EIO", "failed", {"lost": "Error in train"})
TORN = Tried("power cut at write 2", "torn", CUT)


def test_cases_are_kept_as_they_come(tmp_path: Path) -> None:
    record = Record(tmp_path / "kept" / "train.jsonl", "one code")
    assert record.read() == []
    cases = record.keep([KILLED, FAILED, TORN])
    next(cases)
    assert record.read() == [KILLED]
    next(cases)
    assert record.read() == [KILLED, FAILED]
    with record.file.open("a") as file:  # killed as it wrote
        file.write('{"case": "SIG')
    assert record.read() == [KILLED, FAILED]
    assert list(record.keep([TORN])) == [TORN]
    assert record.read() == [KILLED, FAILED, TORN]


def test_cases_of_other_code_do_not_count(tmp_path: Path) -> None:
    file = tmp_path / "train.jsonl"
    assert list(Record(file, "one code").keep([KILLED])) == [KILLED]
    other = Record(file, "other code")
    assert other.read() == []
    assert list(other.keep([TORN])) == [TORN]
    assert Record(file, "one code").read() == []


def test_the_tables_count_what_was_tried() -> None:
    jobs = [
        Surveyed("train", 1200, [], [KILLED, FAILED, TORN]),
        Surveyed("report", 1, [], [Tried("EIO at openat 9", "EIO", MISSED)]),
    ]
    text = tables(jobs)
    assert "4 of the 1,201 cases were tried." in text
    assert "In 1 of them the job did not make the call" in text
    assert "| SIGKILL | 1 | 1 | 0 | 0 |" in text
    assert "| EIO | 1 | 0 | 1 | 0 |" in text
    assert "| torn | 1 |" in text
    assert "| train | 1,200 | 2 | 1 | 0 | 0 | 0 | 1 | 0 | 0 |" in text
    assert "| report | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |" in text
    assert "| all | 1,201 | 2 | 1 | 0 | 0 | 0 | 1 | 0 | 0 |" in text
    assert "All 1 cases were tried." in tables(jobs[1:])
    assert text.endswith(jobs_table(jobs).partition("\n\n")[2])
