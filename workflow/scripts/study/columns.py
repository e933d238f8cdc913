"""What each column of each table means, and which columns hold text."""

_TEXT = """
status experiment variant title experiment_title variant_title tutorial question colour
dataset dataset_title dataset_name model splits.train splits.validation splits.test precision
device export illustrations device_kind device_name processor system finished
version_python version_tensorflow version_keras version_numpy data_fingerprint code_fingerprint
class true predicted label proposed name type activation details output_shape input_shape
curve column source order classes fingerprint homepage demonstration frontier tried what
other_experiment other_variant verdict corruption format
claim measure rule published ours deviation interval_low interval_high tolerance basis again check
post_hoc reproduced remark
"""

TEXT = frozenset(_TEXT.split())
"""Columns that hold text, even where it looks like a number: a variant may be called `10`."""

WHOLE = ("seed", "place")
"""Columns that hold whole numbers and are never empty."""

METRICS = "<metrics>"
"""Stands for the columns of all metrics, see :mod:`study.evaluation.metrics`."""

INTERVAL = {
    "accuracy_low": "lower end of the accuracy's 95 % interval (Wilson, n = test examples)",
    "accuracy_high": "upper end of that interval",
}
SPREAD = {
    "accuracy_deviation": "sample standard deviation over seeds, empty for one seed",
    "accuracy_lowest": "lowest accuracy of a seed",
    "accuracy_highest": "highest accuracy of a seed",
}
_RUN = {
    "experiment": "name of the experiment in the config",
    "variant": "name of the variant",
    "seed": "seed of starting weights, order of examples, dropout masks and augmentation",
}
_VARIANT = {name: _RUN[name] for name in ("experiment", "variant")}
_LAST = {
    "last_loss": "training loss in the last row of the history",
    "last_accuracy": "training accuracy there",
    "last_val_loss": "validation loss there, empty without a validation split",
    "last_val_accuracy": "validation accuracy there",
    "last_ten_test_accuracy": "mean test accuracy of the last ten epochs, of runs of more that "
    "watched the test split",
    "last_batch_accuracy": "accuracy on the last training batch, dropout off; needs log_every",
}
_CALIBRATION_BIN = {
    "low": "lower end of the bin of confidence, not included",
    "high": "upper end, included",
}

_PLANNED = {
    "status": "`finished` or `missing`",
    "place": "0-based place of the variant in its experiment",
    "colour": "colour of the variant in every figure, hexadecimal",
    "experiment_title": "heading of the experiment",
    "variant_title": "label of the variant",
    "tutorial": "the tutorial that the experiment comes from",
    "question": "what the experiment asks",
}

_RUNS = {
    **_RUN,
    **_PLANNED,
    "dataset": "name of the data set in the config",
    "dataset_title": "its title",
    "dataset_name": "its public name: mnist, fashion_mnist, digits",
    "model": "the architecture, a file of `study/models/`",
    "splits.*": "the examples of the three splits: train, validation (empty if none), test",
    "parameters.*": "the model's parameters; empty for a model without this parameter",
    "training.*": "the training's settings, such as `training.optimizer.learning_rate`",
    "precision": "`float32` or `mixed_bfloat16`",
    "test_time_augmentation": "empty: without",
    "test_time_augmentation.*": "views of each test image that are averaged over",
    "device": "the device that was asked for: `auto`, `cpu` or `gpu`",
    "export": "formats that the trained model is exported to, separated by spaces",
    "illustrations": "figures of the inside of the network, separated by spaces",
    "illustrations.maps_per_row": "how many feature maps or kernels they have in a row",
    "resources.*": "what the training job asks for",
    "parameter_count": "number of parameters of the model",
    "examples": "number of test examples",
    METRICS: " on the test split",
    **_LAST,
    "start_seconds": "time to start: imports, data, device",
    "build_seconds": "time to build and compile",
    "train_seconds": "training time of the whole run",
    "inherited_seconds": "the part of it that a shorter run of this table had spent already",
    "predict_seconds": "time to predict the test split",
    "cold_seconds": "time from the start of the process to the end of the predictions; only of the "
    "first run of a process",
    "warm_seconds": "training time; only of a run whose steps were all compiled by earlier runs",
    "images_seen": "training examples processed, each as often as it was seen",
    "images_per_second": "training speed",
    "peak_memory_mb": "largest resident memory of the job so far, in MB",
    "device_kind": "the device that was used: `cpu` or `gpu`",
    "device_name": "its model",
    "threads": "CPU threads of the training",
    "processor": "the machine's processor",
    "cores": "its CPU cores",
    "memory_gb": "its memory in GB",
    "system": "its operating system",
    "version_*": "versions of python, tensorflow, keras and numpy",
    "data_fingerprint": "SHA-256 of the prepared data",
    "code_fingerprint": "SHA-256 of the code that computes the run",
    "finished": "when the run ended (ISO 8601, UTC)",
    "runs_in_job": "how many runs the job trained",
}

