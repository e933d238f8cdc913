"""Results in an object store, through Snakemake's S3 plugin and a profile alone.

The server is moto's, which speaks S3's protocol on a port of this machine.
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from conftest import SMALL_STUDY, Checkout, copy_repository, counts

BUCKET = "studies"
PROFILE = """
default-storage-provider: s3
default-storage-prefix: s3://studies/mine
"""
STUDY = f"""{SMALL_STUDY}
study: small
title: A small study
experiments:
  perceptron:
    title: A perceptron
    dataset: digits
    seeds: [0]
    splits: {{train: train, validation: test, test: test}}
    model: mlp
"""
SECRETS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture(scope="module")
def store() -> Iterator[Any]:
    """A client of an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    client.create_bucket(Bucket=BUCKET)
    yield client
    server.stop()


def objects(store: Any) -> list[str]:
    pages = store.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    return [each["Key"] for page in pages for each in page.get("Contents", [])]


def options(store: Any) -> tuple[str, ...]:
    return (
        "--profile",
        "stored",
        "--storage-s3-endpoint-url",
        store.meta.endpoint_url,
        "--configfile",
        "config/small.yaml",
    )


@pytest.fixture(scope="module")
def finished(store: Any, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    checkout = copy_repository(tmp_path_factory.mktemp("s3") / "here")
    (checkout.path / "stored").mkdir()
    default = (checkout.path / "workflow" / "profiles" / "default" / "config.yaml").read_text()
    (checkout.path / "stored" / "config.yaml").write_text(default + PROFILE)
    (checkout.path / "config" / "small.yaml").write_text(STUDY)
    done = checkout.snakemake(*options(store), **SECRETS)
    assert done.returncode == 0, done.stdout[-5000:]
    return checkout


def test_all_results_are_in_the_bucket(finished: Checkout, store: Any) -> None:
    names = set(objects(store))
    assert "mine/results/small/report.html" in names
    assert "mine/results/small/SHA256SUMS" in names
    assert len([name for name in names if name.endswith("/run.json")]) == 1
    report = store.get_object(Bucket=BUCKET, Key="mine/results/small/report.html")["Body"].read()
    assert b"A perceptron" in report
    here = finished.path / "results"
    assert {file.relative_to(here).parts[1] for file in here.rglob("*") if file.is_file()} <= {
        "checkpoints",
        "locks",
    }


def test_nothing_is_left_to_do_and_a_lost_run_is_made_again(finished: Checkout, store: Any) -> None:
    dry = ("-n", "--quiet", "host", "reason", "rules", *options(store))
    assert counts(finished.snakemake(*dry, **SECRETS).stdout) == {}
    lost = next(name for name in objects(store) if name.endswith("seed-0/run.json"))
    store.delete_object(Bucket=BUCKET, Key=lost)
    store.delete_object(Bucket=BUCKET, Key="mine/results/small/report.html")
    planned = counts(finished.snakemake(*dry, **SECRETS).stdout)
    assert planned["train"] == 1
    assert planned["report"] == 1
