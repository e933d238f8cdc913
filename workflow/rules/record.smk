# What happens inside networks, augmented images, and the building blocks that the tutorials teach.


def demonstration_settings(wildcards):
    return plan.demonstrations[wildcards.demonstration]


def code_of_demonstration(wildcards):
    model = demonstration_settings(wildcards)["model"]
    return fingerprints.of_script("demonstrate.py", MODELS.source(model))


def illustrations_of(wildcards):
    return plan.experiments[wildcards.experiment]["illustrations"]


def illustrated_images(wildcards):
    return illustrations_of(wildcards)["images"]


def shows_untrained(wildcards):
    return illustrations_of(wildcards)["untrained"]


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
        mem_mb=larger_each_time(2000),
        runtime=larger_each_time(5),
    params:
        demonstration="{demonstration}",
        settings=demonstration_settings,
        code=code_of_demonstration,
    script:
        "../scripts/demonstrate.py"


# The first run of each recipe of augmentation that an experiment has.
augmented = {
    str([run.experiment, run.settings["dataset"], run.settings["training"]["augmentation"]]): run
    for run in reversed(shown)
    if run.settings["training"]["augmentation"]
}


def recipes(wildcards):
    return [
        {
            "experiment": run.experiment,
            "variant": run.variant,
            "dataset": run.settings["dataset"],
            "train": run.settings["splits"]["train"],
            "augmentation": run.settings["training"]["augmentation"],
        }
        for run in reversed(augmented.values())
    ]


def code_of_augmentations(wildcards):
    names = {
        own["name"]
        for run in augmented.values()
        for own in run.settings["training"]["augmentation"]
    }
    return fingerprints.of_script("augment.py", *map(AUGMENTATIONS.source, sorted(names)))


rule augment:
    input:
        examples=ancient(datasets_of(augmented.values(), "examples.npz")),
        about=datasets_of(augmented.values(), "dataset.json"),
    output:
        arrays="results/{study}/augmented.npz",
        about="results/{study}/augmented.json",
    log:
        "results/{study}/logs/augment.log",
    benchmark:
        "results/{study}/benchmarks/augment.tsv"
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=larger_each_time(2000),
        runtime=larger_each_time(5),
    params:
        recipes=recipes,
        code=code_of_augmentations,
    script:
        "../scripts/augment.py"


rule record_activations:
    input:
        examples=ancient(run_examples),
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
        mem_mb=larger_each_time(2000),
        runtime=larger_each_time(5),
    params:
        images=illustrated_images,
        untrained=shows_untrained,
        code=fingerprints.of_script("record_activations.py"),
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
        mem_mb=larger_each_time(2000),
        runtime=larger_each_time(5),
    params:
        code=fingerprints.of_script("tabulate_functions.py"),
    script:
        "../scripts/tabulate_functions.py"
