# Pictures of tables and stored arrays; nothing here trains, evaluates or runs a model.


rule plot_training_curves:
    input:
        histories=histories_of_experiment,
    output:
        svg=report(
            "results/{study}/figures/training_curves/{experiment}.svg",
            category="Learning",
            caption="../report/captions/plot_training_curves.rst",
            labels={"experiment": "{experiment}", "figure": "training curves"},
        ),
        png="results/{study}/figures/training_curves/{experiment}.png",
    log:
        "results/{study}/logs/plot_training_curves/{experiment}.log",
    benchmark:
        "results/{study}/benchmarks/plot_training_curves/{experiment}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        variants=variants_of_experiment,
        validation=validation_split,
        source=sources.fingerprint("plot_training_curves.py"),
    script:
        "../scripts/plot_training_curves.py"


rule plot_curves:
    input:
        histories="results/{study}/tables/histories.csv",
    output:
        folder=report(
            directory("results/{study}/figures/curves"),
            patterns=["{experiment}/{curve}.svg"],
            category="Learning",
            caption="../report/captions/plot_curves.rst",
            labels={"experiment": "{experiment}", "figure": "{curve}"},
        ),
    log:
        "results/{study}/logs/plot_curves.log",
    benchmark:
        "results/{study}/benchmarks/plot_curves.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        curves=of_each_experiment("curves"),
        splits=of_each_experiment("splits"),
        variants=reported_variants,
        source=sources.fingerprint("plot_curves.py"),
    script:
        "../scripts/plot_curves.py"


rule plot_confusion_matrices:
    input:
        confusion=of_runs(
            "results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/confusion.csv"
        ),
    output:
        folder=report(
            directory("results/{study}/figures/confusion_matrices"),
            patterns=["{experiment}/{variant}/seed-{seed}.svg"],
            category="Predictions",
            caption="../report/captions/plot_confusion_matrices.rst",
            labels={
                "experiment": "{experiment}",
                "variant": "{variant}",
                "seed": "{seed}",
                "figure": "confusion matrix",
            },
        ),
    log:
        "results/{study}/logs/plot_confusion_matrices.log",
    benchmark:
        "results/{study}/benchmarks/plot_confusion_matrices.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        source=sources.fingerprint("plot_confusion_matrices.py"),
    script:
        "../scripts/plot_confusion_matrices.py"


rule plot_class_accuracy:
    input:
        classes="results/{study}/tables/classes.csv",
    output:
        folder=report(
            directory("results/{study}/figures/class_accuracy"),
            patterns=["{experiment}.svg"],
            category="Predictions",
            caption="../report/captions/plot_class_accuracy.rst",
            labels={"experiment": "{experiment}", "figure": "accuracy of each class"},
        ),
    log:
        "results/{study}/logs/plot_class_accuracy.log",
    benchmark:
        "results/{study}/benchmarks/plot_class_accuracy.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        variants=reported_variants,
        source=sources.fingerprint("plot_class_accuracy.py"),
    script:
        "../scripts/plot_class_accuracy.py"


rule plot_reliability:
    input:
        calibration=of_runs(
            "results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/calibration.csv"
        ),
    output:
        folder=report(
            directory("results/{study}/figures/reliability"),
            patterns=["{experiment}.svg"],
            category="Predictions",
            caption="../report/captions/plot_reliability.rst",
            labels={"experiment": "{experiment}", "figure": "reliability"},
        ),
    log:
        "results/{study}/logs/plot_reliability.log",
    benchmark:
        "results/{study}/benchmarks/plot_reliability.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        variants=reported_variants,
        source=sources.fingerprint("plot_reliability.py"),
    script:
        "../scripts/plot_reliability.py"


rule plot_mistakes:
    input:
        mistakes=of_runs(
            "results/{study}/evaluation/{experiment}/{variant}/seed-{seed}/mistakes.csv"
        ),
        records=of_runs("results/{study}/runs/{experiment}/{variant}/seed-{seed}/run.json"),
        examples=of_datasets("results/{study}/data/{dataset}/examples.npz"),
        about=of_datasets("results/{study}/data/{dataset}/dataset.json"),
    output:
        folder=report(
            directory("results/{study}/figures/mistakes"),
            patterns=["{experiment}.svg"],
            category="Predictions",
            caption="../report/captions/plot_mistakes.rst",
            labels={"experiment": "{experiment}", "figure": "worst mistakes"},
        ),
    log:
        "results/{study}/logs/plot_mistakes.log",
    benchmark:
        "results/{study}/benchmarks/plot_mistakes.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        variants=reported_variants,
        source=sources.fingerprint("plot_mistakes.py"),
    script:
        "../scripts/plot_mistakes.py"


rule plot_comparison:
    input:
        runs="results/{study}/tables/runs.csv",
    output:
        svg=report(
            "results/{study}/figures/comparison.svg",
            category="Results",
            caption="../report/captions/plot_comparison.rst",
            labels={"figure": "accuracy against cost"},
        ),
        png="results/{study}/figures/comparison.png",
    log:
        "results/{study}/logs/plot_comparison.log",
    benchmark:
        "results/{study}/benchmarks/plot_comparison.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        variants=reported_variants,
        source=sources.fingerprint("plot_comparison.py"),
    script:
        "../scripts/plot_comparison.py"


