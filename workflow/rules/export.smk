# Export trained models, each to the formats that the config asks for.
from study import exports


def score_of_export(run, format):
    return f"{results}/runs/{run.id}/exports/{format}.json"


# With `missing: show`, an export that failed is left out, like a run that failed.
exported = [
    (run, format)
    for run in shown
    for format in run.export
    if plan.missing == "fail" or Path(score_of_export(run, format)).exists()
]


def refuse_missing_packages():
    """Packages that are not there stop the study before its first job, not after hours."""
    due = {format for run, format in exported if not Path(score_of_export(run, format)).exists()}
    missing = exports.missing(sorted(due))
    if missing and not workflow.deployment_settings.deployment_method:
        named = "; ".join(f"{name} needs {listed(absent)}" for name, absent in missing.items())
        raise WorkflowError(f"export: {named}. Install them: {exports.INSTALL}")


refuse_missing_packages()


def code_of_export(wildcards):
    return fingerprints.of_script("export.py", EXPORTS.source(wildcards.format))


rule export:
    input:
        examples=ancient(run_examples),
        about=run_about,
        model="results/{study}/runs/{experiment}/{variant}/seed-{seed}/model.keras",
        predictions="results/{study}/runs/{experiment}/{variant}/seed-{seed}/predictions.npz",
        run="results/{study}/runs/{experiment}/{variant}/seed-{seed}/run.json",
    output:
        folder=directory("results/{study}/runs/{experiment}/{variant}/seed-{seed}/exports/{format}"),
        score="results/{study}/runs/{experiment}/{variant}/seed-{seed}/exports/{format}.json",
    log:
        "results/{study}/logs/export/{experiment}/{variant}/seed-{seed}/{format}.log",
    benchmark:
        "results/{study}/benchmarks/export/{experiment}/{variant}/seed-{seed}/{format}.tsv"
    conda:
        "../../envs/exports.yaml"
    resources:
        mem_mb=larger_each_time(2000),
        runtime=larger_each_time(10),
    params:
        code=code_of_export,
    script:
        "../scripts/export.py"
