"""The keys that a claim may have, by the type that a measure's signature gives them.

A measure declares what it takes by its keyword-only parameters: their names are keys of a claim
and their types are the names below.
"""

Experiment = str
"""The name of an experiment of the study."""

Variant = str
"""The name of one of its variants."""

Variants = list[str]
"""The names of at least two of its variants."""

Demonstration = str
"""The name of a demonstration of the study."""

Dataset = str
"""The public name of a dataset."""

Function = str
"""The name of a tabulated function, such as relu."""

Numbers = list[float]
"""Arguments of a function."""

Layer = str
"""The name of a layer."""

Column = str
"""A column of the histories: one of :data:`COLUMNS`."""

Epochs = list[int] | None
"""The first and the last epoch to look at, from 1; None: all."""

Epoch = int | None
"""A 1-based epoch; None: the last."""

Fraction = float
"""A number above 0, at most 1."""

Count = int
"""A whole number of at least 1."""

Step = int
"""A number of updates that a row of the history follows."""

Model = str
"""An architecture, a file of `study/models/`."""

Parameters = dict[str, object]
"""Parameters of a model, by name."""

COLUMNS = ("loss", "accuracy", "batch_accuracy", "val_loss", "val_accuracy")
"""What a claim may be about in a history."""

RULES = ("within", "prediction", "at_least", "at_most", "below", "decreasing", "increasing")
"""How a claim may be judged; see :mod:`study.claims.judging`."""

COMMON = {
    "tutorial": ("Text", True),
    "claim": ("Text", True),
    "measure": ("Text", True),
    "dataset": ("Text", False),
    "again": ("Switch", False),
    "check": ("Switch", False),
    "post_hoc": ("Switch", False),
    "basis": ("Text", False),
    "rule": ("Rule", False),
    "published": ("Published", False),
    "tolerance": ("Tolerance", False),
    "examples": ("Count", False),
    "decimals": ("Count", False),
    "reach": ("Column", False),
}
"""The keys that a claim of any measure may have: the kind of their values, and whether it must."""
