# Sweeps: tables over thousands of runs, and a page of heat maps. No other figure, no other table.


rule evaluate_sweep:
    input:
        records=records_of_chunk,
        predictions=predictions_of_chunk,
        histories=histories_of_chunk,
    output:
        table="results/{study}/sweeps/{sweep}/chunks/{chunk}.csv",
    log:
        "results/{study}/logs/evaluate_sweep/{sweep}/{chunk}.log",
    benchmark:
        "results/{study}/benchmarks/evaluate_sweep/{sweep}/{chunk}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        axes=axes_of_sweep,
        source=sources.fingerprint("evaluate_sweep.py"),
    script:
        "../scripts/evaluate_sweep.py"


rule summarise_sweep:
    input:
        chunks=chunks_of_sweep,
    output:
        runs="results/{study}/sweeps/{sweep}/runs.csv",
        variants="results/{study}/sweeps/{sweep}/variants.csv",
    log:
        "results/{study}/logs/summarise_sweep/{sweep}.log",
    benchmark:
        "results/{study}/benchmarks/summarise_sweep/{sweep}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        axes=axes_of_sweep,
        source=sources.fingerprint("summarise_sweep.py"),
    script:
        "../scripts/summarise_sweep.py"


rule plot_sweep:
    input:
        variants="results/{study}/sweeps/{sweep}/variants.csv",
    output:
        svg=report(
            "results/{study}/figures/sweeps/{sweep}.svg",
            category="Sweeps",
            caption="../report/captions/plot_sweep.rst",
            labels={"sweep": "{sweep}", "figure": "accuracy over the grid"},
        ),
        png="results/{study}/figures/sweeps/{sweep}.png",
    log:
        "results/{study}/logs/plot_sweep/{sweep}.log",
    benchmark:
        "results/{study}/benchmarks/plot_sweep/{sweep}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        axes=axes_of_sweep,
        source=sources.fingerprint("plot_sweep.py"),
    script:
        "../scripts/plot_sweep.py"


rule report_sweep:
    input:
        runs="results/{study}/sweeps/{sweep}/runs.csv",
        variants="results/{study}/sweeps/{sweep}/variants.csv",
        figure="results/{study}/figures/sweeps/{sweep}.svg",
        png="results/{study}/figures/sweeps/{sweep}.png",
        datasets=datasets_of_sweep,
    output:
        html=report(
            "results/{study}/sweeps/{sweep}.html",
            category="Sweeps",
            caption="../report/captions/report_sweep.rst",
            labels={"sweep": "{sweep}", "figure": "the sweep's own page"},
        ),
    log:
        "results/{study}/logs/report_sweep/{sweep}.log",
    benchmark:
        "results/{study}/benchmarks/report_sweep/{sweep}.tsv"
    conda:
        "../../envs/analysis.yaml"
    params:
        experiment=experiment_of_sweep,
        missing=missing_of_sweep,
        source=sources.fingerprint("report_sweep.py", *sources.SWEEP_FILES),
    script:
        "../scripts/report_sweep.py"
