# The study's config, checked, and what the rules ask of it.
import dataclasses
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


experiments = study.config["experiments"]
sweeps = [name for name, experiment in experiments.items() if experiment["sweep"]]
singles = [name for name, experiment in experiments.items() if experiment["pack"] == 1]


def any_of(names):
    """A pattern for one of these names."""
    return "|".join(map(re.escape, names)) or "none"


wildcard_constraints:
    study=re.escape(study.name),
    dataset=any_of(study.datasets),
    experiment=any_of(experiments),
    sweep=any_of(sweeps),
    chunk="[0-9]+",
    variant="[A-Za-z0-9.+_-]+",
    seed="[0-9]+",
    figure="[a-z_]+",
    demonstration=any_of(study.config.get("demonstrations", {})),


results = f"results/{study.name}"

reported_experiments = {name: e for name, e in experiments.items() if name not in sweeps}
reported_variants = {name: study.variants[name] for name in reported_experiments}


def is_shown(run):
    """With `missing: show`, runs that have finished are reported, and no others asked for.

    A finished run of a pack in which another has failed lies beside its checkpoints; its job puts
    it back.
    """
    if study.config["missing"] == "fail" or Path(f"{results}/runs/{run.id}/run.json").exists():
        return True
    return any(Path(f"{results}/checkpoints/{run.id}").glob("*/finished"))


runs_of = {name: list(filter(is_shown, runs)) for name, runs in study.of_experiment.items()}
if study.runs and not any(runs_of.values()):
    raise WorkflowError(f"missing: show has nothing to show: no run of {results} has finished")

# The runs of the report. Sweeps have pages of their own.
planned = [run for run in study.runs if run.experiment not in sweeps]
shown = [run for name in reported_experiments for run in runs_of[name]]

packs = [
    dataclasses.replace(pack, runs=runs)
    for pack in study.packs
    for runs in [tuple(filter(is_shown, pack.runs))]
    if runs
]


def final_outputs():
    exports = [f"{results}/runs/{r.id}/export.json" for r in shown if r.settings["export"]]
    pages = [f"{results}/sweeps/{sweep}.html" for sweep in sweeps if runs_of[sweep]]
    return [f"{results}/report.html"] * bool(shown) + exports + pages


def of_runs(pattern, experiment=None):
    """The files that a pattern names for each run of the study, or of one experiment."""
    return [
        pattern.format(study=study.name, experiment=r.experiment, variant=r.variant, seed=r.seed)
        for r in shown
        if experiment in (None, r.experiment)
    ]


def of_datasets(pattern):
    """The files that a pattern names for each data set that runs use."""
    used = dict.fromkeys(run.settings["dataset"] for run in shown)
    return [pattern.format(study=study.name, dataset=name) for name in used]


def of_experiments(pattern):
    """The files that a pattern names for each experiment that has a run."""
    names = dict.fromkeys(run.experiment for run in shown)
    return [pattern.format(study=study.name, experiment=name) for name in names]


def of_demonstrations(pattern):
    """The files that a pattern names for each demonstration: its model and its outputs."""
    return [
        pattern.format(study=study.name, demonstration=name, file=file)
        for name in study.config.get("demonstrations", {})
        for file in ("model.json", "outputs.csv")
    ]


def of_illustrated(pattern, figure=None):
    """The files that a pattern names for each run that is looked into: a variant's first seed."""
    first = {(run.experiment, run.variant): run for run in reversed(shown)}
    return [
        pattern.format(study=study.name, experiment=r.experiment, variant=r.variant, seed=r.seed)
        for r in reversed(first.values())
        for wanted in [experiments[r.experiment]["illustrations"]]
        if wanted and (figure is None or figure in wanted["figures"])
    ]


def illustrations():
    """The folders of illustrations that some experiment asks for."""
    wanted = [e["illustrations"] for e in experiments.values()]
    figures = dict.fromkeys(figure for w in wanted if w for figure in w["figures"])
    return [
        f"{results}/figures/illustrations/{figure}"
        for figure in figures
        if of_illustrated("", figure)
    ]


def curve_figures():
    """The folder of the figures of single columns, if an experiment asks for one."""
    wanted = any(experiments[run.experiment]["curves"] for run in shown)
    return [f"{results}/figures/curves"] if wanted else []


def function_figures():
    """The figures of functions, if the study has them."""
    names = ["activations", "relu_and_sigmoid", "relu", "softmax_line", "softmax_bars"]
    names += ["truncated_normal"]
    wanted = study.config["functions"]
    return [f"{results}/figures/functions/{name}.svg" for name in names if wanted]


def pngs_of_report():
    """The PNG beside each of the report's figures that is an SVG: the page takes the smaller."""
    figures = [f"{results}/figures/comparison.svg", f"{results}/figures/class_heatmap.svg"]
    figures += function_figures()
    figures += of_experiments("results/{study}/figures/training_curves/{experiment}.svg")
    for name in ("samples", "nine_samples", "class_distribution"):
        figures += of_datasets(f"results/{{study}}/figures/data/{{dataset}}/{name}.svg")
    return [figure.removesuffix(".svg") + ".png" for figure in figures]


def run_of(wildcards):
    return study.run(wildcards.experiment, wildcards.variant, wildcards.seed)


def run_settings(wildcards):
    return run_of(wildcards).settings


def run_threads(wildcards):
    return run_of(wildcards).resources["threads"]


