"""Tables of runs and variants: what they are, how they were trained, how well they do."""

from study.columns._common import LAST, METRICS, PLANNED, RUN, RUNS, SPREAD, VARIANT

_OF_REPORT = frozenset({*PLANNED, "dataset_title", "export"})
"""Columns of runs that the report's plan gives and a sweep's table of runs lacks."""

TABLES: dict[str, dict[str, str]] = {
    "runs": RUNS,
    "variants": {
        **VARIANT,
        "place": RUNS["place"],
        "colour": RUNS["colour"],
        "experiment_title": RUNS["experiment_title"],
        "variant_title": RUNS["variant_title"],
        "dataset_title": RUNS["dataset_title"],
        "model": RUNS["model"],
        "planned": "number of seeds planned",
        "seeds": "number of seeds finished; the columns that follow are empty if 0",
        METRICS: " on the test split, mean over seeds",
        "last_ten_test_accuracy": LAST["last_ten_test_accuracy"] + "; mean over seeds",
        "examples": "number of test examples of one run",
        "parameter_count": "number of parameters of the model",
        "train_seconds": "training time, mean over seeds",
        "images_seen": "training examples processed, mean over seeds",
        "cold_seconds": "time from the start of the process to the end of the predictions, mean "
        "over the runs that have one",
        "warm_seconds": "training time with compiled steps, mean over the runs that have one",
    },
    "experiments": {
        "experiment": RUN["experiment"],
        "title": "its heading",
        "tutorial": RUNS["tutorial"],
        "question": RUNS["question"],
        "place": "0-based place in the study",
        "colour": "colour of the experiment in figures over all experiments, hexadecimal",
        "dataset_title": RUNS["dataset_title"],
        "frontier": "the table of the frontier that it belongs to: best, smallest, fastest or none",
        "tried": "how the recipe of an experiment of the frontier was chosen",
    },
    "known": {
        "experiment": RUN["experiment"],
        "what": "a method or model of others",
        "accuracy": "its test accuracy",
        "parameters": "its number of parameters",
        "seconds": "its training time in seconds",
        "source": "where it was published",
    },
    "histories": {
        **RUN,
        "epoch": "0-based epoch in which the row ends",
        "step": "number of updates so far",
        "loss": "mean training loss since the row before",
        "accuracy": "mean training accuracy since the row before",
        "batch_accuracy": "accuracy on one training batch, dropout off; needs log_every",
        "val_loss": "loss on the validation split",
        "val_accuracy": "accuracy on the validation split",
    },
    "layers": {
        "experiment": "name of the experiment, or of a demonstration",
        "variant": "name of the variant; empty for a demonstration",
        "layer": "0-based place in the model",
        "name": "the layer's name",
        "type": "its class in Keras",
        "activation": "its activation function",
        "details": "further settings, in words",
        "output_shape": "shape of one example's output",
        "parameters": "number of its parameters",
    },
    "sweep_runs": {
        column: meaning
        for column, meaning in RUNS.items()
        if column not in _OF_REPORT and not column.startswith(("illustrations", "resources"))
    },
    "sweep_variants": {
        "experiment": RUN["experiment"],
        "variant": RUN["variant"],
        "*.*": "the sweep's axes, between `variant` and `seeds`",
        "seeds": "number of seeds finished",
        METRICS: " on the test split, mean over seeds",
        "last_val_loss": LAST["last_val_loss"] + ", mean over seeds",
        "last_val_accuracy": LAST["last_val_accuracy"] + ", mean over seeds",
        "parameter_count": RUNS["parameter_count"],
        "train_seconds": "training time, all seeds together",
    },
    "spread": {
        **VARIANT,
        "seeds": "number of seeds finished",
        "accuracy_deviation": SPREAD["accuracy_deviation"],
        "deviation_of_images": "the part that a finite test set explains: equally good networks "
        "would differ by so much",
        "deviation_of_networks": "the rest: how much the networks themselves differ",
    },
}
