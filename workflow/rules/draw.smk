# Pages to draw on, which show what trained models compute.
from study import drawing
from study.prediction import asking


def drawn_by(wildcards):
    return first_of_page(wildcards.page)


def first_of_page(page):
    """The first run that is there of each variant of a page."""
    first = {
        f"{run.experiment}/{run.variant}": run
        for name in plan.experiments
        for run in first_seeds(name)
    }
    return [first[name] for name in plan.drawing[page] if name in first]


def drawing_pages():
    return [f"{results}/drawing/{page}.html" for page in plan.drawing if first_of_page(page)]


def models_to_draw(wildcards):
    return files_of(drawn_by(wildcards), asking.MODEL)


def records_to_draw(wildcards):
    return [
        file
        for name in ("run.json", "predictions.npz")
        for file in files_of(drawn_by(wildcards), name)
    ]


def data_to_draw(wildcards):
    runs = drawn_by(wildcards)
    return datasets_of(runs, "examples.npz") + datasets_of(runs, "dataset.json")


def described_to_draw(wildcards):
    return [asking.described(plan, run) for run in drawn_by(wildcards)]


rule draw:
    input:
        models=models_to_draw,
        records=records_to_draw,
        data=ancient(data_to_draw),
    output:
        page=report(
            "results/{study}/drawing/{page}.html",
            category="Drawing",
            labels={"page": "{page}"},
        ),
    log:
        "results/{study}/logs/draw/{page}.log",
    benchmark:
        "results/{study}/benchmarks/draw/{page}.tsv"
    wildcard_constraints:
        page=any_of(plan.drawing),
    conda:
        "../../envs/study.yaml"
    resources:
        mem_mb=larger_each_time(2000),
        runtime=larger_each_time(10),
    params:
        classifiers=described_to_draw,
        code=fingerprints.of_script("draw.py", *drawing.templates()),
    script:
        "../scripts/draw.py"
