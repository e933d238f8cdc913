# The report, which is one self-contained page, and a model card per variant.


def figures_of_report(wildcards):
    return [
        f"{results}/figures/{figure}"
        for figure in drawn
        if figures.about(figure)["SECTION"] != "sweeps"
    ]


def pages():
    """The study's report, and the page of each sweep."""
    reports = [f"{results}/report.html"] * bool(shown)
    return reports + [f"{results}/sweeps/{name}.html" for name in plan.sweeps if shown_of[name]]


def files_of_models():
    """The text of the file of each model that is shown."""
    names = sorted({run.settings["model"] for run in shown})
    return {name: MODELS.source(name).read_text(encoding="utf-8") for name in names}


def title_of_study(wildcards):
    return plan.title  # by a function, since a title may have braces


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
        known="results/{study}/tables/known.csv",
        spread="results/{study}/tables/spread.csv",
        exports="results/{study}/tables/exports.csv",
        robustness="results/{study}/tables/robustness.csv",
        class_means="results/{study}/tables/class_means.csv",
        comparisons="results/{study}/tables/comparisons.csv",
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
        title=title_of_study,
        study=plan.name,
        lessons=plan.lessons,
        models=files_of_models(),
        code=fingerprints.of_script("report.py", *fingerprints.templates()),
    script:
        "../scripts/report.py"


CARD = fingerprints.PACKAGE / "report" / "templates" / "card.md.j2"


def model_cards():
    """The folder of the model cards of the variants that the report has."""
    return [f"{results}/cards"] * bool(shown)


rule cards:
    input:
        runs="results/{study}/tables/runs.csv",
        variants="results/{study}/tables/variants.csv",
        experiments="results/{study}/tables/experiments.csv",
        datasets="results/{study}/tables/datasets.csv",
        classes="results/{study}/tables/classes.csv",
        confusion="results/{study}/tables/confusion.csv",
        calibration="results/{study}/tables/calibration.csv",
        robustness="results/{study}/tables/robustness.csv",
        exports="results/{study}/tables/exports.csv",
    output:
        folder=directory("results/{study}/cards"),
    log:
        "results/{study}/logs/cards.log",
    benchmark:
        "results/{study}/benchmarks/cards.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        code=fingerprints.of_script("cards.py", CARD),
    script:
        "../scripts/cards.py"
