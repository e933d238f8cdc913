"""Properties that hold for any input: splits, schedules, checkpoints, configs and pictures."""

import contextlib
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from conftest import ROOT
from study import config, pictures
from study.config import reading
from study.errors import StudyError
from study.families import SCHEDULES
from study.preparation import mnist
from study.splits import Split
from study.training import schedules
from study.training.checkpoints import Checkpoints

# The same examples on every machine; more of them: HYPOTHESIS_PROFILE has no part in it.
settings.register_profile("study", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("study")
FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

bound = st.none() | st.integers(0, 70_000).map(str) | st.integers(0, 100).map("{}%".format)


sizes = st.integers(0, 9999)


@given(name=st.sampled_from(["train", "test"]), start=bound, stop=bound, count=sizes)
def test_a_split_is_a_slice_or_is_refused(
    name: str, start: str | None, stop: str | None, count: int
) -> None:
    text = f"{name}[{start or ''}:{stop or ''}]"
    try:
        split = Split.parse(text)
    except ValueError as error:
        refused = str(error)
    else:
        part = range(count)[split.slice(count)]
        assert part.step == 1
        assert len(part) == count or (start, stop) != (None, None)
        return
    assert repr(text) in refused


@given(place=st.integers(1, 70_000).map(str) | st.integers(1, 100).map("{}%".format), count=sizes)
def test_two_parts_that_meet_are_the_whole(place: str, count: int) -> None:
    before, after = (
        range(count)[Split.parse(f"train[{text}]").slice(count)]
        for text in (f":{place}", f"{place}:")
    )
    assert [*before, *after] == list(range(count))


@pytest.mark.parametrize("name", SCHEDULES.names())
@given(total=st.integers(1, 3000), cut=st.floats(0, 1))
def test_a_schedule_is_finite_and_the_same_in_pieces(name: str, total: int, cut: float) -> None:
    whole = schedules.factors({"name": name}, total)
    assert whole.shape == (total,)
    assert np.isfinite(whole).all()
    assert whole.min() >= 0
    assert whole.max() <= 1
    place = math.floor(cut * total)
    schedule = SCHEDULES.create({"name": name})
    pieces = [schedule(np.arange(*ends), total) for ends in ((0, place), (place, total))]
    np.testing.assert_array_equal(np.concatenate(pieces).astype(np.float32), whole)


shapes = hnp.array_shapes(min_dims=0, max_dims=3, max_side=4)
arrays = st.dictionaries(
    st.from_regex(r"[a-z_0-9]{1,12}", fullmatch=True),
    hnp.arrays(st.sampled_from([np.float32, np.int64, np.uint8]), shapes),
    min_size=1,
    max_size=4,
)


@FOLDER
@given(stored=arrays, step=st.integers(0, 10**9), damage=st.floats(0, 1, exclude_max=True))
def test_a_checkpoint_is_what_was_saved_or_is_not_used(
    stored: dict[str, Any], step: int, damage: float, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = tmp_path_factory.mktemp("checkpoints")
    checkpoints = Checkpoints(root, "identity")
    checkpoints.save(step, stored, {"rows": [1.5, None]})
    found = Checkpoints(root, "identity").load()
    assert found is not None
    assert found[0].keys() == stored.keys()
    for name, array in stored.items():
        assert found[0][name].tobytes() == array.tobytes()
        assert found[0][name].dtype == array.dtype
    assert found[1]["rows"] == [1.5, None]
    # One bit anywhere in either file is another, and the checkpoint is not used.
    files = sorted(checkpoints.folder.rglob("*.*"))
    file = files[int(damage * len(files))]
    data = bytearray(file.read_bytes())
    place = int(damage * 7919 * len(data)) % len(data)
    data[place] ^= 1 << int(damage * 8)
    file.write_bytes(data)
    again = Checkpoints(root, "identity").load()
    if again is not None:  # the bit has not changed what the file says, as in an exponent's case
        assert again[1] == found[1]
        assert again[0].keys() == stored.keys()
        assert all(again[0][name].tobytes() == array.tobytes() for name, array in stored.items())


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10**6)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["digits", "mlp", "train", "test", "sgd", "{}", "0.1"])
)
KEYS = [
    "datasets",
    "experiments",
    "defaults",
    "training",
    "optimizer",
    "name",
    "dataset",
    "model",
    "splits",
    "grid",
    "variants",
    "seeds",
    "epochs",
    "batch_size",
    "parameters",
    "title",
    "source",
]
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
WHOLE: dict[str, Any] = {
    "study": "any",
    "title": "Any",
    "datasets": {"digits": {"source": "digits"}},
    "experiments": {"one": {"title": "One", "dataset": "digits", "model": "mlp"}},
}


