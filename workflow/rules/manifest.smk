# The SHA-256 of every published file: `make verify`.


def published_files(wildcards):
    """What the manifest names; of a sweep its tables and page, for its runs are too many."""
    every = [run for runs in shown_of.values() for run in runs]
    data = datasets_of(every, "examples.npz") + datasets_of(every, "dataset.json")
    own = ("history.csv", "predictions.npz", "model.keras", "run.json")
    runs = [file for name in own for file in files_of(shown, name)]
    scores = [score_of_export(run, format) for run, format in exported]
    of_formats = [file for score in scores for file in (score.removesuffix(".json"), score)]
    names = [*TABLES, "comparisons", "spread", "scorecard"]
    tables = [f"{results}/tables/{table}.csv" for table in names] * bool(shown)
    sweeps = [
        f"{results}/sweeps/{name}/{table}.csv"
        for name in plan.sweeps
        if shown_of[name]
        for table in ("runs", "variants")
    ]
    drawings = [f"{results}/figures/{figure}" for figure in drawn]
    made = pages() + predictions() + model_cards()
    return data + runs + of_formats + tables + sweeps + drawings + made + drawing_pages()


rule manifest:
    input:
        published_files,
    output:
        sums="results/{study}/SHA256SUMS",
    log:
        "results/{study}/logs/manifest.log",
    benchmark:
        "results/{study}/benchmarks/manifest.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        code=fingerprints.of_script("manifest.py"),
    script:
        "../scripts/manifest.py"
