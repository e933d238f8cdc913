# One page that stands by itself.


def figures_of_report(wildcards):
    return [
        f"{results}/figures/{figure}"
        for figure in drawn
        if figures.about(figure)["SECTION"] != "sweeps"
    ]


def exports():
    """The scores of the exports that the config asks for."""
    return files_of([run for run in shown if run.export], "export.json")


def pages():
    """The study's report, and the page of each sweep."""
    reports = [f"{results}/report.html"] * bool(shown)
    return reports + [f"{results}/sweeps/{name}.html" for name in plan.sweeps if shown_of[name]]


rule report:
    input:
        runs="results/{study}/tables/runs.csv",
        variants="results/{study}/tables/variants.csv",
        experiments="results/{study}/tables/experiments.csv",
        histories="results/{study}/tables/histories.csv",
        classes="results/{study}/tables/classes.csv",
        layers="results/{study}/tables/layers.csv",
        datasets="results/{study}/tables/datasets.csv",
        demonstrations="results/{study}/tables/demonstrations.csv",
        outputs="results/{study}/tables/outputs.csv",
        curves="results/{study}/tables/curves.csv",
        known="results/{study}/tables/known.csv",
        scorecard="results/{study}/tables/scorecard.csv",
        figures=figures_of_report,
    output:
        html=report(
            "results/{study}/report.html",
            category="Report",
            caption="../report/captions/report.rst",
            labels={"page": "the study's own report"},
        ),
    log:
        "results/{study}/logs/report.log",
    benchmark:
        "results/{study}/benchmarks/report.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        title=plan.title,
        study=plan.name,
        code=fingerprints.of_script("report.py", *fingerprints.templates()),
    script:
        "../scripts/report.py"
