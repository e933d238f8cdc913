"""How an experiment's runs are trained: what they have in common, and what the variants change."""

from collections.abc import Mapping

import pandas as pd

from study.report.formats import setting
from study.splits import are_of_test
from study.words import spaced

DIFFERS = "depends on the variant"

Changes = tuple[list[str], list[tuple[str, list[str]]]]
"""Headings, and for each variant its name and its values."""


class Settings:
    """The settings of an experiment's variants, as text.

    Args:
        runs: the experiment's rows of the table of runs, finished or not.
        orders: by dataset, the order of its examples in words, where that is not the files'.
    """

    def __init__(self, runs: pd.DataFrame, orders: Mapping[str, str]) -> None:
        names = list(map(str, runs.columns))
        columns = [c for c in names if c in ("dataset", "model", "precision", "device")]
        columns += [
            c for c in names if c.startswith(("splits.", "parameters.", "training.", "test_time"))
        ]
        first = runs.drop_duplicates("variant").set_index("variant")
        self._texts = _without_idle(first[columns].map(setting))
        titles = first["dataset_title"]
        known = titles.nunique() == first["dataset"].nunique()
        named = titles if known else titles + " (" + first["dataset"] + ")"
        self._texts["dataset"] = [
            f"{name}{orders.get(dataset, '')}"
            for name, dataset in zip(named, first["dataset"], strict=True)
        ]
        self._left = dict.fromkeys(columns)

    def take(self, column: str) -> str:
        """The value of a column: "" if no variant has one, :data:`DIFFERS` if they differ.

        The column is not among the :meth:`rest` from then on.
        """
        if column not in self._left and column not in self._texts:
            return ""
        self._left.pop(column, None)
        texts = self._texts[column].unique()
        return str(texts[0]) if len(texts) == 1 else DIFFERS

    def common(self, prefix: str) -> list[str]:
        """`name value` of each column below a prefix that all variants share; they are taken."""
        found = []
        for column in [c for c in self._left if c.startswith(prefix)]:
            value = self.take(column)
            if value not in ("", DIFFERS):
                found.append(f"{spaced(column.removeprefix(prefix).replace('.', ' '))} {value}")
        return found

    def rest(self) -> list[str]:
        """The columns that were not taken."""
        return list(self._left)

    def changes(self) -> Changes:
        """The columns in which variants differ, and each variant's values of them."""
        differing = [c for c in map(str, self._texts.columns) if len(set(self._texts[c])) > 1]
        rows = [
            (str(variant), [str(text) for text in row])
            for variant, row in zip(
                self._texts.index, self._texts[differing].itertuples(index=False), strict=True
            )
        ]
        return [label(column) for column in differing], rows


def _without_idle(texts: pd.DataFrame) -> pd.DataFrame:
    """The settings, with those that are switched off left empty."""
    decay, exempt = "training.optimizer.weight_decay", "training.weight_decay_exempt"
    for column in (decay, "training.label_smoothing"):
        if column in texts:
            texts[column] = texts[column].replace({"0": "", "0.0": ""})
    if exempt in texts:
        decays = texts[decay] != "" if decay in texts else pd.Series(False, texts.index)
        texts[exempt] = texts[exempt].where(decays, "")
    return texts


def label(column: str) -> str:
    """A setting's dotted column as a heading: `training.optimizer.name` is `Optimizer`."""
    known = {
        "dataset": "Data",
        "training.optimizer.name": "Optimizer",
        "training.epoch_mean": "Epoch means over",
    }
    words = column.removeprefix("parameters.").removeprefix("training.").replace(".", " ")
    text = spaced(words)
    return known.get(column, text[:1].upper() + text[1:])


def dataset_orders(datasets: pd.DataFrame) -> dict[str, str]:
    """By dataset whose examples are not in the order of its files, that order in words."""
    shuffled = datasets[datasets["order"] == "tfds"]
    return dict.fromkeys(shuffled["dataset"], " in TensorFlow Datasets' fixed shuffled order")


def protocol(
    runs: pd.DataFrame, orders: Mapping[str, str] | None = None
) -> tuple[list[tuple[str, str]], Changes]:
    """The protocol of an experiment as (term, text), and what its variants change.

    Args:
        runs: the experiment's rows of the table of runs, at least one, finished or not.
        orders: of :func:`dataset_orders`.
    """
    settings = Settings(runs, orders or {})
    changes = settings.changes()
    rows = [
        ("Source", str(runs["tutorial"].iloc[0])),
        ("Model", _joined(spaced(settings.take("model")), settings.common("parameters."))),
        ("Data", _data(settings)),
        ("Optimizer", _optimizer(settings)),
        ("Loss", _loss(settings)),
        ("Length", _length(settings)),
        ("Order of examples", ORDERS.get(shuffle := settings.take("training.shuffle"), shuffle)),
        ("Precision", settings.take("precision")),
        ("Device", settings.take("device")),
    ]
    # Augmentation, schedules and whatever else a training can have.
    rows += [(label(column), settings.take(column)) for column in settings.rest()]
    return [(term, text) for term, text in rows if text], changes


ORDERS = {
    "each_epoch": "shuffled before each epoch",
    "after_first_epoch": "first as in the dataset, then shuffled before each epoch",
    "never": "as in the dataset, the same in each epoch",
}


def _joined(first: str, others: list[str]) -> str:
    return ", ".join(filter(None, [first, *others]))


def _data(settings: Settings) -> str:
    dataset = settings.take("dataset")
    train, validation, test = (
        settings.take(f"splits.{s}") for s in ("train", "validation", "test")
    )
    watched = "watched" if are_of_test(validation, test) else "validated"
    parts = [f"trained on {train}", f"{watched} on {validation}", f"tested on {test}"]
    return f"{dataset}: {', '.join(p for p in parts if not p.endswith(' on '))}"


def _optimizer(settings: Settings) -> str:
    name = settings.take("training.optimizer.name")
    return _joined(spaced(name), settings.common("training.optimizer."))


def _loss(settings: Settings) -> str:
    loss, how = (settings.take(f"training.{key}") for key in ("loss", "loss_reduction"))
    batch, microbatch = (settings.take(f"training.{k}") for k in ("batch_size", "microbatch_size"))
    over = {"": "", DIFFERS: f"; batch size {DIFFERS}"}.get(batch, f" over batches of {batch}")
    if microbatch and DIFFERS not in (batch, microbatch):
        over += f", computed in parts of {microbatch}"
    reduction = {"": "", DIFFERS: f", reduction {DIFFERS}"}.get(how, f", {how}")
    return f"{spaced(loss)}{reduction}{over}"


def _length(settings: Settings) -> str:
    epochs, steps = (settings.take(f"training.{key}") for key in ("epochs", "steps"))
    every = settings.take("training.log_every")
    length = f"{epochs} epochs" if epochs else f"{steps} steps" if steps else ""
    if DIFFERS in (epochs, steps):
        length = DIFFERS
    logged = f"logged every {every} steps" if every not in ("", DIFFERS) else ""
    return _joined(length, [logged] if logged else [])


def watched(runs: pd.DataFrame) -> dict[str, bool]:
    """By variant, whether its validation values are of the test split."""
    first = runs.drop_duplicates("variant")
    return {
        str(variant): are_of_test(str(validation), str(test))
        for variant, validation, test in zip(
            first["variant"], first["splits.validation"], first["splits.test"], strict=True
        )
    }
