# The study as a table of contents: one rule file per stage, in the order in which data moves.
from snakemake.utils import min_version

min_version("9.27")


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/record.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/sweeps.smk"


rule all:
    default_target: True
    input:
        pages(),
        files_of(shown, "run.json"),
        exports(),
    localrule: True


onerror:
    print("To report the runs that have finished, and name the others: --config missing=show")
