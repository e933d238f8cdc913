# Train runs, each in its own job or in packs.


def to_train(run):
    """What changes the bits of a run; nothing else may be here, or runs are trained again."""
    return {
        "experiment": run.experiment,
        "variant": run.variant,
        "seed": run.seed,
        "settings": run.settings,
        "code": code_of_training(run),
    }


def runs_to_train(wildcards):
    return [to_train(run_of(wildcards))]


def run_examples(wildcards):
    return f"{results}/data/{run_of(wildcards).settings['dataset']}/examples.npz"


def run_checked(wildcards):
    return checked([run_of(wildcards)])


def run_about(wildcards):
    return f"{results}/data/{run_of(wildcards).settings['dataset']}/dataset.json"


def run_beginning(wildcards):
    """The record of the run that a run begins with: its end saves the longer one those epochs."""
    before = plan.beginnings.get(run_of(wildcards).id)
    return files_of([before] if before and is_shown(before) else [], "run.json")


def run_priority(wildcards):
    """The minutes that a run, and those that continue it, may take one after the other."""
    run, minutes = run_of(wildcards), 0
    while run:
        minutes += run.resources["runtime"]
        run = plan.continued.get(run.id)
    return minutes


def run_threads(wildcards):
    return run_of(wildcards).resources["threads"]


def run_mem_mb(wildcards, attempt):
    return run_of(wildcards).resources["mem_mb"] * attempt


def run_runtime(wildcards, attempt):
    return run_of(wildcards).resources["runtime"] * attempt


def run_gpu(wildcards):
    return gpus_of(run_of(wildcards))


def run_is_continued(wildcards):
    return int(run_of(wildcards).id in plan.continued)


# The examples are `ancient` since they count by their content: dataset.json holds their fingerprint.
rule train:
    input:
        examples=ancient(run_examples),
        about=run_about,
        checked=ancient(run_checked),
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
        experiment=any_of(name for name, e in plan.experiments.items() if e["pack"] == 1),
    # The longest first, so that no long one is left over when the others are done.
    priority: run_priority
    conda:
        "../../envs/training.yaml"
    threads: run_threads
    resources:
        mem_mb=run_mem_mb,
        runtime=run_runtime,
        gpu=run_gpu,
        # No parameter, since another variant that continues this run must not train it again.
        keep_end=run_is_continued,
    params:
        results="results/{study}",
        runs=runs_to_train,
    script:
        "../scripts/train.py"


# Experiments in packs: a job trains several runs, and has all of their files as outputs. A rule with
# wildcards cannot have as many outputs as the config says, so each pack is a rule.
for pack in plan.packs:
    runs = [run for run in pack.runs if is_shown(run)]
    if not runs:
        continue

    rule:
        name:
            f"train_{pack.experiment}_{pack.number}"
        input:
            examples=ancient(datasets_of(runs, "examples.npz")[0]),
            about=datasets_of(runs, "dataset.json")[0],
            checked=ancient(checked(runs)),
        output:
            *files_of(runs, "history.csv"),
            *files_of(runs, "predictions.npz"),
            *files_of(runs, "model.keras"),
            *files_of(runs, "run.json"),
        log:
            f"{results}/logs/train/{pack.experiment}/pack-{pack.number}.log",
        benchmark:
            f"{results}/benchmarks/train/{pack.experiment}/pack-{pack.number}.tsv"
        priority: sum(run.resources["runtime"] for run in runs)
        conda:
            "../../envs/training.yaml"
        threads: runs[0].resources["threads"]
        resources:
            mem_mb=larger_each_time(runs[0].resources["mem_mb"]),
            runtime=larger_each_time(sum(run.resources["runtime"] for run in runs)),
            gpu=gpus_of(runs[0]),
        params:
            results=results,
            runs=[to_train(run) for run in runs],
        script:
            "../scripts/train.py"