# A second attempt, where a profile allows one, asks for twice as much.
def run_mem_mb(wildcards, attempt):
    return run_of(wildcards).resources["mem_mb"] * attempt


def run_runtime(wildcards, attempt):
    return run_of(wildcards).resources["runtime"] * attempt


def growing(amount):
    """A resource that starts with an amount, and grows with each attempt."""

    def grown(wildcards, attempt):
        return amount * attempt

    return grown


def cards(run):
    """What the config says, or one if Snakemake hands cards out and the run may use one."""
    may = run.settings["device"] != "cpu" and "gpu" in workflow.global_resources
    return run.resources["gpu"] or int(may)


def run_gpu(wildcards):
    return cards(run_of(wildcards))


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


def to_train(run):
    """What the training script needs to know of a run."""
    before = study.beginnings.get(run.id)
    alike = study_config.without_length(run.settings) if before or run.id in going_on else None
    return {
        "id": run.id,
        "settings": run.settings,
        "seed": run.seed,
        "checkpoints": f"{results}/checkpoints/{run.id}",
        "alike": alike,
        "goes_on_from": before and f"{results}/checkpoints/ends/{before.id}",
        "leaves": f"{results}/checkpoints/ends/{run.id}" if run.id in going_on else None,
    }


def runs_to_train(wildcards):
    return [to_train(run_of(wildcards))]


def run_beginning(wildcards):
    """The record of the run that a run begins with: its end saves the longer one those epochs."""
    before = study.beginnings.get(run_of(wildcards).id)
    return [f"{results}/runs/{before.id}/run.json"] if before else []


def run_priority(wildcards):
    """The minutes that a run, and those that go on from it, may take one after the other."""
    run, minutes = run_of(wildcards), 0
    while run:
        minutes += run.resources["runtime"]
        run = going_on.get(run.id)
    return minutes


def minutes_of_pack(pack):
    """The time limit of a pack's job: its runs' together."""
    return sum(run.resources["runtime"] for run in pack.runs)


going_on = {before.id: study.by_id[after] for after, before in study.beginnings.items()}


def demonstration_settings(wildcards):
    return study.config["demonstrations"][wildcards.demonstration]


def source_of_demonstration(wildcards):
    model = demonstration_settings(wildcards)["model"]
    return sources.fingerprint("demonstrate.py", models.source(model))


def histories_of_experiment(wildcards):
    pattern = "results/{study}/runs/{experiment}/{variant}/seed-{seed}/history.csv"
    return of_runs(pattern, wildcards.experiment)


def validation_split(wildcards):
    return experiments[wildcards.experiment]["splits"]["validation"]


def variants_of_experiment(wildcards):
    return study.variants[wildcards.experiment]


def of_each_experiment(key):
    """What each experiment's config says under a key."""
    return {name: e[key] for name, e in reported_experiments.items()}


def files_of_runs(runs, *names):
    """Files of runs' folders, one name after the other."""
    return [f"{results}/runs/{run.id}/{name}" for name in names for run in runs]


# So many runs of a sweep are evaluated by one job.
CHUNK = 500


def runs_of_chunk(wildcards):
    first = int(wildcards.chunk) * CHUNK
    return runs_of[wildcards.sweep][first : first + CHUNK]


def records_of_chunk(wildcards):
    return files_of_runs(runs_of_chunk(wildcards), "run.json")


def predictions_of_chunk(wildcards):
    return files_of_runs(runs_of_chunk(wildcards), "predictions.npz")


def histories_of_chunk(wildcards):
    return files_of_runs(runs_of_chunk(wildcards), "history.csv")


def axes_of_sweep(wildcards):
    return list(experiments[wildcards.sweep]["grid"])


def chunks_of_sweep(wildcards):
    count = -(-len(runs_of[wildcards.sweep]) // CHUNK)
    folder = f"{results}/sweeps/{wildcards.sweep}/chunks"
    return [f"{folder}/{chunk}.csv" for chunk in range(count)]


def experiment_of_sweep(wildcards):
    return experiments[wildcards.sweep]


def missing_of_sweep(wildcards):
    there = {run.id for run in runs_of[wildcards.sweep]}
    return [run.id for run in study.of_experiment[wildcards.sweep] if run.id not in there]


def datasets_of_sweep(wildcards):
    used = {run.settings["dataset"] for run in runs_of[wildcards.sweep]}
    return [f"{results}/data/{name}/dataset.json" for name in study.datasets if name in used]


def illustrated_class(wildcards):
    return experiments[wildcards.experiment]["illustrations"]["example_class"]


def illustrated_arrays(wildcards):
    pattern = "results/{study}/activations/{experiment}/{variant}/seed-{seed}.npz"
    return of_illustrated(pattern, wildcards.figure)


def illustrated_about(wildcards):
    pattern = "results/{study}/activations/{experiment}/{variant}/seed-{seed}.json"
    return of_illustrated(pattern, wildcards.figure)


def source_of_illustration(wildcards):
    return sources.fingerprint(f"plot_{wildcards.figure}.py")


def reported_config(wildcards):
    """What the report tells of the config: not where data lies, nor how to treat missing runs."""
    told = {k: v for k, v in study.config.items() if k not in ("data_dir", "missing")}
    return {**told, "experiments": reported_experiments}


def planned_runs(wildcards):
    return [run.id for run in planned]


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