def _replaced(tree: dict[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    first, *rest = path
    below = tree.get(first)
    inner = _replaced(below if isinstance(below, dict) else {}, rest, value) if rest else value
    return {**tree, first: inner}


@settings(max_examples=250)
@given(
    path=st.sampled_from(
        [
            ["datasets"],
            ["datasets", "digits"],
            ["datasets", "digits", "order"],
            ["defaults"],
            ["defaults", "seeds"],
            ["defaults", "training", "optimizer"],
            ["experiments"],
            ["experiments", "one"],
            ["experiments", "one", "grid"],
            ["experiments", "one", "splits"],
            ["experiments", "one", "variants"],
            ["experiments", "one", "training", "schedule"],
            ["experiments", "one", "training", "augmentation"],
            ["experiments", "one", "illustrations"],
            ["claims"],
            ["predict"],
            ["drawing"],
        ]
    ),
    value=values,
)
def test_any_config_is_a_plan_or_is_refused_in_words(path: list[str], value: Any) -> None:
    try:
        plan = config.load([], _replaced(WHOLE, path, value))
    except StudyError as error:
        refused = str(error)
    else:
        assert all(run.settings["dataset"] in plan.datasets for run in plan.runs)
        return
    assert refused.strip()


PUBLISHED = ROOT / "config" / "config.yaml"


def _paths(tree: dict[str, Any]) -> list[list[str]]:
    """The path of each key of a config."""
    found = []
    for key, value in tree.items():
        found.append([key])
        found += [[key, *rest] for rest in _paths(value)] if isinstance(value, dict) else []
    return found


@settings(max_examples=50)
@given(path=st.sampled_from(_paths(reading.read_mapping(PUBLISHED))), value=values)
def test_any_change_of_the_published_study_is_a_plan_or_is_refused(
    path: list[str], value: Any
) -> None:
    try:
        plan = config.load([PUBLISHED], _replaced({}, path, value))
    except StudyError as error:
        refused = str(error)
    else:
        assert plan.runs
        return
    assert refused.strip()


@settings(max_examples=200)
@given(text=st.text(max_size=80) | st.text("{}[]:-,&*!|>'\"%@` \n\tab1", max_size=60))
def test_any_text_is_yaml_or_is_refused_in_words(text: str, tmp_path_factory: Any) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yaml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with contextlib.suppress(StudyError):
        reading.read_mapping(file)
        return
    with pytest.raises(StudyError, match=r"any\.yaml"):
        reading.read_mapping(file)


modes = st.sampled_from(["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])


@st.composite
def images(draw: Any) -> Image.Image:
    """A picture of any mode and size: noise, a stroke, or one colour."""
    width, height = draw(st.integers(1, 70)), draw(st.integers(1, 70))
    kind = draw(st.sampled_from(["one colour", "noise", "stroke"]))
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    base = np.full((height, width), draw(st.integers(0, 255)), np.uint8)
    if kind == "noise":
        base = rng.integers(0, 256, (height, width), np.uint8)
    elif kind == "stroke":
        base[height // 3 : height // 3 + max(1, height // 8), width // 4 :] = 255 - base[0, 0]
    mode = draw(modes)
    grey = Image.fromarray(base)
    if mode == "I;16":
        return Image.fromarray(base.astype(np.uint16) * 257)
    return grey.convert("RGB").convert(mode) if mode in ("LA", "CMYK", "P") else grey.convert(mode)


@FOLDER
@given(picture=images())
def test_any_picture_becomes_images_of_mnists_kind(
    picture: Image.Image, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = mnist.prepare(stored(picture, tmp_path_factory), (28, 28, 1)).found
    for each in found:
        assert each.image.shape == (28, 28, 1)
        assert each.image.dtype == np.uint8
        assert each.image.max() > 0


@FOLDER
@given(picture=images(), side=st.integers(1, 40), channels=st.sampled_from([1, 3]))
def test_any_picture_has_pixels_of_the_size_asked_for(
    picture: Image.Image, side: int, channels: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = pictures.pixels(stored(picture, tmp_path_factory), (side, side + 1), channels)
    assert found.shape == (side, side + 1, channels)
    assert found.dtype == np.uint8


def stored(picture: Image.Image, folders: pytest.TempPathFactory) -> Image.Image:
    """As a file gives it back."""
    file = folders.getbasetemp() / "any.tiff"
    picture.save(file)
    return pictures.read(file)
