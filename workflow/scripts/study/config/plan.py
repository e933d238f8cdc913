"""A resolved study: the list of its runs, and how jobs share them."""

import itertools
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from study.palette import colour
from study.training.identity import starts_the_same_for_any_length, without_length

Config = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One training: an experiment's variant with a seed.

    Attributes:
        experiment, variant, seed: what identifies the run.
        variant_title: what figures and report call the variant.
        place: of the variant in its experiment, from 0; its colour follows from it.
        settings: dataset, splits, model, parameters, training, precision and device, all resolved:
            what changes the bits of the training, and nothing else.
        resources: threads, mem_mb, runtime (minutes) and gpu for the job.
        export: the formats to export the trained model to.
    """

    experiment: str
    variant: str
    seed: int
    variant_title: str
    place: int
    settings: Config
    resources: dict[str, int]
    export: list[str]

    @property
    def who(self) -> dict[str, str | int]:
        """What identifies the run, as tables write it."""
        return {"experiment": self.experiment, "variant": self.variant, "seed": self.seed}

    @property
    def id(self) -> str:
        """The run's folder below `runs/`."""
        return f"{self.experiment}/{self.variant}/seed-{self.seed}"


@dataclass(frozen=True)
class Pack:
    """Runs of one experiment that one job trains, one after the other.

    Attributes:
        experiment, number: what identifies the pack.
        runs: they share data, precision, device and resources.
    """

    experiment: str
    number: int
    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Plan:
    """A checked and resolved study.

    Attributes:
        name, title: of the study; its results lie in `results/<name>/`.
        missing: `fail`, or `show` to report the runs that have finished.
        functions: whether to draw the building blocks.
        data_dir: a folder with the datasets' files, or None.
        datasets: the options of each dataset that a run uses, in the order of the config.
        experiments: of each experiment its `title`, `tutorial`, `question`, `pack`, `sweep`, `grid`
            (the axes), `curves`, `illustrations`, `robustness` and `frontier`.
        demonstrations: the options of each demonstration.
        claims: the published claims.
        lessons: what the report teaches: `tutorials`, and of `experiments`, by their names.
        runs: all runs, in the order of the config.
    """

    name: str
    title: str
    missing: str
    functions: bool
    data_dir: str | None
    predict: str | None
    drawing: dict[str, list[str]]
    datasets: dict[str, Config]
    experiments: dict[str, Config]
    demonstrations: dict[str, Config]
    claims: list[Config]
    lessons: Config
    runs: list[Run]

    @cached_property
    def by_id(self) -> dict[str, Run]:
        """All runs, by their ids."""
        return {run.id: run for run in self.runs}

    def run(self, experiment: str, variant: str, seed: int | str) -> Run:
        """The run of an experiment's variant with a seed."""
        return self.by_id[f"{experiment}/{variant}/seed-{seed}"]

    @cached_property
    def of_experiment(self) -> dict[str, list[Run]]:
        """The runs of each experiment."""
        runs: dict[str, list[Run]] = {name: [] for name in self.experiments}
        for run in self.runs:
            runs[run.experiment].append(run)
        return runs

    @cached_property
    def sweeps(self) -> list[str]:
        """The experiments that have a page of their own."""
        return [name for name, experiment in self.experiments.items() if experiment["sweep"]]

    @cached_property
    def reported(self) -> list[Run]:
        """The runs of the report: those of every experiment that is not a sweep."""
        return [run for run in self.runs if not self.experiments[run.experiment]["sweep"]]

    @property
    def known(self) -> list[Config]:
        """The results of others that experiments on the frontier name, with the experiment."""
        return [
            {"experiment": name, **known}
            for name, experiment in self.experiments.items()
            for known in (experiment["frontier"] or {}).get("known", [])
        ]

    def fetched(self, dataset: str) -> str:
        """The dataset whose fetched files this one uses: the first with the same source."""
        return next(
            name
            for name, options in self.datasets.items()
            if source_of(options) == source_of(self.datasets[dataset])
        )

    @cached_property
    def packs(self) -> list[Pack]:
        """The packs of the experiments whose `pack` is more than 1.

        Runs that share compiled steps lie next to each other: those that differ only in seeds and
        fractional numbers.
        """
        packs = []
        for name, experiment in self.experiments.items():
            if experiment["pack"] == 1:
                continue
            similar: dict[str, list[Run]] = defaultdict(list)
            for run in self.of_experiment[name]:
                shared = [run.settings[key] for key in ("dataset", "model", "precision", "device")]
                micro = run.settings["training"]["microbatch_size"] is None
                similar[json.dumps([*shared, micro, run.resources])].append(run)
            numbers = itertools.count()
            for group in similar.values():
                group.sort(key=lambda run: _shape_of_steps(run.settings))
                packs += [
                    Pack(name, next(numbers), tuple(group[i : i + experiment["pack"]]))
                    for i in range(0, len(group), experiment["pack"])
                ]
        return packs

    @cached_property
    def beginnings(self) -> dict[str, Run]:
        """The longest other run that a run begins with, by the run's id; for those that have one.

        That is a run of the same experiment that differs only in having fewer epochs, if nothing
        in it depends on the length of the whole run.
        """
        similar: dict[str, list[Run]] = defaultdict(list)
        for run in self.runs:
            packed = self.experiments[run.experiment]["pack"] > 1
            if starts_the_same_for_any_length(run.settings["training"]) and not packed:
                key = [run.experiment, run.seed, without_length(run.settings)]
                similar[json.dumps(key, sort_keys=True)].append(run)
        found = {}
        for group in similar.values():
            group.sort(key=lambda run: run.settings["training"]["epochs"])
            for before, after in itertools.pairwise(group):
                if before.settings["training"]["epochs"] < after.settings["training"]["epochs"]:
                    found[after.id] = before
        return found

    @cached_property
    def continued(self) -> dict[str, Run]:
        """The run that begins with a run, by the latter's id."""
        return {before.id: self.by_id[after] for after, before in self.beginnings.items()}

    def record(self, run: Run) -> Config:
        """A run's row of the plan, as `summarise` puts it into the tables."""
        experiment = self.experiments[run.experiment]
        place = list(self.experiments).index(run.experiment)
        dataset = self.datasets[run.settings["dataset"]]
        return {
            "experiment": run.experiment,
            "variant": run.variant,
            "seed": run.seed,
            "place": run.place,
            "colour": colour(run.place),
            "experiment_title": experiment["title"],
            "variant_title": run.variant_title,
            "tutorial": experiment["tutorial"],
            "question": experiment["question"],
            "experiment_place": place,
            "experiment_colour": colour(place),
            "dataset_title": dataset["title"],
            "export": run.export,
            "illustrations": experiment["illustrations"],
            **{key: (experiment["frontier"] or {}).get(key, "") for key in ("kind", "tried")},
            "resources": run.resources,
            "settings": run.settings,
        }


def source_of(options: Config) -> Config:
    """What of a dataset's options says where its files come from."""
    described = ("title", "order", "pictures")
    return {key: value for key, value in options.items() if key not in described}


def _shape_of_steps(settings: Config) -> str:
    """Equal for runs that can share compiled steps, and different for most that cannot."""
    training = {k: v for k, v in settings["training"].items() if k not in ("epochs", "steps")}
    return json.dumps(_without_fractions([settings["parameters"], training]))


def _without_fractions(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_fractions(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_fractions(item) for item in value]
    return bool(value) if isinstance(value, float) else value
