# Fetch and prepare: from a public host, a folder or an installed package to uint8 arrays.


def source_of_dataset(wildcards):
    return plan.datasets[wildcards.dataset]["source"]


def source_options(wildcards):
    options = plan.datasets[wildcards.dataset]
    return {k: v for k, v in options.items() if k not in ("source", "title", "order")}


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
        code=code_of_fetch,
    script:
        "../scripts/fetch.py"


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
        code=fingerprints.of_script("prepare.py"),
    script:
        "../scripts/prepare.py"
