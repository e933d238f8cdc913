"""The first nine training images of a dataset, larger."""

from collections.abc import Iterator
from functools import partial

from study.figures import Picture
from study.figures._data import datasets
from study.figures.samples import draw
from study.results import Results

NEEDS = ("datasets", "examples")
SECTION = "data"
TITLE = "Nine samples"
CAPTION = "The first nine training images, larger."
ORDER = 30
PHOTOS = True

COLUMNS = 3


def pictures(results: Results) -> Iterator[Picture]:
    """One picture per dataset."""
    for dataset in datasets(results):
        images, names = dataset.first(COLUMNS**2)
        yield Picture(
            name=dataset.name,
            draw=partial(draw, images, names, COLUMNS),
            alt=f"The first {len(names)} training images of {dataset.title}: {', '.join(names)}.",
            about={"dataset": dataset.name},
            size="small",
        )
