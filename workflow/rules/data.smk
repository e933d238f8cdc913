# Fetch and prepare: from a public host, a folder or an installed package to uint8 arrays.


rule fetch:
    output:
        examples="results/{study}/fetched/{dataset}/examples.npz",
        about="results/{study}/fetched/{dataset}/about.json",
    log:
        "results/{study}/logs/fetch/{dataset}.log",
    benchmark:
        "results/{study}/benchmarks/fetch/{dataset}.tsv"
    priority: 1000
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
    params:
        name=tfds_name,
        order=tfds_order,
        source=sources.fingerprint("fetch.py"),
    script:
        "../scripts/fetch.py"


rule prepare:
    input:
        unpack(fetched_files),
    output:
        examples="results/{study}/data/{dataset}/examples.npz",
        about="results/{study}/data/{dataset}/dataset.json",
    log:
        "results/{study}/logs/prepare/{dataset}.log",
    benchmark:
        "results/{study}/benchmarks/prepare/{dataset}.tsv"
    priority: 1000
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=growing(2000),
        runtime=growing(10),
    params:
        dataset="{dataset}",
        title=title_of_dataset,
        kind=dataset_source,
        source=sources.fingerprint("prepare.py"),
    script:
        "../scripts/prepare.py"
