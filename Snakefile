# The study as a table of contents: one rule file per stage, in the order in which data moves.
from snakemake.utils import min_version

min_version("9.27")


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/export.smk"
include: "workflow/rules/record.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/sweeps.smk"
include: "workflow/rules/predict.smk"
include: "workflow/rules/draw.smk"
include: "workflow/rules/manifest.smk"


rule all:
    default_target: True
    input:
        pages(),
        predictions(),
        model_cards(),
        drawing_pages(),
        files_of(shown, "run.json"),
        f"{results}/SHA256SUMS",
    localrule: True


def due_trainings():
    return terminal.trainings_of(workflow.dag.needrun_jobs())


# What the terminal says is ours where nobody asks Snakemake for more, or for silence.
if workflow.is_main_process and not workflow.dryrun and not workflow.touch:
    if not workflow.output_settings.verbose and "all" not in map(
        str, workflow.output_settings.quiet or []
    ):
        terminal.narrate(logger, due_trainings)


onerror:
    for page in [*pages(), *predictions(), *drawing_pages()]:
        if not Path(page).exists() and (last := last_of(page)).exists():
            print(f"The page that was finished last: {last}")
    print("To report the runs that have finished, and name the others: --config missing=show")
