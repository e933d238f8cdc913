"""A run's identity: all that changes its bits, and nothing else."""

import dataclasses
from pathlib import Path

from jobs_of_runs import run, settings


def test_only_what_changes_bits_is_part_of_a_runs_identity(tmp_path: Path) -> None:
    one = run(tmp_path, "a")
    same = dataclasses.replace(
        one,
        experiment="other",
        variant="name",
        keep_end=True,
        settings={**one.settings, "dataset": "renamed", "device": "auto"},
    )
    assert one.identity("data", "cpu") == same.identity("data", "cpu")
    others = [
        one.identity("other data", "cpu"),
        one.identity("data", "gpu"),
        *(
            dataclasses.replace(one, **change).identity("data", "cpu")
            for change in (
                {"seed": 1},
                {"code": "other"},
                {"settings": settings(dropout=0.1)},
                {"settings": settings(epochs=3)},
                {"settings": {**one.settings, "precision": "mixed_bfloat16"}},
            )
        ),
    ]
    assert len({one.identity("data", "cpu"), *others}) == len(others) + 1
