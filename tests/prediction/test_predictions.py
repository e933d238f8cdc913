"""Files and models to predictions: what is told, in which order, and why there may be none."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_preparation import written

from study.errors import StudyError
from study.prediction import asking, command, page, predictions
from study.prediction.classifiers import Classifier, committed

NAMES = ["a", "<b>", "c", "d"]


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> list[Classifier]:
    """Two models that are never loaded: one is sure, the other one is not."""
    says = {"e/sure": [0.0, 1.0, 0.0, 0.0], "e/unsure": [0.3, 0.2, 0.4, 0.1]}

    def probabilities(classifier: Classifier, images: np.ndarray) -> np.ndarray:
        assert images.dtype == np.uint8 and images.shape[1:] == classifier.input_shape
        return np.array([says[classifier.name]] * len(images))

    monkeypatch.setattr(predictions, "probabilities", probabilities)

    def load() -> None:
        raise AssertionError

    return [
        Classifier(name, name.title(), "Set", NAMES, (28, 28, 1), way, 0.9, load, load)  # type: ignore[arg-type]
        for name, way in zip(says, ("mnist", "plain"), strict=True)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    own = tmp_path / "own"
    own.mkdir()
    written([4, 2]).save(own / "b.png")
    Image.new("L", (50, 50), 255).save(own / "blank.png")
    (own / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (own / ".hidden").write_text("")
    return own


def test_each_image_has_its_predictions_and_each_other_file_its_reason(
    folder: Path, models: list[Classifier]
) -> None:
    table = predictions.table(predictions.of_files(asking.files_of(folder), models))
    rows = table[table["reason"] == ""]
    of_two = rows[rows["model"] == "e/sure"]
    assert of_two["picture"].tolist() == ["b.png", "b.png"]
    assert of_two["image"].tolist() == [1, 2]
    assert (of_two["class_1"] == "<b>").all()
    whole = rows[(rows["model"] == "e/unsure") & (rows["picture"] == "b.png")].iloc[0]
    assert [whole[f"class_{n}"] for n in (1, 2, 3)] == ["c", "a", "<b>"]
    assert [whole[f"probability_{n}"] for n in (1, 2, 3)] == [0.4, 0.3, 0.2]
    (broken,) = table[table["picture"] == "broken.jpg"]["reason"]
    assert "not an image" in broken or "broken" in broken


def test_a_blank_sheet_has_no_digit(folder: Path, models: list[Classifier]) -> None:
    seen = predictions.of_files([folder / "blank.png"], models[:1])
    assert predictions.table(seen)["reason"].tolist() == ["nothing was found on it"]


def test_the_page_shows_every_picture_and_escapes_names(
    folder: Path, models: list[Classifier]
) -> None:
    (folder / "b.png").rename(folder / "<img src=x>.png")
    seen = predictions.of_files(asking.files_of(folder), models)
    html = page.render("Predictions for <own>", seen, models)
    assert "<img src=x>" not in html and "&lt;img src=x&gt;.png" in html
    assert "Predictions for &lt;own&gt;" in html
    assert "<strong>&lt;b&gt;</strong> 1.000" in html
    assert html.count('alt="Image 2 as the models get it"') == 1
    assert "<strong>broken.jpg</strong>:" in html
    assert html.count("without its background") >= 1


@pytest.mark.parametrize(
    ("name", "message"),
    [("missing", "there is no folder"), ("empty", "there is no file in the folder")],
)
def test_no_pictures_is_an_error(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(StudyError, match=message):
        asking.files_of(tmp_path / name)


def test_a_single_picture_can_be_named(folder: Path) -> None:
    assert asking.files_of(folder / "b.png") == [folder / "b.png"]


def test_links_out_of_the_folder_are_not_shown(folder: Path, models: list[Classifier]) -> None:
    (folder.parent / "private.png").write_bytes((folder / "b.png").read_bytes())
    (folder / "of me.png").symlink_to(folder.parent / "private.png")
    (folder / "of it.png").symlink_to(folder / "b.png")
    seen = {s.file.name: s for s in predictions.of_files(asking.files_of(folder), models)}
    assert seen["of me.png"].reason.startswith("it is a link out of the folder; put a copy")
    assert not seen["of me.png"].prepared
    assert seen["of it.png"].reason == ""
    (named,) = predictions.of_files(asking.files_of(folder / "of me.png"), models)
    assert named.reason == "", "who names a link means what it leads to"


def test_models_are_asked_for_by_experiment_or_variant() -> None:
    assert {model.name.partition("/")[0] for model in committed([])} == {"digits"}
    assert [model.name for model in committed(["digits/small"])] == ["digits/small"]
    assert len(committed(["clothes"])) == 2
    with pytest.raises(StudyError, match="no model 'digits/smal'; did you mean 'digits/small'"):
        committed(["digits/smal"])


def test_the_terminal_names_each_model_with_its_own_predictions(
    folder: Path, models: list[Classifier]
) -> None:
    seen = predictions.of_files([folder / "b.png"], models)
    assert command.said(seen[0]) == [
        "b.png  <b> <b>  (e/sure, 1.00 or more)",
        "b.png  c  (e/unsure, 0.40 or more)",
    ]


def test_folders_of_nearly_the_same_name_have_predictions_of_their_own(tmp_path: Path) -> None:
    for name in ("my.a", "my.b"):
        (tmp_path / name).mkdir()
    (tmp_path / "one.png").write_bytes(b"")
    names = [asking.name_of(tmp_path / name) for name in ("my.a", "my.b", "one.png")]
    assert names == ["my.a", "my.b", "one"]


def test_a_name_of_any_bytes_can_be_shown(tmp_path: Path, models: list[Classifier]) -> None:
    """As an old archive leaves it: not UTF-8."""
    written([4]).save(tmp_path / "a.png")
    file = (tmp_path / "a.png").rename(tmp_path / "Foto\udcfc.png")
    seen = predictions.of_files([file], models)
    page.write(tmp_path / "out", asking.name_of(file), seen, models)
    assert "Predictions for Foto\ufffd<" in (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "Foto\ufffd.png" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Foto\ufffd.png" in (tmp_path / "out" / "predictions.csv").read_text(encoding="utf-8")
    assert command.said(seen[0])[0].startswith("Foto\ufffd.png")
