"""Pictures of corrupted test images."""

from pathlib import Path

import numpy as np
from small_figures_study import all_tables, results, run

from study import corruptions, figures
from study.figures.corruptions import draw, levels


def test_a_line_begins_with_the_image_as_it_is() -> None:
    image = np.random.default_rng(0).integers(0, 256, (12, 12, 1)).astype(np.uint8)
    shown = levels("blur", image)
    assert shown.shape == (1 + len(corruptions.LEVELS), 12, 12, 1)
    assert np.array_equal(shown[0], image)
    assert np.array_equal(shown[3], corruptions.corrupted("blur", 3, image[None])[0])


def test_each_dataset_of_a_tested_experiment_is_a_picture(tmp_path: Path) -> None:
    found = results(tmp_path, all_tables([run(), run("f", dataset="clothes")]))
    digits, clothes = figures.pictures("corruptions", found)
    assert [digits.about, clothes.about] == [{"dataset": "digits"}, {"dataset": "clothes"}]
    assert "Noise (standard deviation)" in digits.alt
    (axes,) = digits.draw().axes
    assert len(axes.get_yticks()) == len(corruptions.names())


def test_experiments_that_were_not_tested_have_none(tmp_path: Path) -> None:
    made = all_tables([run(), run("f", dataset="clothes")])
    made["robustness"] = made["robustness"].query("experiment == 'f'")
    (picture,) = figures.pictures("corruptions", results(tmp_path, made))
    assert picture.about == {"dataset": "clothes"}


def test_images_in_colour_are_drawn_in_colour() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3)).astype(np.uint8)
    (axes,) = draw({"Blur": images}).axes
    (shown,) = axes.images
    pixels = np.asarray(shown.get_array())
    assert pixels.shape[-1] == 3
    assert np.array_equal(pixels[:8, :8], images[0])
