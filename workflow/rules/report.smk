# One page that stands by itself.


rule report:
    input:
        runs="results/{study}/tables/runs.csv",
        scorecard="results/{study}/tables/scorecard.csv",
        records=of_runs("results/{study}/runs/{experiment}/{variant}/seed-{seed}/run.json"),
        datasets=of_datasets("results/{study}/data/{dataset}/dataset.json"),
        samples=of_datasets("results/{study}/figures/data/{dataset}/samples.png"),
        distributions=of_datasets("results/{study}/figures/data/{dataset}/class_distribution.svg"),
        demonstrations=of_demonstrations("results/{study}/demonstrations/{demonstration}/{file}"),
        curves=of_experiments("results/{study}/figures/{experiment}/training_curves.svg"),
        confusion=of_runs(
            "results/{study}/figures/{experiment}/{variant}/seed-{seed}/confusion_matrix.svg"
        ),
        classes=of_runs(
            "results/{study}/figures/{experiment}/{variant}/seed-{seed}/class_accuracy.svg"
        ),
    output:
        html="results/{study}/report.html",
    log:
        "results/{study}/logs/report.log",
    benchmark:
        "results/{study}/benchmarks/report.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        config=study.config,
        source=sources.fingerprint("report.py", sources.REPORT_TEMPLATE, sources.REPORT_STYLE),
    script:
        "../scripts/report.py"
