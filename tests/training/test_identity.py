"""A run's identity: all that changes its bits, and nothing else."""

import dataclasses
from pathlib import Path
from typing import Any

from jobs_of_runs import run, settings

CHANGES: list[dict[str, Any]] = [
    {"splits": {"train": "train[:90%]", "validation": "test", "test": "test"}},
    {"splits": {"train": "train", "validation": "test", "test": "test[:50%]"}},
    {"model": "core_mlp"},
    {"parameters": settings(dropout=0.1)["parameters"]},
    {"training": settings(epochs=3)["training"]},
    {"precision": "mixed_bfloat16"},
    {"test_time_augmentation": {"flip": True, "shift": 1}},
    {"test_time_augmentation": {"flip": True, "shift": 2}},
]
"""Changes of a run's settings that change its bits, each in a way of its own."""


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
                *({"settings": {**one.settings, **change}} for change in CHANGES),
            )
        ),
    ]
    assert len({one.identity("data", "cpu"), *others}) == len(others) + 1
