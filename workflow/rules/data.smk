# Fetch and prepare: from a public host, a folder or an installed package to uint8 arrays.


def dataset_source(wildcards):
    return dataset_of(wildcards)["source"]


def tfds_name(wildcards):
    return dataset_of(wildcards).get("name", wildcards.dataset)


def tfds_order(wildcards):
    return dataset_of(wildcards).get("order", "tfds")


def fetched_files(wildcards):
    if dataset_source(wildcards) != "tfds":
        return {}
    folder = f"results/{wildcards.study}/fetched/{wildcards.dataset}"
    return {"examples": f"{folder}/examples.npz", "about": f"{folder}/about.json"}


rule fetch:
    output:
        examples="results/{study}/fetched/{dataset}/examples.npz",
        about="results/{study}/fetched/{dataset}/about.json",
    params:
        name=tfds_name,
        order=tfds_order,
        source=sources.fingerprint("fetch.py"),
    resources:
        mem_mb=4000,
        runtime=30,
    priority: 1000
    log:
        "results/{study}/logs/fetch/{dataset}.log",
    benchmark:
        "results/{study}/benchmarks/fetch/{dataset}.tsv"
    conda:
        "../../envs/training.yaml"
    script:
        "../scripts/fetch.py"


rule prepare:
    input:
        unpack(fetched_files),
    output:
        examples="results/{study}/data/{dataset}/examples.npz",
        about="results/{study}/data/{dataset}/dataset.json",
    params:
        dataset="{dataset}",
        title=title_of_dataset,
        kind=dataset_source,
        source=sources.fingerprint("prepare.py"),
    resources:
        mem_mb=2000,
        runtime=10,
    priority: 1000
    log:
        "results/{study}/logs/prepare/{dataset}.log",
    benchmark:
        "results/{study}/benchmarks/prepare/{dataset}.tsv"
    conda:
        "../../envs/training.yaml"
    script:
        "../scripts/prepare.py"
