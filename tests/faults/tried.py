"""What came of the faults and power cuts that a survey has tried, and the tables of it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from injections import FAULTS, SHORT
from power_cuts import CUTS

WRONG = ("half", "silent", "message", "lost", "different", "left")
ENDS = ("killed", "failed", "finished")
CUT, MISSED = "cut", "missed"


@dataclass(frozen=True)
class Tried:
    """One fault or power cut in a job.

    Attributes:
        case: names it among those of its job.
        kind: of the fault, see :data:`injections.FAULTS`, or of the cut, see
            :data:`power_cuts.CUTS`.
        ended: for a fault, how the job did: `killed`, `failed` or `finished`; for a power cut,
            `cut`; for both, `missed` if the job did not make that call on its results this time.
        wrong: what was wrong, by its kind; see :class:`injections.Outcome`.
    """

    case: str
    kind: str
    ended: str
    wrong: dict[str, str] = field(default_factory=dict)


@dataclass
class Surveyed:
    """What came of a job's cases.

    Attributes:
        job: its name.
        known: how many cases there are, tried or not.
        unflushed: outputs that the disk may not have when the undisturbed job has ended.
        tried: the cases.
    """

    job: str
    known: int
    unflushed: list[str]
    tried: list[Tried] = field(default_factory=list)

    def count(self, *ended: str, kind: str | None = None) -> int:
        """How many cases ended in one of these ways; of one kind, or of all."""
        return sum(each.ended in ended and kind in (None, each.kind) for each in self.tried)

    @property
    def wrong(self) -> list[Tried]:
        """The cases in which something was wrong."""
        return [each for each in self.tried if each.wrong]


@dataclass(frozen=True)
class Record:
    """A file with the cases of a job that were tried, so that a stopped survey can go on.

    Its lines are JSON: what the cases were tried with, then one case per line.

    Attributes:
        file: which.
        code: identifies the code of the project; what was tried with other code does not count.
    """

    file: Path
    code: str

    def read(self) -> list[Tried]:
        """The cases in the file, none if there is no file or if they are of other code."""
        text = self.file.read_text(encoding="utf-8") if self.file.exists() else ""
        first, *lines = text.split("\n")[:-1] or [""]  # what follows the last end of line is half
        if first != self._first():
            return []
        return [Tried(**json.loads(line)) for line in lines]

    def keep(self, more: Iterable[Tried]) -> Iterator[Tried]:
        """Give further cases, and have each of them in the file as soon as it is there."""
        known = self.read()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text("\n".join([self._first(), *map(_line, known), ""]), encoding="utf-8")
        fresh.replace(self.file)
        for each in more:
            with self.file.open("a", encoding="utf-8") as lines:
                lines.write(_line(each) + "\n")
            yield each

    def _first(self) -> str:
        return json.dumps({"code": self.code})


def _line(tried: Tried) -> str:
    return json.dumps(asdict(tried))


def tables(jobs: list[Surveyed]) -> str:
    """How many of the cases were tried, and tables of what came of them."""
    lines = [
        "| fault | struck | killed | failed, with a message | finished anyway |",
        "|---|---:|---:|---:|---:|",
    ]
    for kind in dict.fromkeys([*(kind for kinds in FAULTS.values() for kind in kinds), SHORT]):
        ended = [_sum(jobs, how, kind=kind) for how in ENDS]
        lines.append(_row(kind, sum(ended), *ended))
    lines += ["", "| power cut: what was not flushed | cuts |", "|---|---:|"]
    lines += [_row(kind, _sum(jobs, CUT, kind=kind)) for kind in CUTS]
    said, _, table = jobs_table(jobs).partition("\n\n")
    return "\n".join([said, "", *lines, "", table])


def jobs_table(jobs: list[Surveyed]) -> str:
    """How many of the cases were tried, and a table of what was wrong, with one row per job."""
    known, tried, missed = (
        sum(numbers)
        for numbers in zip(
            *((job.known, len(job.tried), job.count(MISSED)) for job in jobs), strict=True
        )
    )
    which = "All" if tried == known else f"{tried:,} of the"
    lines = [f"{which} {known:,} cases were tried."]
    if missed:
        lines.append(
            f"In {missed:,} of them the job did not make the call on its results this time; "
            "they are not counted below."
        )
    lines += ["", f"| job | cases | faults | power cuts | {' | '.join(WRONG)} |"]
    lines += ["|---|" + "---:|" * (3 + len(WRONG))]
    rows = [("all", jobs)] if len(jobs) > 1 else []
    for name, group in [*((job.job, [job]) for job in jobs), *rows]:
        wrong = [sum(kind in case.wrong for job in group for case in job.wrong) for kind in WRONG]
        counts = [sum(job.known for job in group), _sum(group, *ENDS), _sum(group, CUT)]
        lines.append(_row(name, *counts, *wrong))
    return "\n".join(lines)


def _sum(jobs: list[Surveyed], *ended: str, kind: str | None = None) -> int:
    return sum(job.count(*ended, kind=kind) for job in jobs)


def _row(name: str, *numbers: int) -> str:
    return f"| {name} | " + " | ".join(f"{number:,}" for number in numbers) + " |"
