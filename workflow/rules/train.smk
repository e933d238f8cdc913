# Train each run as a job of its own, and what else needs TensorFlow.


rule train:
    input:
        examples=run_examples,
        about=run_about,
        beginning=run_beginning,
    output:
        history="results/{study}/runs/{experiment}/{variant}/seed-{seed}/history.csv",
        predictions="results/{study}/runs/{experiment}/{variant}/seed-{seed}/predictions.npz",
        model="results/{study}/runs/{experiment}/{variant}/seed-{seed}/model.keras",
        run="results/{study}/runs/{experiment}/{variant}/seed-{seed}/run.json",
    log:
        "results/{study}/logs/train/{experiment}/{variant}/seed-{seed}.log",
    benchmark:
        "results/{study}/benchmarks/train/{experiment}/{variant}/seed-{seed}.tsv"
    # The longest first, so that no long one is left over when the others are done.
    priority: run_priority
    conda:
        "../../envs/training.yaml"
    threads: run_threads
    resources:
        mem_mb=run_mem_mb,
        runtime=run_runtime,
        gpu=run_gpu,
    params:
        runs=lambda wildcards: [to_train(run_of(wildcards))],
        source=source_of_training,
    script:
        "../scripts/train.py"


rule export:
    input:
        examples=run_examples,
        about=run_about,
        model="results/{study}/runs/{experiment}/{variant}/seed-{seed}/model.keras",
        predictions="results/{study}/runs/{experiment}/{variant}/seed-{seed}/predictions.npz",
    output:
        saved_model=directory("results/{study}/runs/{experiment}/{variant}/seed-{seed}/saved_model"),
        score="results/{study}/runs/{experiment}/{variant}/seed-{seed}/export.json",
    log:
        "results/{study}/logs/export/{experiment}/{variant}/seed-{seed}.log",
    benchmark:
        "results/{study}/benchmarks/export/{experiment}/{variant}/seed-{seed}.tsv"
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        settings=run_settings,
        source=sources.fingerprint("export.py"),
    script:
        "../scripts/export.py"


rule demonstrate:
    output:
        outputs="results/{study}/demonstrations/{demonstration}/outputs.csv",
        about="results/{study}/demonstrations/{demonstration}/model.json",
    log:
        "results/{study}/logs/demonstrate/{demonstration}.log",
    benchmark:
        "results/{study}/benchmarks/demonstrate/{demonstration}.tsv"
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=2000,
        runtime=5,
    params:
        settings=demonstration_settings,
        source=source_of_demonstration,
    script:
        "../scripts/demonstrate.py"


rule record_activations:
    input:
        examples=run_examples,
        about=run_about,
        model="results/{study}/runs/{experiment}/{variant}/seed-{seed}/model.keras",
        run="results/{study}/runs/{experiment}/{variant}/seed-{seed}/run.json",
    output:
        arrays="results/{study}/activations/{experiment}/{variant}/seed-{seed}.npz",
        about="results/{study}/activations/{experiment}/{variant}/seed-{seed}.json",
    log:
        "results/{study}/logs/record_activations/{experiment}/{variant}/seed-{seed}.log",
    benchmark:
        "results/{study}/benchmarks/record_activations/{experiment}/{variant}/seed-{seed}.tsv"
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=2000,
        runtime=5,
    params:
        example_class=illustrated_class,
        source=sources.fingerprint("record_activations.py"),
    script:
        "../scripts/record_activations.py"


rule tabulate_functions:
    output:
        functions="results/{study}/functions/functions.csv",
        draws="results/{study}/functions/truncated_normal.npz",
    log:
        "results/{study}/logs/tabulate_functions.log",
    benchmark:
        "results/{study}/benchmarks/tabulate_functions.tsv"
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=2000,
        runtime=5,
    params:
        source=sources.fingerprint("tabulate_functions.py"),
    script:
        "../scripts/tabulate_functions.py"
