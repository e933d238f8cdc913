# The study's plan, which every rule file asks, and what several of them share.
import functools
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError

sys.path.insert(0, str(Path(workflow.current_basedir).parent / "scripts"))

from study import config as study_config
from study import (
    corruptions,
    datasets,
    doubtful_labels,
    figures,
    fingerprints,
    fitting,
    terminal,
)
from study.claims import registry as measures
from study.config import loading
from study.config.plan import source_of
from study.errors import StudyError
from study.exports import EXPORTS
from study.files import last_of
from study.jobs import described
from study.preconditions import of_the_future, unusable
from study.families import AUGMENTATIONS, MODELS, SOURCES
from study.training import finished
from study.words import any_of, listed


def load_plan():
    """The plan of the config files on the command line, or of the published study.

    As a module of another workflow, the config is that workflow's: its config files, or, if it
    gives the module a config of another content, the published study with that content.
    """
    files = [Path(file) for file in workflow.overwrite_configfiles]
    changes = workflow.config_settings.config
    if workflow.modifier.skip_configfile:
        files = [Path(file) for file in workflow.configfiles]
        if config != workflow.modifier_stack[0].globals["config"]:
            files, changes = [], config
    here = Path("config/config.yaml")
    of_workflow = Path(workflow.current_basedir).parents[1] / here
    files = files or [here if here.exists() else of_workflow]
    return study_config.load(files, changes)


try:
    plan = load_plan()
except (StudyError, SyntaxError) as error:
    raise WorkflowError(described(error))

loading.announce_data_dir(plan)

results = f"results/{plan.name}"

if workflow.is_main_process and not workflow.dryrun:
    for folder in (".snakemake", "results", results):
        if why := unusable(Path(folder).absolute()):
            raise WorkflowError(why)
    for dataset in plan.datasets:
        if why := of_the_future(Path(f"{results}/data/{dataset}/dataset.json")):
            raise WorkflowError(why)


wildcard_constraints:
    study=any_of([plan.name]),
    dataset=any_of(plan.datasets),
    experiment=any_of(plan.experiments),
    sweep=any_of(plan.sweeps),
    chunk="[0-9]+",
    variant="[A-Za-z0-9.+_-]+",
    seed="[0-9]+",
    figure=any_of(figures.names()),
    format=any_of(EXPORTS.names()),
    demonstration=any_of(plan.demonstrations),


def code_of_training(run):
    return fingerprints.of_training(run.settings)


def is_shown(run):
    """With `missing: show`, runs that have finished are reported, and no others asked for.

    A finished run whose files a failed job has taken away is kept beside its checkpoints; its job
    puts it back.
    """
    if plan.missing == "fail" or Path(f"{results}/runs/{run.id}/run.json").exists():
        return True
    about = Path(f"{results}/data/{run.settings['dataset']}/dataset.json")
    kept = Path(f"{results}/checkpoints/{run.id}")
    return finished.is_kept(kept, run.settings, run.seed, about, code_of_training(run))


shown_of = {name: list(filter(is_shown, runs)) for name, runs in plan.of_experiment.items()}
if not any(shown_of.values()):
    raise WorkflowError(f"missing: show has nothing to show: no run of {results} has finished")

# The runs of the report; sweeps have pages of their own.
shown = [run for run in plan.reported if run in shown_of[run.experiment]]


def run_of(wildcards):
    return plan.run(wildcards.experiment, wildcards.variant, wildcards.seed)


def first_seeds(experiment):
    """The first run that is there of each variant."""
    first = {run.variant: run for run in reversed(shown_of[experiment])}
    return [*reversed(first.values())]


def files_of(runs, name):
    """A file of each run's folder."""
    return [f"{results}/runs/{run.id}/{name}" for run in runs]


defaults_of = functools.cache(MODELS.defaults)
of_mnists_shape = {
    name for name, options in plan.datasets.items() if datasets.is_of_mnists_shape(options)
}


def is_usual(run):
    """Whether a run's model is known to fit its dataset without being built."""
    model = run.settings["model"]
    return run.settings["dataset"] in of_mnists_shape and fitting.is_of_known_structure(
        model, run.settings["parameters"], defaults_of(model)
    )


def checked(runs):
    """The files that say that the models of runs fit their datasets; none for usual models.

    It depends on these runs alone: another variant of a dataset must not train them again.
    """
    return datasets_of([run for run in runs if not is_usual(run)], "models.json")


def datasets_of(runs, name):
    """A file of each dataset that runs use."""
    used = {run.settings["dataset"] for run in runs}
    return [f"{results}/data/{dataset}/{name}" for dataset in plan.datasets if dataset in used]


def dataset_titles(wildcards):
    return {name: options["title"] for name, options in plan.datasets.items()}


def larger_each_time(amount):
    """A resource of which each attempt after a failure gets more, where a profile retries."""

    def of_attempt(wildcards, attempt):
        return amount * attempt

    return of_attempt


def gpus_of(run):
    """What the config says, or one if Snakemake hands GPUs out and the run may use one."""
    may = run.settings["device"] != "cpu" and "gpu" in workflow.global_resources
    return run.resources["gpu"] or int(may)
