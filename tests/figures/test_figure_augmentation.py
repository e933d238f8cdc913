"""Pictures of augmented training images."""

import json
from pathlib import Path

import numpy as np

from study import figures
from study.results import Results


def test_each_recipe_is_a_picture_that_names_its_steps(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (36, 8, 8, 1)).astype(np.uint8)
    np.savez(tmp_path / "augmented.npz", original_0=images, augmented_0=images[:, ::-1])
    steps = [{"name": "shift", "pixels": 2}, {"name": "flip"}]
    recipe = {"experiment": "e", "variant": "10", "dataset": "digits", "augmentation": steps}
    (tmp_path / "augmented.json").write_text(json.dumps({"recipes": [recipe]}))
    files = [str(tmp_path / f"augmented.{suffix}") for suffix in ("npz", "json")]
    (picture,) = figures.pictures("augmentation", Results({"augmented": files}))
    assert picture.about == {"experiment": "e", "variant": "10"}
    assert picture.note == "The recipe: shift (pixels 2) and flip."
    assert "36 training images" in picture.alt
    canvas = picture.draw().axes[0].images[0].get_array()
    np.testing.assert_array_equal(canvas[-8:, -8:], images[-1, ::-1, :, 0])
