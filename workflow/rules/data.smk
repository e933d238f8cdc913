# Fetch and prepare: from a public host, a folder or an installed package to uint8 arrays.


def source_of_dataset(wildcards):
    return plan.datasets[wildcards.dataset]["source"]


def source_options(wildcards):
    options = source_of(plan.datasets[wildcards.dataset])
    return {key: value for key, value in options.items() if key != "source"}


def state_of_files(wildcards):
    return datasets.state(plan.datasets[wildcards.dataset])


def code_of_fetch(wildcards):
    return fingerprints.of_script("fetch.py", SOURCES.source(source_of_dataset(wildcards)))


def order_of_dataset(wildcards):
    return plan.datasets[wildcards.dataset]["order"]


# A set is fetched once, whatever orders of it are asked for.
def fetched_examples(wildcards):
    return f"{results}/fetched/{plan.fetched(wildcards.dataset)}/examples.npz"


def fetched_about(wildcards):
    return f"{results}/fetched/{plan.fetched(wildcards.dataset)}/about.json"


rule fetch:
    output:
        examples="results/{study}/fetched/{dataset}/examples.npz",
        about="results/{study}/fetched/{dataset}/about.json",
    log:
        "results/{study}/logs/fetch/{dataset}.log",
    benchmark:
        "results/{study}/benchmarks/fetch/{dataset}.tsv"
    priority: 1000
    localrule: True
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=larger_each_time(4000),
        runtime=larger_each_time(30),
    params:
        kind=source_of_dataset,
        options=source_options,
        files=state_of_files,
        code=code_of_fetch,
    script:
        "../scripts/fetch.py"


def models_of_dataset(wildcards):
    """The model of each variant that is trained on a dataset, and what it asks of the data."""
    variants = {
        (run.experiment, run.variant): run.settings
        for run in plan.runs
        if run.settings["dataset"] == wildcards.dataset
    }
    return [
        {
            "experiment": experiment,
            "variant": variant,
            "model": settings["model"],
            "parameters": settings["parameters"],
            "splits": settings["splits"],
            "training": {key: settings["training"][key] for key in fitting.OF_TRAINING},
            "test_time_augmentation": settings["test_time_augmentation"],
            "illustrations": plan.experiments[experiment]["illustrations"],
        }
        for (experiment, variant), settings in variants.items()
    ]


def code_of_models(wildcards):
    names = sorted({about["model"] for about in models_of_dataset(wildcards)})
    return fingerprints.of_script("check_models.py", *map(MODELS.source, names))


rule prepare:
    input:
        examples=fetched_examples,
        about=fetched_about,
    output:
        examples="results/{study}/data/{dataset}/examples.npz",
        about="results/{study}/data/{dataset}/dataset.json",
    log:
        "results/{study}/logs/prepare/{dataset}.log",
    benchmark:
        "results/{study}/benchmarks/prepare/{dataset}.tsv"
    priority: 1000
    localrule: True
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=larger_each_time(2000),
        runtime=larger_each_time(10),
    params:
        dataset="{dataset}",
        kind=source_of_dataset,
        order=order_of_dataset,
        code=fingerprints.of_script("prepare.py", *doubtful_labels.files()),
    script:
        "../scripts/prepare.py"


# Costs the import of TensorFlow, so it is done where the shape of the images is the user's choice.
rule check_models:
    input:
        about="results/{study}/data/{dataset}/dataset.json",
    output:
        checked="results/{study}/data/{dataset}/models.json",
    log:
        "results/{study}/logs/check_models/{dataset}.log",
    benchmark:
        "results/{study}/benchmarks/check_models/{dataset}.tsv"
    priority: 1000
    localrule: True
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=larger_each_time(2000),
        runtime=larger_each_time(10),
    params:
        models=models_of_dataset,
        code=code_of_models,
    script:
        "../scripts/check_models.py"
