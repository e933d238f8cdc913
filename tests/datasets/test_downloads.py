"""Downloads by way of TensorFlow Datasets."""

import io
import socket
import tarfile
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from urllib3 import HTTPConnectionPool, HTTPResponse
from urllib3.exceptions import ConnectTimeoutError

from study.datasets import _catalogue, _downloads, tfds
from study.errors import StudyError


def test_a_server_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_downloads, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        address = f"http://{host}:{port}/train-images"
        with (
            _downloads.patient(),
            requests.Session() as session,
            pytest.raises(requests.ReadTimeout),
        ):
            session.get(address, stream=True)


class Stalled(io.BytesIO):
    """An answer that stops after its first bytes."""

    def read(self, *count: Any) -> bytes:
        if self.tell():
            raise TimeoutError
        return super().read(100)


@dataclass
class Host:
    """A public host that answers every third request for a file, and never one for `silent`.

    Attributes:
        silent, stalled: a file for which there is no answer, one whose answers stop halfway.
        requested: how often each file was asked for.
    """

    files: Path
    silent: str = ""
    stalled: str = ""
    requested: Counter[str] = field(default_factory=Counter)

    def answer(self, connection: Any, timeout: Any, url: str) -> HTTPResponse:
        """What comes of a request."""
        name = url.rpartition("/")[2]
        self.requested[name] += 1
        assert timeout.connect_timeout == timeout.read_timeout == _downloads.TIMEOUT
        if self.requested[name] % 3 or name == self.silent:
            raise ConnectTimeoutError(connection, "no answer")
        data = (self.files / name).read_bytes()
        body = Stalled(data) if name == self.stalled else io.BytesIO(data)
        return HTTPResponse(body, status=200, preload_content=False)


@pytest.fixture
def host(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    found = Host(data_dir / "mnist")

    def make_request(
        self: Any, connection: Any, method: str, url: str, timeout: Any = None, **more: Any
    ) -> HTTPResponse:
        return found.answer(connection, timeout, url)

    monkeypatch.setattr(HTTPConnectionPool, "_make_request", make_request)
    monkeypatch.setenv("SOFTMAX2CNN_DATA_DIR", "")
    monkeypatch.setenv("no_proxy", "*")
    return found


REMEDY = "\nWithout a network, put the dataset's files as published into a folder named mnist, and"


def test_silence_is_asked_again_and_then_given_up(host: Host, tmp_path: Path) -> None:
    host.silent = "train-labels-idx1-ubyte.gz"
    with pytest.raises(StudyError) as caught:
        tfds.load(tmp_path, name="mnist")
    said = str(caught.value)
    assert said.startswith("mnist: its files cannot be downloaded (ConnectTimeout, https://")
    assert f"/train-labels-idx1-ubyte.gz){REMEDY}" in said
    assert host.requested.pop("train-labels-idx1-ubyte.gz") == 1 + _downloads.RETRIES
    assert set(host.requested.values()) == {3}


def test_answers_that_stop_halfway_begin_again(host: Host, tmp_path: Path) -> None:
    host.stalled = "train-images-idx3-ubyte.gz"
    with pytest.raises(StudyError) as caught:
        tfds.load(tmp_path, name="mnist")
    said = str(caught.value)
    assert said.startswith(
        "mnist: its files cannot be downloaded (each time, the download stopped halfway: "
    )
    assert REMEDY in said
    assert host.requested.pop("train-images-idx3-ubyte.gz") == 3 * (1 + _downloads.RETRIES)
    assert set(host.requested.values()) == {3}, "what came whole is not downloaded again"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mnsit", "TensorFlow Datasets has no dataset 'mnsit'; see its catalogue"),
        ("emnist/leters", "'emnist/leters'; did you mean 'letters'? (known: byclass, "),
        ("emnist/leters:3.1.0", "'emnist/leters:3.1.0'; did you mean 'letters'?"),
        ("fashion-mnist", "has no dataset 'fashion-mnist'; see its catalogue"),
        ("mnist/foo", "has no dataset 'mnist/foo'; see its catalogue"),
        ("mnist:9.9.9", "has no dataset 'mnist:9.9.9'; see its catalogue"),
        ("imdb_reviews", "imdb_reviews is not an image classification dataset"),
    ],
)
def test_names_that_are_no_image_classification_set(
    name: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(StudyError) as caught:
        tfds.load(tmp_path, name=name)
    assert message in str(caught.value)


def test_names_are_known_without_an_import_where_it_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    def names() -> list[str]:
        raise AssertionError("imported")

    known = _catalogue._names()
    assert {"mnist", "kmnist", "cifar10_n"} < set(known)
    unknown = "TensorFlow Datasets has no 'kmnits'; did you mean 'kmnist'?"
    assert _catalogue.complaint("kmnits/all:3.0.1").startswith(unknown)
    assert "did you mean 'fashion_mnist'?" in _catalogue.complaint("fashion-mnist")
    assert _catalogue.complaint("FashionMNIST") == _catalogue.complaint("KMNIST") == ""
    monkeypatch.setattr(_catalogue, "_names", names)
    for name in ("mnist", "emnist/letters", "cifar10:3.0.2", "beans", "a_namespace:of_others"):
        assert _catalogue.complaint(name) == ""


def test_members_of_an_archive_stay_inside(tmp_path: Path) -> None:
    """TensorFlow Datasets unpacks archives, and leaves out what would lead out of its folder."""
    from tensorflow_datasets.core.download import extractor, resource

    (tmp_path / "secret").write_text("secret")
    inside = tmp_path / "folder" / "inside"
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for name in ("kept.txt", "../up.txt", str(tmp_path / "absolute.txt"), "a/../../up.txt"):
            about = tarfile.TarInfo(name)
            about.size = 4
            tar.addfile(about, io.BytesIO(b"data"))
        link = tarfile.TarInfo("link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, str(tmp_path / "secret")
        tar.addfile(link)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("kept.txt", "../up.txt", str(tmp_path / "absolute.txt")):
            archive.writestr(name, "data")
    unpacking = extractor.get_extractor()
    for method in ("TAR", "ZIP"):
        folder = inside / method
        with unpacking.tqdm():
            file = tmp_path / f"a.{method.lower()}"
            unpacking.extract(file, resource.ExtractMethod[method], folder).get()
        found = [file.relative_to(folder).as_posix() for file in folder.rglob("*")]
        assert found == ["kept.txt"]
    there = {file.name for file in tmp_path.rglob("*") if file.is_file()}
    assert there == {"secret", "a.tar", "a.zip", "kept.txt"}
