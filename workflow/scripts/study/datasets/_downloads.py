"""Downloads of TensorFlow Datasets that neither wait for ever nor give up at once."""

import contextlib
from collections.abc import Iterator
from typing import Any

import requests

from study.jobs import logger

RETRIES = 4
"""How often a download is tried again; the pauses double from 0.2 s.

TensorFlow Datasets' own ten take four minutes to say that there is no network.
"""

TIMEOUT = 30
"""Seconds without an answer after which a try has failed; TensorFlow Datasets sets none."""


@contextlib.contextmanager
def patient() -> Iterator[None]:
    """Let TensorFlow Datasets try again as said above.

    It retries when a server does not answer, but not when a download stops halfway.
    """
    from tensorflow_datasets.core.download import downloader

    request_without, download_once = requests.Session.request, downloader._Downloader._sync_download

    def request(self: requests.Session, *args: Any, **options: Any) -> requests.Response:
        return request_without(self, *args, **{"timeout": TIMEOUT, **options})

    def download(self: Any, *args: Any, **options: Any) -> Any:
        for left in reversed(range(RETRIES + 1)):
            try:
                return download_once(self, *args, **options)
            except requests.RequestException as error:
                if not (left and stopped_halfway(error)):
                    raise
                logger.info("a download has stopped halfway; it begins again: %s", error)

    downloader.MAX_RETRIES = RETRIES
    requests.Session.request = request  # type: ignore[method-assign]
    downloader._Downloader._sync_download = download
    try:
        yield
    finally:
        requests.Session.request = request_without  # type: ignore[method-assign]
        downloader._Downloader._sync_download = download_once


def stopped_halfway(error: Exception) -> bool:
    """Whether a server has answered, and then its answer has stopped.

    Errors of the connection name the request; errors that come while an answer is read do not.
    """
    kinds = (requests.exceptions.ChunkedEncodingError, requests.ConnectionError)
    return isinstance(error, kinds) and error.request is None
