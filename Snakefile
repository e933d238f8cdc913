# The study as a table of contents: a rule file a stage, in the order in which data moves.
from snakemake.utils import min_version

min_version("9.27")


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/sweeps.smk"


rule all:
    default_target: True
    input:
        final_outputs(),


# On a cluster these run where Snakemake does: a second or two each, and fetch, which needs a network.
localrules:
    all,
    fetch,
    prepare,
    evaluate,
    summarise,
    score,
    plot_training_curves,
    plot_curves,
    plot_confusion_matrices,
    plot_class_accuracy,
    plot_reliability,
    plot_mistakes,
    plot_comparison,
    plot_class_heatmap,
    plot_samples,
    plot_class_distribution,
    plot_activation_functions,
    plot_softmax,
    plot_truncated_normal,
    plot_illustration,
    report,
    summarise_sweep,
    plot_sweep,
    report_sweep,


onerror:
    print("To report the runs that have finished, and name the others: --config missing=show")
