"""What columns of several tables mean, and which columns hold text."""

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
RUN = {
    "experiment": "name of the experiment in the config",
    "variant": "name of the variant",
    "seed": "seed of initial weights, order of examples, dropout masks and augmentation",
}
VARIANT = {name: RUN[name] for name in ("experiment", "variant")}
LAST = {
    "last_loss": "training loss in the last row of the history",
    "last_accuracy": "training accuracy there",
    "last_val_loss": "validation loss there, empty without a validation split",
    "last_val_accuracy": "validation accuracy there",
    "last_ten_test_accuracy": "mean test accuracy of the last ten epochs, of runs of more that "
    "watched the test split",
    "last_batch_accuracy": "accuracy on the training batch that would come next, dropout "
    "off; needs log_every",
}


PLANNED = {
    "status": "`finished` or `missing`",
    "place": "0-based place of the variant in its experiment",
    "colour": "colour of the variant in every figure, hexadecimal",
    "experiment_title": "heading of the experiment",
    "variant_title": "label of the variant",
    "tutorial": "the tutorial that the experiment comes from",
    "question": "what the experiment asks",
}

RUNS = {
    **RUN,
    **PLANNED,
    "dataset": "name of the dataset in the config",
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
    **LAST,
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
