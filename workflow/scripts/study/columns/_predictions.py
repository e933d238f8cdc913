"""Tables of what models predict, and how they compare."""

from study.columns._common import RUN, VARIANT

_CALIBRATION_BIN = {
    "low": "lower end of the bin of confidence, not included",
    "high": "upper end, included",
}

TABLES: dict[str, dict[str, str]] = {
    "classes": {
        **RUN,
        "class_id": "0-based class",
        "class": "its name",
        "support": "test examples of the class",
        "accuracy": "fraction of them that is recognised",
        "precision": "fraction of the predictions of this class that is correct",
        "recall": "another word for this accuracy",
        "f1": "harmonic mean of precision and recall",
    },
    "class_means": {
        **VARIANT,
        "class_id": "0-based class",
        "class": "its name",
        "support": "test examples of the class",
        "seeds": "number of seeds finished",
        "accuracy": "fraction that is recognised, mean over seeds",
        "accuracy_low": "lower end of its 95 % interval (Wilson, n = support)",
        "accuracy_high": "upper end of that interval",
    },
    "confusion": {
        **RUN,
        "true": "name of the true class",
        "predicted": "name of the predicted class",
        "count": "test examples",
        "fraction": "of the examples of the true class; empty for a class without examples",
    },
    "calibration": {
        **RUN,
        **_CALIBRATION_BIN,
        "examples": "test examples in the bin, at least 1",
        "correct": "how many of them are predicted correctly",
        "confidence": "their mean confidence",
    },
    "reliability": {
        **VARIANT,
        **_CALIBRATION_BIN,
        "examples": "test examples in the bin, mean over seeds",
        "confidence": "mean confidence of all seeds' examples in the bin",
        "accuracy": "fraction of them that is predicted correctly",
        "accuracy_low": "lower end of its 95 % interval (Wilson, n = examples)",
        "accuracy_high": "upper end of that interval",
    },
    "mistakes": {
        **RUN,
        "rank": "0 for the wrong prediction with the highest confidence",
        "index": "0-based place of the example in the test split",
        "true": "name of the true class",
        "predicted": "name of the predicted class",
        "confidence": "probability given to the predicted class",
        "true_probability": "probability given to the true class",
    },
    "doubtful": {
        **RUN,
        "index": "0-based place in the test split of an example whose label human raters doubt",
        "label": "name of the class by its label",
        "proposed": "name of the class that was proposed instead",
        "votes_label": "raters who chose the label",
        "votes_proposed": "raters who chose the class that was proposed",
        "votes_neither": "raters who chose neither",
        "predicted": "name of the predicted class",
        "confidence": "probability given to it",
    },
    "robustness": {
        **RUN,
        "corruption": "what was done to the test images, and the unit of its strength",
        "level": "0 for the images as they are, 1 to 5 from weak to strong",
        "strength": "the level in that unit; empty at level 0",
        "examples": "how many test images were scored",
        "accuracy": "fraction of them whose class is predicted correctly",
    },
    "exports": {
        **RUN,
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
    "comparisons": {
        "dataset_title": "title of the dataset, with the test split if there are several of them",
        **VARIANT,
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
}
