# The study's config, checked, and what the rules ask of it.
import re
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(Path(workflow.current_basedir).parent / "scripts"))

from study import config as study_config
from study import models, sources
from study.errors import StudyError

try:
    study = study_config.load(
        list(map(Path, workflow.overwrite_configfiles)) or [Path("config/config.yaml")],
        workflow.config_settings.config,
    )
except StudyError as error:
    raise WorkflowError(str(error))

study_config.announce_data_dir(study)


wildcard_constraints:
    study=re.escape(study.name),
    dataset="|".join(map(re.escape, study.datasets)),
    experiment="|".join(map(re.escape, study.config["experiments"])),
    variant="[A-Za-z0-9.+_-]+",
    seed="[0-9]+",
    demonstration="|".join(map(re.escape, study.config.get("demonstrations", {}))) or "none",


def final_outputs():
    results = f"results/{study.name}"
    return [
        f"{results}/report.html",
        *(f"{results}/runs/{run.id}/export.json" for run in study.runs if run.settings["export"]),
    ]


def of_runs(pattern, experiment=None):
    """The files that a pattern names for each run of the study, or of one experiment."""
    return [
        pattern.format(study=study.name, experiment=r.experiment, variant=r.variant, seed=r.seed)
        for r in study.runs
        if experiment in (None, r.experiment)
    ]


def run_of(wildcards):
    return study.run(wildcards.experiment, wildcards.variant, wildcards.seed)


def run_settings(wildcards):
    return run_of(wildcards).settings


def run_threads(wildcards):
    return run_of(wildcards).resources["threads"]


def run_mem_mb(wildcards):
    return run_of(wildcards).resources["mem_mb"]


def run_runtime(wildcards):
    return run_of(wildcards).resources["runtime"]


def run_gpu(wildcards):
    return run_of(wildcards).resources["gpu"]


def dataset_of(wildcards):
    return study.config["datasets"][wildcards.dataset]


def title_of_dataset(wildcards):
    return dataset_of(wildcards).get("title", wildcards.dataset)


def run_examples(wildcards):
    return f"results/{study.name}/data/{run_settings(wildcards)['dataset']}/examples.npz"


def run_about(wildcards):
    return f"results/{study.name}/data/{run_settings(wildcards)['dataset']}/dataset.json"


def source_of_training(wildcards):
    return sources.fingerprint("train.py", models.source(run_settings(wildcards)["model"]))


def run_seed(wildcards):
    return run_of(wildcards).seed


def demonstration_settings(wildcards):
    return study.config["demonstrations"][wildcards.demonstration]


def source_of_demonstration(wildcards):
    model = demonstration_settings(wildcards)["model"]
    return sources.fingerprint("demonstrate.py", models.source(model))


def of_datasets(pattern):
    """The files that a pattern names for each data set that runs use."""
    return [pattern.format(study=study.name, dataset=name) for name in study.datasets]


def of_experiments(pattern):
    """The files that a pattern names for each experiment."""
    return [
        pattern.format(study=study.name, experiment=name) for name in study.config["experiments"]
    ]


def of_demonstrations(pattern):
    """The files that a pattern names for each demonstration: its model and its outputs."""
    return [
        pattern.format(study=study.name, demonstration=name, file=file)
        for name in study.config.get("demonstrations", {})
        for file in ("model.json", "outputs.csv")
    ]


def histories_of_experiment(wildcards):
    pattern = "results/{study}/runs/{experiment}/{variant}/seed-{seed}/history.csv"
    return of_runs(pattern, wildcards.experiment)


def validation_split(wildcards):
    return study.config["experiments"][wildcards.experiment]["splits"].get("validation")


def dataset_source(wildcards):
    return dataset_of(wildcards)["source"]


def tfds_name(wildcards):
    return dataset_of(wildcards).get("name", wildcards.dataset)


def tfds_order(wildcards):
    return dataset_of(wildcards).get("order", "tfds")


def fetched_files(wildcards):
    if dataset_source(wildcards) != "tfds":
        return {}
    folder = f"results/{wildcards.study}/fetched/{wildcards.dataset}"
    return {"examples": f"{folder}/examples.npz", "about": f"{folder}/about.json"}
