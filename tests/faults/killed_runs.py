"""The runs that are killed: each architecture, and each piece of the training's vocabulary."""

from typing import Any

from study.families import AUGMENTATIONS, AVERAGINGS, MIXINGS, OPTIMIZERS, SCHEDULES
from training_settings import training as resolved

ADAM = {"name": "adam", "learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
ADADELTA = {"name": "adadelta", "learning_rate": 1.0, "rho": 0.95, "epsilon": 1e-7}
SGD = {"name": "sgd", "learning_rate": 0.05, "momentum": 0.9, "nesterov": False}

# Each architecture with the optimiser and the kind of counting that the study gives it.
RUNS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "mlp": ("mlp", {"dropout": 0.4}, {"optimizer": ADAM, "batch_size": 32, "epochs": 60}),
    "core_mlp": (
        "core_mlp",
        {},
        {"optimizer": ADAM, "batch_size": 128, "epochs": 12, "epoch_mean": "batches"},
    ),
    "all at once": (
        "small_cnn",
        {"filters": [4, 6], "pool_after": [1]},
        {
            "optimizer": {"name": "muon"},
            "schedule": {"name": "one_cycle"},
            "learning_rate_factors": {"biases": 2.0},
            "clip_norm": 1.0,
            "augmentation": [{"name": "affine"}, {"name": "shift"}],
            "label_smoothing": 0.1,
            "mixing": {"name": "mixup"},
            "averaging": {"name": "ema"},
            "whitening": {},
            "batch_size": 64,
            "microbatch_size": 32,
            "epochs": 3,
        },
    ),
    "lenet5": (
        "lenet5",
        {"pooling": "max", "block_dropout": 0.2, "dense_dropout": 0.3},
        {"optimizer": ADADELTA, "batch_size": 1000, "microbatch_size": 50, "epochs": 8},
    ),
    "deep_cnn": (
        "deep_cnn",
        {"filters": [8, 16], "units": 256},
        {"optimizer": ADAM, "batch_size": 100, "steps": 300, "log_every": 7},
    ),
    "softmax_regression": (
        "softmax_regression",
        {},
        {"optimizer": SGD, "batch_size": 50, "steps": 20_000},
    ),
}


def piece(**training: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A small network with batch normalisation, and one more piece of the vocabulary."""
    base = {"optimizer": SGD, "batch_size": 100, "microbatch_size": 50, "epochs": 10}
    return "small_cnn", {"filters": [4, 6], "pool_after": [1]}, base | training


# Every piece of the vocabulary by itself; a new file is among them by itself.
RUNS |= {f"optimizer {name}": piece(optimizer={"name": name}) for name in OPTIMIZERS.names()}
RUNS |= {f"schedule {name}": piece(schedule={"name": name}) for name in SCHEDULES.names()}
RUNS |= {f"augmentation {n}": piece(augmentation=[{"name": n}]) for n in AUGMENTATIONS.names()}
RUNS |= {f"mixing {name}": piece(mixing={"name": name}) for name in MIXINGS.names()}
RUNS |= {f"averaging {name}": piece(averaging={"name": name}) for name in AVERAGINGS.names()}
RUNS |= {
    "weight decay": piece(optimizer=SGD | {"weight_decay": 0.01}),
    "clipping": piece(clip_norm=0.5),
    "label smoothing": piece(label_smoothing=0.2),
    "groups": piece(learning_rate_factors={"head": 0.5, "normalization": 2.0}),
    "whitening": piece(whitening={"frozen": False}),
    "first epoch not shuffled": piece(shuffle="after_first_epoch", log_every=25),
    "never shuffled": piece(shuffle="never"),
    "epsilon after the correction": piece(optimizer=ADAM | {"epsilon_after_correction": True}),
}


def settings(name: str) -> dict[str, Any]:
    model, parameters, training = RUNS[name]
    return {
        "dataset": "bands",
        "splits": {"train": "train", "validation": "test", "test": "test"},
        "model": model,
        "parameters": parameters,
        "training": resolved(**training),
        "precision": "float32",
        "device": "cpu",
        "test_time_augmentation": None,
    }
