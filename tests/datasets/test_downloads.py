"""Downloads by way of TensorFlow Datasets."""

import socket

import pytest
import requests

from study.datasets import tfds


def test_a_server_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tfds, "TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        address = f"http://{host}:{port}/train-images"
        with tfds._timeouts(), requests.Session() as session, pytest.raises(requests.ReadTimeout):
            session.get(address, stream=True)
