# Pictures of tables and stored arrays; each kind of figure is a file that describes itself.


def needs(figure):
    return figures.about(figure)["NEEDS"]


def files_for(figure, need):
    """The files that a figure gets for one of its needs; none if this study does not have them."""
    if need == "examples":
        return datasets_of(shown, "examples.npz") + datasets_of(shown, "dataset.json")
    if need == "augmented":
        return [f"{results}/augmented.{suffix}" for suffix in ("npz", "json")] * bool(augmented)
    if need == "activations":
        return [
            f"{results}/activations/{run.id}.{suffix}"
            for run in illustrated_runs(figure)
            for suffix in ("npz", "json")
        ]
    if need in ("functions", "draws"):
        name = {"functions": "functions.csv", "draws": "truncated_normal.npz"}[need]
        return [f"{results}/functions/{name}"] * plan.functions
    if need == "sweeps":
        return [f"{results}/sweeps/{name}/variants.csv" for name in plan.sweeps if shown_of[name]]
    if need == "doubtful" and not may_be_doubted():
        return []
    if need == "scorecard" and figure == "scorecard" and not may_have_intervals():
        return []
    if need == "robustness" and not any(map(is_robust, shown)):
        return []
    if need == "known" and not any(about["frontier"] for about in plan.experiments.values()):
        return []
    return [f"{results}/tables/{need}.csv"] * bool(shown)


def may_be_doubted():
    """Whether labels of a dataset that is used are known to be doubtful."""
    return bool(public_datasets() & set(doubtful_labels.names()))


def may_have_intervals():
    """Whether a claim about a published number is about a dataset of this study."""
    about = {None, *public_datasets()}  # a claim without a dataset is about whatever is trained on
    return any(claim.get("dataset") in about for claim in plan.claims)


def public_datasets():
    """The names by which claims know the datasets that are used."""
    used = {run.settings["dataset"] for run in shown}
    return {datasets.public_name(plan.datasets[name]) for name in used}


def is_robust(run):
    return plan.experiments[run.experiment]["robustness"]


def illustrated_runs(figure):
    """Each variant's first seed, of the experiments that ask for a figure."""
    first = {(run.experiment, run.variant): run for run in reversed(shown)}
    return [
        run
        for run in reversed(first.values())
        for wanted in [plan.experiments[run.experiment]["illustrations"]]
        if wanted and figure in wanted["figures"]
    ]


# A figure is drawn where the study has something for each of its needs.
drawn = [
    figure for figure in figures.names() if all(files_for(figure, need) for need in needs(figure))
]


def figure_inputs(wildcards):
    return {need: files_for(wildcards.figure, need) for need in needs(wildcards.figure)}


def figure_caption(wildcards):
    return figures.about(wildcards.figure)["CAPTION"]


def figure_category(wildcards):
    section = figures.about(wildcards.figure)["SECTION"]
    return {"blocks": "Building blocks", "inside": "Inside the networks"}.get(
        section, section.capitalize()
    )


def figure_labels(wildcards):
    return {"figure": figures.about(wildcards.figure)["TITLE"], "picture": wildcards.picture}


def code_of_figure(wildcards):
    corrupting = corruptions.files() if "robustness" in needs(wildcards.figure) else []
    file = figures.FOLDER / f"{wildcards.figure}.py"
    return fingerprints.of_script("figure.py", file, *corrupting)


rule figure:
    input:
        unpack(figure_inputs),
    output:
        folder=report(
            directory("results/{study}/figures/{figure}"),
            patterns=["{picture}.svg"],
            category=figure_category,
            caption="../report/captions/figure.rst",
            labels=figure_labels,
        ),
    log:
        "results/{study}/logs/figure/{figure}.log",
    benchmark:
        "results/{study}/benchmarks/figure/{figure}.tsv"
    localrule: True
    conda:
        "../../envs/analysis.yaml"
    params:
        caption=figure_caption,
        code=code_of_figure,
    script:
        "../scripts/figure.py"
