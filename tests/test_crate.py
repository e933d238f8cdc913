"""A finished study as a crate: valid for its profile, and enough to come to the same bits."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import requests
import rocrate
from rocrate_validator import services
from rocrate_validator.models import Severity
from rocrate_validator.utils import document_loader, http

import reading
from conftest import SMALL_STUDY, Checkout, copy_repository
from study import reproduction

STUDY = f"""{SMALL_STUDY}
study: small
title: A small <study>
experiments:
  softmax:
    title: Softmax
    dataset: digits
    model: softmax_regression
"""
VOCABULARY = "https://w3id.org/ro/crate/1.1/context"
BIOSCHEMAS = {
    "ComputationalWorkflow": "https://bioschemas.org/ComputationalWorkflow",
    "FormalParameter": "https://bioschemas.org/FormalParameter",
    "input": "https://bioschemas.org/ComputationalWorkflow#input",
    "output": "https://bioschemas.org/ComputationalWorkflow#output",
}
"""Terms that had other addresses in version 1.1 of the vocabulary than in the one of rocrate."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    checkout = copy_repository(tmp_path_factory.mktemp("crate") / "a study ü")
    (checkout.path / "config" / "small.yaml").write_text(STUDY)
    done = checkout.snakemake("--configfile", "config/small.yaml")
    assert done.returncode == 0, done.stdout[-5000:]
    return checkout


@pytest.fixture(scope="module")
def unpacked(finished: Checkout, tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    said = reading.done(finished, "make crate STUDY=config/small.yaml")
    assert "The crate: results/small.crate.zip" in said
    folder = tmp_path_factory.mktemp("unpacked") / "crate"  # the validator takes no spaces
    with zipfile.ZipFile(finished.path / "results" / "small.crate.zip") as file:
        assert len(file.namelist()) == len(set(file.namelist()))
        file.extractall(folder)
    return Checkout(folder)


@pytest.fixture
def vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    """The validator asks the network for the vocabulary; here it gets the one of rocrate."""
    file = Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"
    known = json.loads(file.read_text(encoding="utf-8"))
    known["@context"] |= BIOSCHEMAS

    def get(self: object, address: str, **_: Any) -> requests.Response:
        assert address == VOCABULARY
        response = requests.Response()
        response.status_code, response.raw = 200, io.BytesIO(json.dumps(known).encode())
        response.headers["Content-Type"] = "application/ld+json"
        return response

    monkeypatch.setattr(document_loader, "_fetch_json_ld", {VOCABULARY: known}.__getitem__)
    monkeypatch.setattr(http.HttpRequester, "get", get, raising=False)


def issues(crate: Path) -> list[str]:
    settings = services.ValidationSettings(
        rocrate_uri=str(crate),
        profile_identifier="workflow-run-crate-0.5",
        requirement_severity=Severity.REQUIRED,
    )
    found = services.validate(settings)
    assert len(found.executed_checks) > 50
    return [f"{issue.check.identifier}: {issue.message}" for issue in found.get_issues()]


@pytest.mark.usefixtures("vocabulary")
def test_it_is_a_workflow_run_crate(unpacked: Checkout, tmp_path: Path) -> None:
    assert issues(unpacked.path) == []
    file = unpacked.path / "ro-crate-metadata.json"
    whole = file.read_text(encoding="utf-8")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / file.name).write_text(whole.replace('"CreateAction"', '"Action"'))
    assert issues(broken) != []


def test_it_names_every_run_and_every_file(finished: Checkout, unpacked: Checkout) -> None:
    described = json.loads((unpacked.path / "ro-crate-metadata.json").read_text())["@graph"]
    by_id = {entity["@id"]: entity for entity in described}
    assert by_id["./"]["name"] == "A small <study>"
    for seed in (0, 1):
        run = next(id_ for id_ in by_id if id_.startswith("#softmax") and id_.endswith(f"-{seed}"))
        action = by_id[run]
        assert by_id[action["object"]["@id"]]["identifier"].startswith("sha256:")
        for result in action["result"]:
            file = unpacked.path / result["@id"]
            assert file.is_file()
            assert by_id[result["@id"]]["contentSize"] == str(file.stat().st_size)
    sums = (finished.path / "results" / "small" / "SHA256SUMS").read_text().splitlines()
    for line in sums:
        hashed, name = line.split("  ", 1)
        if not name.endswith("/examples.npz"):
            assert by_id[f"finished/small/{name.replace(' ', '%20')}"]["sha256"] == hashed


def test_from_a_crate_to_the_same_bits(
    unpacked: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    done = unpacked.snakemake(
        "--configfile", "config/small.yaml", "--until", "train", "--quiet", "all"
    )
    assert done.returncode == 0, done.stdout[-3000:]
    there, here = (unpacked.path / name / "small" for name in ("finished", "results"))
    said = reading.done(unpacked, "make compare NAME=small WITH=finished/small")
    assert "2 of 2 runs have the same bits" in said
    history = next((here / "runs").rglob("history.csv"))
    history.write_text(history.read_text().replace("1", "2", 1))
    assert reproduction.main(here, there) == 1
    said = capsys.readouterr().out
    assert f"{history.parent}: history.csv differ (made of the same)" in said
    assert "1 of 2 runs have the same bits" in said


def test_a_study_that_has_changed_or_not_finished_is_refused(finished: Checkout) -> None:
    file = finished.path / "results" / "small" / "tables" / "runs.csv"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1])
    done = reading.type_in(finished, "make crate STUDY=config/small.yaml")
    file.write_bytes(whole)
    assert done.returncode != 0
    assert "tables/runs.csv: its content has changed" in done.stdout
    assert "run the study again" in done.stdout
    done = reading.type_in(finished, "make crate STUDY=config/demo.yaml")
    assert done.returncode != 0
    assert "SHA256SUMS cannot be read" in done.stdout
    assert "Traceback" not in done.stdout
