# Sweeps: two tables over thousands of runs, and a page of heat maps.


def chunks_of_sweep(wildcards):
    return chunks_of(wildcards.sweep)


def axes_of_sweep(wildcards):
    return plan.experiments[wildcards.sweep]["grid"]


def title_of_sweep(wildcards):
    return plan.experiments[wildcards.sweep]["title"]


def question_of_sweep(wildcards):
    return plan.experiments[wildcards.sweep]["question"]


def missing_of_sweep(wildcards):
    there = {run.id for run in shown_of[wildcards.sweep]}
    return [run.id for run in plan.of_experiment[wildcards.sweep] if run.id not in there]


def datasets_of_sweep(wildcards):
    return datasets_of(shown_of[wildcards.sweep], "dataset.json")


rule summarise_sweep:
    input:
        chunks=chunks_of_sweep,
    output:
        runs="results/{study}/sweeps/{sweep}/runs.csv",
        variants="results/{study}/sweeps/{sweep}/variants.csv",
    log:
        "results/{study}/logs/summarise_sweep/{sweep}.log",
    benchmark:
        "results/{study}/benchmarks/summarise_sweep/{sweep}.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        axes=axes_of_sweep,
        code=fingerprints.of_script("summarise_sweep.py"),
    script:
        "../scripts/summarise_sweep.py"


rule report_sweep:
    input:
        runs="results/{study}/sweeps/{sweep}/runs.csv",
        variants="results/{study}/sweeps/{sweep}/variants.csv",
        figure="results/{study}/figures/sweep",
        datasets=datasets_of_sweep,
    output:
        html=report(
            "results/{study}/sweeps/{sweep}.html",
            category="Sweeps",
            caption="../report/captions/report_sweep.rst",
            labels={"sweep": "{sweep}", "figure": "the sweep's own page"},
        ),
    log:
        "results/{study}/logs/report_sweep/{sweep}.log",
    benchmark:
        "results/{study}/benchmarks/report_sweep/{sweep}.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        title=title_of_sweep,
        question=question_of_sweep,
        missing=missing_of_sweep,
        dataset_titles=dataset_titles,
        code=fingerprints.of_script("report_sweep.py", *fingerprints.templates()),
    script:
        "../scripts/report_sweep.py"
