"""What the figures of datasets have in common."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from study.figures._tables import records
from study.results import Array, Results


@dataclass(frozen=True)
class DatasetShown:
    """A dataset to draw.

    Attributes:
        name: in the config.
        title: for people.
        classes: names, in the order of the class ids.
        arrays: as :meth:`study.results.Results.examples` gives them.
    """

    name: str
    title: str
    classes: list[str]
    arrays: dict[str, Array]

    def first(self, count: int) -> tuple[Array, list[str]]:
        """The first training images and the class name of each."""
        labels = self.arrays["train_labels"][:count]
        return self.arrays["train_images"][:count], [self.classes[label] for label in labels]


def datasets(results: Results) -> Iterator[DatasetShown]:
    """The datasets of the study."""
    for row in records(results.table("datasets")):
        name = str(row["dataset"])
        yield DatasetShown(
            name,
            str(row["title"] or name),
            [str(label) for label in json.loads(row["classes"])],
            results.examples(name),
        )
