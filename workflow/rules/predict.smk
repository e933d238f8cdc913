# Classify the images of a folder, if the config names one.
import re

from study.prediction import asking
from study.preparation import PREPARATIONS

# The first run that is there of each variant that the report has.
classified = [
    run for name in plan.experiments if name not in plan.sweeps for run in first_seeds(name)
]
predicted = re.sub("[{}]", "_", asking.name_of(Path(plan.predict or "pictures").expanduser()))


def predictions():
    """The page of predictions and its table; none if the config names no pictures."""
    folder = f"{results}/predictions/{predicted}"
    return [f"{folder}/index.html", f"{folder}/predictions.csv"] * bool(plan.predict)


if plan.predict:
    try:
        asking.files_of(Path(plan.predict).expanduser())
        state_of_images = datasets.state({"path": plan.predict})
    except (StudyError, OSError) as error:
        raise WorkflowError(f"predict: {described(error)}")


def pictures_to_show(wildcards):
    return plan.predict  # by a function, since a folder's name may have braces


rule predict:
    input:
        models=files_of(classified, asking.MODEL),
        predictions=files_of(classified, "predictions.npz"),
        about=datasets_of(classified, "dataset.json"),
    output:
        page=report(
            f"{results}/predictions/{predicted}/index.html",
            category="Predictions",
            labels={"page": "pictures, and what the models make of them"},
        ),
        table=f"{results}/predictions/{predicted}/predictions.csv",
    log:
        f"{results}/logs/predict/{predicted}.log",
    benchmark:
        f"{results}/benchmarks/predict/{predicted}.tsv"
    conda:
        "../../envs/study.yaml"
    threads: 2
    resources:
        mem_mb=larger_each_time(2000),
        runtime=larger_each_time(10),
    params:
        pictures=pictures_to_show,
        classifiers=[asking.described(plan, run) for run in classified],
        state=state_of_images if plan.predict else [],
        code=fingerprints.of_script(
            "predict.py",
            *fingerprints.templates(),
            *sorted(
                {PREPARATIONS.source(options["pictures"]) for options in plan.datasets.values()}
            ),
        ),
    script:
        "../scripts/predict.py"
