# One page that stands by itself.


rule report:
    input:
        runs="results/{study}/tables/runs.csv",
        histories="results/{study}/tables/histories.csv",
        classes="results/{study}/tables/classes.csv",
        scorecard="results/{study}/tables/scorecard.csv",
        records=of_runs("results/{study}/runs/{experiment}/{variant}/seed-{seed}/run.json"),
        datasets=of_datasets("results/{study}/data/{dataset}/dataset.json"),
        demonstrations=of_demonstrations("results/{study}/demonstrations/{demonstration}/{file}"),
        training_curves=of_experiments("results/{study}/figures/training_curves/{experiment}.svg"),
        curves=curve_figures(),
        confusion_matrices="results/{study}/figures/confusion_matrices",
        class_accuracy="results/{study}/figures/class_accuracy",
        reliability="results/{study}/figures/reliability",
        mistakes="results/{study}/figures/mistakes",
        comparison="results/{study}/figures/comparison.svg",
        class_heatmap="results/{study}/figures/class_heatmap.svg",
        samples=of_datasets("results/{study}/figures/data/{dataset}/samples.svg"),
        nine_samples=of_datasets("results/{study}/figures/data/{dataset}/nine_samples.svg"),
        distributions=of_datasets("results/{study}/figures/data/{dataset}/class_distribution.svg"),
        illustrated=of_illustrated(
            "results/{study}/activations/{experiment}/{variant}/seed-{seed}.json"
        ),
        illustrations=illustrations(),
        functions=function_figures(),
        pngs=pngs_of_report(),
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
    conda:
        "../../envs/analysis.yaml"
    params:
        config=reported_config,
        planned=planned_runs,
        source=sources.fingerprint("report.py", *sources.REPORT_FILES),
    script:
        "../scripts/report.py"
