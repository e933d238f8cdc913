# From stored predictions to tables: chunks of runs, then all of them together.

CHUNK = 500  # runs that one job evaluates

TABLES = "runs variants experiments histories classes class_means confusion calibration reliability mistakes doubtful robustness exports layers curves known datasets demonstrations outputs".split()


def runs_of_chunk(wildcards):
    first = int(wildcards.chunk) * CHUNK
    return shown_of[wildcards.experiment][first : first + CHUNK]


def records_of_chunk(wildcards):
    return files_of(runs_of_chunk(wildcards), "run.json")


def predictions_of_chunk(wildcards):
    return files_of(runs_of_chunk(wildcards), "predictions.npz")


def histories_of_chunk(wildcards):
    return files_of(runs_of_chunk(wildcards), "history.csv")


def datasets_of_chunk(wildcards):
    return datasets_of(runs_of_chunk(wildcards), "dataset.json")


def is_reported(wildcards):
    return wildcards.experiment not in plan.sweeps


def chunks_of(experiment):
    """The folders of an experiment's chunks."""
    count = -(-len(shown_of[experiment]) // CHUNK)
    return [f"{results}/evaluation/{experiment}/{chunk}" for chunk in range(count)]


def chunks_of_report(wildcards):
    reported = [name for name in plan.experiments if name not in plan.sweeps]
    return [folder for name in reported for folder in chunks_of(name)]


def scored_records(wildcards):
    return files_of(first_seeds(wildcards.experiment), "run.json")


def scored_models(wildcards):
    return files_of(first_seeds(wildcards.experiment), "model.keras")


def scored_examples(wildcards):
    return datasets_of(first_seeds(wildcards.experiment), "examples.npz")


def scored_about(wildcards):
    return datasets_of(first_seeds(wildcards.experiment), "dataset.json")


rule robustness:
    input:
        records=scored_records,
        models=scored_models,
        examples=ancient(scored_examples),
        about=scored_about,
    output:
        robustness="results/{study}/robustness/{experiment}.csv",
    log:
        "results/{study}/logs/robustness/{experiment}.log",
    benchmark:
        "results/{study}/benchmarks/robustness/{experiment}.tsv"
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=larger_each_time(4000),
        runtime=larger_each_time(30),
    params:
        code=fingerprints.of_script("robustness.py", *corruptions.files()),
    script:
        "../scripts/robustness.py"


def robustness_of_report(wildcards):
    wanted = [name for name, about in plan.experiments.items() if about["robustness"]]
    return [f"{results}/robustness/{name}.csv" for name in wanted if shown_of[name]]


def demonstration_files(wildcards):
    return [
        f"{results}/demonstrations/{name}/{file}"
        for name in plan.demonstrations
        for file in ("model.json", "outputs.csv")
    ]


def planned_runs(wildcards):
    return [plan.record(run) for run in plan.reported]


def planned_curves(wildcards):
    return [
        {"experiment": name, "curve": curve, "column": about["column"], "low": low, "high": high}
        for name, experiment in plan.experiments.items()
        for curve, about in experiment["curves"].items()
        for low, high in [about["range"] or (None, None)]
    ]


def planned_demonstrations(wildcards):
    return [{"demonstration": name, **about} for name, about in plan.demonstrations.items()]


rule evaluate:
    input:
        records=records_of_chunk,
        predictions=predictions_of_chunk,
        histories=histories_of_chunk,
        datasets=datasets_of_chunk,
    output:
        folder=directory("results/{study}/evaluation/{experiment}/{chunk}"),
    log:
        "results/{study}/logs/evaluate/{experiment}/{chunk}.log",
    benchmark:
        "results/{study}/benchmarks/evaluate/{experiment}/{chunk}.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        detailed=is_reported,
        code=fingerprints.of_script("evaluate.py"),
    script:
        "../scripts/evaluate.py"


rule summarise:
    input:
        chunks=chunks_of_report,
        robustness=robustness_of_report,
        examples=ancient(datasets_of(shown, "examples.npz")),
        datasets=datasets_of(shown, "dataset.json"),
        exports=[score_of_export(run, format) for run, format in exported],
        demonstrations=demonstration_files,
    output:
        **{table: f"results/{{study}}/tables/{table}.csv" for table in TABLES if table != "runs"},
        runs=report(
            "results/{study}/tables/runs.csv",
            category="Results",
            caption="../report/captions/runs.rst",
            labels={"table": "runs"},
        ),
    log:
        "results/{study}/logs/summarise.log",
    benchmark:
        "results/{study}/benchmarks/summarise.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        plan=planned_runs,
        curves=planned_curves,
        known=plan.known,
        exported=[run.who for run, _ in exported],
        demonstrations=planned_demonstrations,
        dataset_titles=dataset_titles,
        code=fingerprints.of_script("summarise.py"),
    script:
        "../scripts/summarise.py"


def shown_records(wildcards):
    return files_of(shown, "run.json")


def shown_predictions(wildcards):
    return files_of(shown, "predictions.npz")


rule compare:
    input:
        records=shown_records,
        predictions=shown_predictions,
        examples=datasets_of(shown, "examples.npz"),
        about=datasets_of(shown, "dataset.json"),
    output:
        comparisons="results/{study}/tables/comparisons.csv",
        spread="results/{study}/tables/spread.csv",
    log:
        "results/{study}/logs/compare.log",
    benchmark:
        "results/{study}/benchmarks/compare.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        dataset_titles=dataset_titles,
        code=fingerprints.of_script("compare_variants.py"),
    script:
        "../scripts/compare_variants.py"


def activations_for_claims():
    """What was recorded of the networks that claims look into."""
    asked = {
        (claim["experiment"], claim.get("variant", "default"))
        for claim in plan.claims
        if "experiment" in claim and "activations" in measures.needs(claim["measure"])
    }
    return [
        f"{results}/activations/{run.id}.{suffix}"
        for name in plan.experiments
        for run in first_seeds(name)
        if (name, run.variant) in asked and plan.experiments[name]["illustrations"]
        for suffix in ("npz", "json")
    ]


rule score:
    input:
        runs="results/{study}/tables/runs.csv",
        histories="results/{study}/tables/histories.csv",
        classes="results/{study}/tables/classes.csv",
        layers="results/{study}/tables/layers.csv",
        demonstrations="results/{study}/tables/demonstrations.csv",
        outputs="results/{study}/tables/outputs.csv",
        datasets="results/{study}/tables/datasets.csv",
        exports="results/{study}/tables/exports.csv",
        functions=["results/{study}/functions/functions.csv"] * plan.functions,
        draws=["results/{study}/functions/truncated_normal.npz"] * plan.functions,
        activations=activations_for_claims(),
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
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        claims=plan.claims,
        code=fingerprints.of_script("score.py", *set(measures.measures().values())),
    script:
        "../scripts/score.py"
