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
    wildcard_constraints:
        experiment=any_of(singles),
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
        runs=runs_to_train,
        source=source_of_training,
    script:
        "../scripts/train.py"


# Experiments in packs: a job trains several runs, and has all of their files as outputs. A rule with
# wildcards cannot have as many outputs as the config says, so each pack is a rule.
for pack in packs:

    rule:
        name:
            f"train_{pack.experiment}_{pack.number}"
        input:
            examples=f"{results}/data/{pack.runs[0].settings['dataset']}/examples.npz",
            about=f"{results}/data/{pack.runs[0].settings['dataset']}/dataset.json",
        output:
            files_of_runs(pack.runs, "history.csv", "predictions.npz", "model.keras", "run.json"),
        log:
            f"{results}/logs/train/{pack.experiment}/pack-{pack.number}.log",
        benchmark:
            f"{results}/benchmarks/train/{pack.experiment}/pack-{pack.number}.tsv"
        priority: minutes_of_pack(pack)
        conda:
            "../../envs/training.yaml"
        threads: pack.runs[0].resources["threads"]
        resources:
            mem_mb=growing(pack.runs[0].resources["mem_mb"]),
            runtime=growing(minutes_of_pack(pack)),
            gpu=cards(pack.runs[0]),
        params:
            runs=list(map(to_train, pack.runs)),
            source=sources.fingerprint("train.py", models.source(pack.runs[0].settings["model"])),
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
        mem_mb=growing(2000),
        runtime=growing(10),
        gpu=run_gpu,
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
        mem_mb=growing(2000),
        runtime=growing(5),
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
        mem_mb=growing(2000),
        runtime=growing(5),
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
        mem_mb=growing(2000),
        runtime=growing(5),
    params:
        source=sources.fingerprint("tabulate_functions.py"),
    script:
        "../scripts/tabulate_functions.py"