_OF_REPORT = frozenset({*_PLANNED, "dataset_title", "export"})
"""Columns of runs that the report's plan gives and a sweep's table of runs lacks."""

COLUMNS: dict[str, dict[str, str]] = {
    "runs": _RUNS,
    "variants": {
        **_VARIANT,
        "place": _RUNS["place"],
        "colour": _RUNS["colour"],
        "experiment_title": _RUNS["experiment_title"],
        "variant_title": _RUNS["variant_title"],
        "dataset_title": _RUNS["dataset_title"],
        "model": _RUNS["model"],
        "planned": "number of seeds planned",
        "seeds": "number of seeds finished; the columns that follow are empty if 0",
        METRICS: " on the test split, mean over seeds",
        "last_ten_test_accuracy": _LAST["last_ten_test_accuracy"] + "; mean over seeds",
        "examples": "number of test examples of one run",
        "parameter_count": "number of parameters of the model",
        "train_seconds": "training time, mean over seeds",
        "images_seen": "training examples processed, mean over seeds",
        "cold_seconds": "time from the start of the process to the end of the predictions, mean "
        "over the runs that have one",
        "warm_seconds": "training time with compiled steps, mean over the runs that have one",
    },
    "experiments": {
        "experiment": _RUN["experiment"],
        "title": "its heading",
        "tutorial": _RUNS["tutorial"],
        "question": _RUNS["question"],
        "place": "0-based place in the study",
        "colour": "colour of the experiment in figures over all experiments, hexadecimal",
        "dataset_title": _RUNS["dataset_title"],
        "frontier": "the table of the frontier that it belongs to: best, smallest, fastest or none",
        "tried": "how the recipe of an experiment of the frontier was chosen",
    },
    "known": {
        "experiment": _RUN["experiment"],
        "what": "a method or model of others",
        "accuracy": "its test accuracy",
        "parameters": "its number of parameters",
        "seconds": "its training time in seconds",
        "source": "where it was published",
    },
    "histories": {
        **_RUN,
        "epoch": "0-based epoch in which the row ends",
        "step": "number of updates so far",
        "loss": "mean training loss since the row before",
        "accuracy": "mean training accuracy since the row before",
        "batch_accuracy": "accuracy on one training batch, dropout off; needs log_every",
        "val_loss": "loss on the validation split",
        "val_accuracy": "accuracy on the validation split",
    },
    "classes": {
        **_RUN,
        "class_id": "0-based class",
        "class": "its name",
        "support": "test examples of the class",
        "accuracy": "fraction of them that is recognised",
        "precision": "fraction of the predictions of this class that is correct",
        "recall": "another word for this accuracy",
        "f1": "harmonic mean of precision and recall",
    },
    "class_means": {
        **_VARIANT,
        "class_id": "0-based class",
        "class": "its name",
        "support": "test examples of the class",
        "seeds": "number of seeds finished",
        "accuracy": "fraction that is recognised, mean over seeds",
        "accuracy_low": "lower end of its 95 % interval (Wilson, n = support)",
        "accuracy_high": "upper end of that interval",
    },
    "confusion": {
        **_RUN,
        "true": "name of the true class",
        "predicted": "name of the predicted class",
        "count": "test examples",
        "fraction": "of the examples of the true class; empty for a class without examples",
    },
    "calibration": {
        **_RUN,
        **_CALIBRATION_BIN,
        "examples": "test examples in the bin, at least 1",
        "correct": "how many of them are predicted correctly",
        "confidence": "their mean confidence",
    },
    "reliability": {
        **_VARIANT,
        **_CALIBRATION_BIN,
        "examples": "test examples in the bin, mean over seeds",
        "confidence": "mean confidence of all seeds' examples in the bin",
        "accuracy": "fraction of them that is predicted correctly",
        "accuracy_low": "lower end of its 95 % interval (Wilson, n = examples)",
        "accuracy_high": "upper end of that interval",
    },
    "mistakes": {
        **_RUN,
        "rank": "0 for the wrong prediction with the highest confidence",
        "index": "0-based place of the example in the test split",
        "true": "name of the true class",
        "predicted": "name of the predicted class",
        "confidence": "probability given to the predicted class",
        "true_probability": "probability given to the true class",
    },
    "doubtful": {
        **_RUN,
        "index": "0-based place in the test split of an example whose label human raters doubt",
        "label": "name of the class by its label",
        "proposed": "name of the class that was proposed instead",
        "votes_label": "raters who chose the label",
        "votes_proposed": "raters who chose the class that was proposed",
        "votes_neither": "raters who chose neither",
        "predicted": "name of the predicted class",
        "confidence": "probability given to it",
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
    "curves": {
        "experiment": _RUN["experiment"],
        "curve": "name of the figure of one column of the histories",
        "column": "that column",
        "low": "lower end of the vertical axis; empty: as the data say",
        "high": "upper end of the vertical axis",
    },
    "datasets": {
        "dataset": "name of the data set in the config",
        "title": "its title",
        "name": "its public name",
        "source": "where it comes from",
        "order": "order of its training examples",
        "train": "number of training examples",
        "test": "number of test examples",
        "input_shape": "shape of one example",
        "pixel_lowest": "lowest value of a pixel of the training images",
        "pixel_highest": "highest value",
        "train_rarest_class": "training examples of the class that has fewest",
        "train_commonest_class": "training examples of the class that has most",
        "test_rarest_class": "test examples of the class that has fewest",
        "test_commonest_class": "test examples of the class that has most",
        "classes": "names of the classes, a JSON list",
        "fingerprint": "SHA-256 of the prepared data",
        "homepage": "where to read about it",
    },
    "demonstrations": {
        "demonstration": "name of the demonstration in the config",
        "title": "its heading",
        "tutorial": "the tutorial that it comes from",
        "model": _RUNS["model"],
        "batch_size": "number of examples",
        "input_shape": "shape of one example",
        "parameter_count": "number of parameters of the model",
    },
    "outputs": {
        "demonstration": "name of the demonstration in the config",
        "example": "0-based example",
        "class_id": "0-based class",
        "probability": "the model's output",
    },
    "exports": {
        **_RUN,
        "format": "what was exported, and loaded again by its own runtime",
        "examples": "test images that were classified by the reloaded export",
        "accuracy": "its accuracy on them",
        "different": "images whose class is another than with the model itself",
        "largest_difference": "largest difference of a probability from the model's own, over all "
        "images and classes",
        "bytes": "size of all its files",
        "latency_ms": "median time of a call with one image after warming up, on one CPU thread, "
        "in ms",
    },
    "robustness": {
        **_RUN,
        "corruption": "what was done to the test images, and the unit of its strength",
        "level": "0 for the images as they are, 1 to 5 from weak to strong",
        "strength": "the level in that unit; empty at level 0",
        "examples": "how many test images were scored",
        "accuracy": "fraction of them whose class is predicted correctly",
    },
    "comparisons": {
        "dataset_title": _RUNS["dataset_title"],
        **_VARIANT,
        "other_experiment": "experiment of the variant that it is compared with",
        "other_variant": "that variant; both saw the same test images",
        "difference": "mean accuracy over seeds, less that of the other variant",
        "difference_low": "lower end of its 95 % interval (bootstrap over images and seeds)",
        "difference_high": "upper end of that interval",
        "only_first": "test images that only the variant's first seed gets right",
        "only_second": "test images that only the other variant's first seed gets right",
        "p": "McNemar's exact test of these two numbers",
        "p_holm": "the same, corrected for all pairs on these images (Holm)",
        "verdict": "`better` or `worse` than the other variant if p_holm is below 0.05",
    },
    "spread": {
        **_VARIANT,
        "seeds": "number of seeds finished",
        "accuracy_deviation": SPREAD["accuracy_deviation"],
        "deviation_of_images": "the part that a finite test set explains: equally good networks "
        "would differ by so much",
        "deviation_of_networks": "the rest: how much the networks themselves differ",
    },
    "scorecard": {
        "tutorial": "the tutorial that makes the claim",
        "claim": "the claim in words",
        "experiment": "experiment or demonstration that it is about",
        "variant": "variant, or variants separated by commas",
        "measure": "what is measured, a function of `study/claims/measures/`",
        "column": "the column of the histories that is measured, for measures that have one",
        "epochs": "first and last epoch that the claim is about, where it names them",
        "rule": "how our value is judged: within, prediction, at_least, at_most, below, "
        "decreasing, increasing",
        "published": "published values, separated by spaces",
        "ours": "our values, means over seeds",
        "seeds": "number of seeds that the claim is judged by",
        "deviation": "standard deviation of our values over seeds; empty for one seed",
        "interval_low": "lower end of the interval around each of our values in which the "
        "published one must lie, before its rounding is allowed for",
        "interval_high": "its upper end",
        "tolerance": "largest difference that counts as reproduced",
        "basis": "where the tolerance comes from",
        "again": "`yes` for a claim that another row judges already, against a run as published",
        "check": "`yes` for what no tutorial states but follows from its code",
        "post_hoc": "`yes` for a claim whose rule was written after our first results were known",
        "reproduced": "`yes`, `no`, `missing` or `not comparable`",
        "remark": "what the numbers alone do not say",
    },
    "sweep_runs": {
        column: meaning
        for column, meaning in _RUNS.items()
        if column not in _OF_REPORT and not column.startswith(("illustrations", "resources"))
    },
    "sweep_variants": {
        "experiment": _RUN["experiment"],
        "variant": _RUN["variant"],
        "*.*": "the sweep's axes, between `variant` and `seeds`",
        "seeds": "number of seeds finished",
        METRICS: " on the test split, mean over seeds",
        "last_val_loss": _LAST["last_val_loss"] + ", mean over seeds",
        "last_val_accuracy": _LAST["last_val_accuracy"] + ", mean over seeds",
        "parameter_count": _RUNS["parameter_count"],
        "train_seconds": "training time, all seeds together",
    },
}
