# From stored predictions to tables.


rule evaluate:
    input:
        predictions="results/{study}/runs/{experiment}/{variant}/seed-{seed}/predictions.npz",
        about=run_about,
    output:
        metrics="results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/metrics.json",
        classes="results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/classes.csv",
        confusion="results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/confusion.csv",
        calibration="results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/calibration.csv",
        mistakes="results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/mistakes.csv",
    log:
        "results/{study}/logs/evaluate/{experiment}/{variant}/seed-{seed}.log",
    benchmark:
        "results/{study}/benchmarks/evaluate/{experiment}/{variant}/seed-{seed}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        source=sources.fingerprint("evaluate.py"),
    script:
        "../scripts/evaluate.py"


rule summarise:
    input:
        runs=of_runs("results/{study}/runs/{experiment}/{variant}/seed-{seed}/run.json"),
        histories=of_runs("results/{study}/runs/{experiment}/{variant}/seed-{seed}/history.csv"),
        metrics=of_runs(
            "results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/metrics.json"
        ),
        classes=of_runs("results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/classes.csv"),
        datasets=of_datasets("results/{study}/data/{dataset}/dataset.json"),
    output:
        runs=report(
            "results/{study}/tables/runs.csv",
            category="Results",
            caption="../report/captions/runs.rst",
            labels={"table": "runs"},
        ),
        histories="results/{study}/tables/histories.csv",
        classes="results/{study}/tables/classes.csv",
    log:
        "results/{study}/logs/summarise.log",
    benchmark:
        "results/{study}/benchmarks/summarise.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        source=sources.fingerprint("summarise.py"),
    script:
        "../scripts/summarise.py"


rule score:
    input:
        runs="results/{study}/tables/runs.csv",
        histories="results/{study}/tables/histories.csv",
        classes="results/{study}/tables/classes.csv",
        records=of_runs("results/{study}/runs/{experiment}/{variant}/seed-{seed}/run.json"),
        demonstrations=of_demonstrations("results/{study}/demonstrations/{demonstration}/{file}"),
        datasets=of_datasets("results/{study}/data/{dataset}/dataset.json"),
    output:
        scorecard=report(
            "results/{study}/tables/scorecard.csv",
            category="Results",
            caption="../report/captions/scorecard.rst",
            labels={"table": "scorecard"},
        ),
    log:
        "results/{study}/logs/score.log",
    benchmark:
        "results/{study}/benchmarks/score.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        claims=study.claims,
        planned=planned_runs,
        source=sources.fingerprint("score.py"),
    script:
        "../scripts/score.py"
