# Pictures of tables and data; nothing here trains or evaluates.


rule plot_training_curves:
    input:
        histories=histories_of_experiment,
    output:
        svg="results/{study}/figures/{experiment}/training_curves.svg",
        png="results/{study}/figures/{experiment}/training_curves.png",
    log:
        "results/{study}/logs/plot_training_curves/{experiment}.log",
    benchmark:
        "results/{study}/benchmarks/plot_training_curves/{experiment}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        validation=validation_split,
        source=sources.fingerprint("plot_training_curves.py"),
    script:
        "../scripts/plot_training_curves.py"


rule plot_confusion_matrix:
    input:
        confusion="results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/confusion.csv",
    output:
        svg="results/{study}/figures/{experiment}/{variant}/seed-{seed}/confusion_matrix.svg",
        png="results/{study}/figures/{experiment}/{variant}/seed-{seed}/confusion_matrix.png",
    log:
        "results/{study}/logs/plot_confusion_matrix/{experiment}/{variant}/seed-{seed}.log",
    benchmark:
        "results/{study}/benchmarks/plot_confusion_matrix/{experiment}/{variant}/seed-{seed}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        source=sources.fingerprint("plot_confusion_matrix.py"),
    script:
        "../scripts/plot_confusion_matrix.py"


rule plot_class_accuracy:
    input:
        classes="results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/classes.csv",
    output:
        svg="results/{study}/figures/{experiment}/{variant}/seed-{seed}/class_accuracy.svg",
        png="results/{study}/figures/{experiment}/{variant}/seed-{seed}/class_accuracy.png",
    log:
        "results/{study}/logs/plot_class_accuracy/{experiment}/{variant}/seed-{seed}.log",
    benchmark:
        "results/{study}/benchmarks/plot_class_accuracy/{experiment}/{variant}/seed-{seed}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        source=sources.fingerprint("plot_class_accuracy.py"),
    script:
        "../scripts/plot_class_accuracy.py"


rule plot_samples:
    input:
        examples="results/{study}/data/{dataset}/examples.npz",
        about="results/{study}/data/{dataset}/dataset.json",
    output:
        svg="results/{study}/figures/data/{dataset}/samples.svg",
        png="results/{study}/figures/data/{dataset}/samples.png",
    log:
        "results/{study}/logs/plot_samples/{dataset}.log",
    benchmark:
        "results/{study}/benchmarks/plot_samples/{dataset}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        source=sources.fingerprint("plot_samples.py"),
    script:
        "../scripts/plot_samples.py"


rule plot_class_distribution:
    input:
        examples="results/{study}/data/{dataset}/examples.npz",
        about="results/{study}/data/{dataset}/dataset.json",
    output:
        svg="results/{study}/figures/data/{dataset}/class_distribution.svg",
        png="results/{study}/figures/data/{dataset}/class_distribution.png",
    log:
        "results/{study}/logs/plot_class_distribution/{dataset}.log",
    benchmark:
        "results/{study}/benchmarks/plot_class_distribution/{dataset}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        source=sources.fingerprint("plot_class_distribution.py"),
    script:
        "../scripts/plot_class_distribution.py"