rule plot_class_heatmap:
    input:
        classes="results/{study}/tables/classes.csv",
    output:
        svg=report(
            "results/{study}/figures/class_heatmap.svg",
            category="Results",
            caption="../report/captions/plot_class_heatmap.rst",
            labels={"figure": "accuracy of each class"},
        ),
        png="results/{study}/figures/class_heatmap.png",
    log:
        "results/{study}/logs/plot_class_heatmap.log",
    benchmark:
        "results/{study}/benchmarks/plot_class_heatmap.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        variants=reported_variants,
        source=sources.fingerprint("plot_class_heatmap.py"),
    script:
        "../scripts/plot_class_heatmap.py"


rule plot_samples:
    input:
        examples="results/{study}/data/{dataset}/examples.npz",
        about="results/{study}/data/{dataset}/dataset.json",
    output:
        grid_svg=report(
            "results/{study}/figures/data/{dataset}/samples.svg",
            category="Data",
            caption="../report/captions/plot_samples.rst",
            labels={"data set": "{dataset}", "figure": "samples"},
        ),
        grid_png="results/{study}/figures/data/{dataset}/samples.png",
        nine_svg=report(
            "results/{study}/figures/data/{dataset}/nine_samples.svg",
            category="Data",
            caption="../report/captions/plot_samples.rst",
            labels={"data set": "{dataset}", "figure": "nine samples"},
        ),
        nine_png="results/{study}/figures/data/{dataset}/nine_samples.png",
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
        svg=report(
            "results/{study}/figures/data/{dataset}/class_distribution.svg",
            category="Data",
            caption="../report/captions/plot_class_distribution.rst",
            labels={"data set": "{dataset}", "figure": "class distribution"},
        ),
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


rule plot_activation_functions:
    input:
        functions="results/{study}/functions/functions.csv",
    output:
        activations_svg=report(
            "results/{study}/figures/functions/activations.svg",
            category="Building blocks",
            caption="../report/captions/plot_activation_functions.rst",
            labels={"figure": "activations"},
        ),
        activations_png="results/{study}/figures/functions/activations.png",
        relu_and_sigmoid_svg=report(
            "results/{study}/figures/functions/relu_and_sigmoid.svg",
            category="Building blocks",
            caption="../report/captions/plot_activation_functions.rst",
            labels={"figure": "relu and sigmoid"},
        ),
        relu_and_sigmoid_png="results/{study}/figures/functions/relu_and_sigmoid.png",
        relu_svg=report(
            "results/{study}/figures/functions/relu.svg",
            category="Building blocks",
            caption="../report/captions/plot_activation_functions.rst",
            labels={"figure": "relu"},
        ),
        relu_png="results/{study}/figures/functions/relu.png",
    log:
        "results/{study}/logs/plot_activation_functions.log",
    benchmark:
        "results/{study}/benchmarks/plot_activation_functions.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        source=sources.fingerprint("plot_activation_functions.py"),
    script:
        "../scripts/plot_activation_functions.py"


rule plot_softmax:
    input:
        functions="results/{study}/functions/functions.csv",
    output:
        softmax_line_svg=report(
            "results/{study}/figures/functions/softmax_line.svg",
            category="Building blocks",
            caption="../report/captions/plot_softmax.rst",
            labels={"figure": "softmax line"},
        ),
        softmax_line_png="results/{study}/figures/functions/softmax_line.png",
        softmax_bars_svg=report(
            "results/{study}/figures/functions/softmax_bars.svg",
            category="Building blocks",
            caption="../report/captions/plot_softmax.rst",
            labels={"figure": "softmax bars"},
        ),
        softmax_bars_png="results/{study}/figures/functions/softmax_bars.png",
    log:
        "results/{study}/logs/plot_softmax.log",
    benchmark:
        "results/{study}/benchmarks/plot_softmax.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        source=sources.fingerprint("plot_softmax.py"),
    script:
        "../scripts/plot_softmax.py"


rule plot_truncated_normal:
    input:
        draws="results/{study}/functions/truncated_normal.npz",
    output:
        svg=report(
            "results/{study}/figures/functions/truncated_normal.svg",
            category="Building blocks",
            caption="../report/captions/plot_truncated_normal.rst",
            labels={"figure": "truncated normal"},
        ),
        png="results/{study}/figures/functions/truncated_normal.png",
    log:
        "results/{study}/logs/plot_truncated_normal.log",
    benchmark:
        "results/{study}/benchmarks/plot_truncated_normal.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        source=sources.fingerprint("plot_truncated_normal.py"),
    script:
        "../scripts/plot_truncated_normal.py"


# Each figure of what happens inside a network is a script of its own, plot_<figure>.py.
rule plot_illustration:
    input:
        arrays=illustrated_arrays,
        about=illustrated_about,
    output:
        folder=report(
            directory("results/{study}/figures/illustrations/{figure}"),
            patterns=["{experiment}/{variant}.svg"],
            category="Inside the networks",
            caption="../report/captions/plot_illustration.rst",
            labels={"experiment": "{experiment}", "variant": "{variant}", "figure": "{figure}"},
        ),
    log:
        "results/{study}/logs/plot_illustration/{figure}.log",
    benchmark:
        "results/{study}/benchmarks/plot_illustration/{figure}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        illustrations=of_each_experiment("illustrations"),
        source=source_of_illustration,
    script:
        "../scripts/plot_{wildcards.figure}.py"
