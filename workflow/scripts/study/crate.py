"""A finished study as a Workflow Run RO-Crate: what was run, by which code, and what came out.

    python -m study.crate config/demo.yaml

writes `results/demo.crate.zip`. The format is https://w3id.org/ro/wfrun/workflow/0.5, a ZIP file of
everything and of `ro-crate-metadata.json`, which describes it for machines: archives such as Zenodo
and WorkflowHub read it. docs/reproduce.md goes from such a file to the same bits.
"""

import mimetypes
import shutil
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rocrate.model import ContextEntity
from rocrate.rocrate import ROCrate

from study import config, manifest
from study.config import reading
from study.config.plan import Plan
from study.errors import StudyError
from study.files import read_json, scratch_folder
from study.jobs import command

ROOT = Path(__file__).parents[3]
CODE = ("workflow", "profiles", "config", "envs")
FILES = ("Snakefile", "Makefile", "README.md", "CITATION.cff", "LICENSE", "docs/reproduce.md")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".snakemake", ".*_cache")
RESULTS = "finished"
"""Where a crate has the results: a new run of it has `results` for itself."""

PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}


def write(config_file: Path, results: Path) -> Path:
    """Write the crate of a study that has been run to its end.

    Args:
        config_file: of the study, below `config/`.
        results: the folder that has the study's folder.

    Returns:
        The ZIP file, beside the study's folder.

    Raises:
        StudyError: if the study has not finished, or its files are not those that it has published.
    """
    plan = config.load([config_file])
    for file in (config_file, *_extended(config_file)):
        if not file.resolve().is_relative_to(ROOT / "config"):
            raise StudyError(f"{file}: is not in {ROOT / 'config'}, of which a crate has a copy")
    folder = results / plan.name
    if different := list(manifest.differences(folder)):
        raise StudyError("\n".join([*different, "run the study again to recreate them"]))
    file = folder.with_name(f"{plan.name}.crate.zip")
    with scratch_folder(results, f"{plan.name}.crate") as scratch:
        crate = _described(plan, config_file, folder, scratch)
        crate.write_zip(scratch / file.name)
        (scratch / file.name).replace(file)
    return file


def _described(plan: Plan, config_file: Path, folder: Path, scratch: Path) -> ROCrate:
    crate = ROCrate(version="1.1")  # the version on which the profiles build
    published = manifest.read(folder)
    own = [name for run in plan.runs if (name := f"runs/{run.id}/run.json") in published]
    if not own:
        raise StudyError(
            f"{folder}: has no published run; runs of sweeps are summarised, and cannot be packed"
        )
    records = [read_json(folder / name) for name in own]
    ended = max(map(_moment, records))
    crate.name = plan.title
    crate.description = (
        f"The study {plan.name} of softmax2cnn, run to its end: code, config, {len(records):,} "
        "trained networks with their predictions, tables, figures and the report"
    )
    crate.license = crate.add(
        ContextEntity(
            crate,
            "https://spdx.org/licenses/MIT",
            {"@type": "CreativeWork", "name": "MIT License"},
        )
    )
    crate.datePublished = ended
    authors = crate.add(
        ContextEntity(
            crate, "#authors", {"@type": "Organization", "name": "The softmax2cnn authors"}
        )
    )
    crate.root_dataset["author"] = crate.root_dataset["publisher"] = authors
    workflow = crate.add_workflow(
        ROOT / "Snakefile",
        "Snakefile",
        main=True,
        lang="snakemake",
        lang_version=version("snakemake"),
        properties={
            "name": "softmax2cnn",
            "creator": authors,
            "license": crate.license,
            "version": records[0]["code_fingerprint"],
            "conformsTo": crate.add(
                ContextEntity(
                    crate,
                    "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE",
                    {"@type": "CreativeWork", "name": "ComputationalWorkflow", "version": "1.0"},
                )
            ),
        },
    )
    crate.root_dataset["conformsTo"] = [
        crate.add(
            ContextEntity(
                crate,
                address,
                {"@type": "CreativeWork", "name": name, "version": address.rpartition("/")[2]},
            )
        )
        for address, name in PROFILES.items()
    ]
    workflow["softwareRequirements"] = _versions(crate, records)
    names = sorted(
        file.resolve().relative_to(ROOT).as_posix()
        for file in (config_file, *_extended(config_file))
    )
    _add_code(crate, scratch, names)
    files = _add_results(crate, folder, published)
    configs = [
        crate.add_file(
            ROOT / name, name, properties={"encodingFormat": "application/yaml", "name": name}
        )
        for name in names
    ]
    sets = {
        name: _dataset(crate, folder, name, files)
        for name in plan.datasets
        if f"data/{name}/dataset.json" in files
    }
    whole = crate.add_action(
        workflow,
        f"#{plan.name}",
        object=[*configs, *sets.values()],
        result=list(files.values()),
        properties={
            "name": f"snakemake --configfile config/{config_file.name}",
            "description": "All jobs; the time is that of the last run that was trained",
            "endTime": ended,
            "agent": authors,
            "actionStatus": "http://schema.org/CompletedActionStatus",
        },
    )
    trainer = crate.add(
        ContextEntity(
            crate,
            "#train",
            {
                "@type": "SoftwareApplication",
                "name": "workflow/scripts/train.py",
                "softwareRequirements": workflow["softwareRequirements"],
            },
        )
    )
    crate.root_dataset.append_to("mentions", whole)
    for record in records:
        who = f"{record['experiment']}/{record['variant']}/seed-{record['seed']}"
        kinds = ("history.csv", "predictions.npz", "model.keras", "run.json")
        training = crate.add_action(
            trainer,
            f"#{who}",
            object=sets[record["settings"]["dataset"]],
            result=[files[f"runs/{who}/{kind}"] for kind in kinds],
            properties={
                "name": f"train {who}",
                "description": f"Settings and versions are in run.json; code "
                f"{record['code_fingerprint']}, identity {record['identity']}",
                "endTime": _moment(record),
                "agent": authors,
                "actionStatus": "http://schema.org/CompletedActionStatus",
            },
        )
        crate.root_dataset.append_to("mentions", training)
    return crate


def _moment(record: Mapping[str, Any]) -> str:
    """When a run ended, in the form that the profiles ask for."""
    return str(record["finished"]).replace("Z", "+00:00")


def _versions(crate: ROCrate, records: list[dict[str, Any]]) -> list[Any]:
    """The packages by which the runs were computed."""
    found = {(name, number) for record in records for name, number in record["versions"].items()}
    return [
        crate.add(
            ContextEntity(
                crate,
                f"#{name}-{number}",
                {"@type": "SoftwareApplication", "name": name, "version": number},
            )
        )
        for name, number in sorted(found)
    ]


def _add_code(crate: ROCrate, scratch: Path, but_for: list[str]) -> None:
    for name in FILES[1:]:
        file = crate.add_file(
            ROOT / name, name, properties={"name": name, "encodingFormat": _format(name)}
        )
        if name == "README.md":
            file["about"] = crate.root_dataset
    for name in CODE:
        shutil.copytree(ROOT / name, scratch / name, ignore=LEFT_OUT)
    for name in but_for:
        (scratch / name).unlink()
    for name in CODE:
        crate.add_dataset(scratch / name, f"{name}/", properties={"name": f"the folder {name}"})


def _add_results(crate: ROCrate, folder: Path, published: Mapping[str, str]) -> dict[str, Any]:
    """The published files by their names below the study's folder; prepared data are left out."""
    added = {
        name: crate.add_file(
            folder / name,
            f"{RESULTS}/{folder.name}/{name}",
            record_size=True,
            properties={"sha256": hashed, "name": name, "encodingFormat": _format(name)},
        )
        for name, hashed in published.items()
        if not name.endswith("/examples.npz")
    }
    added[manifest.NAME] = crate.add_file(
        folder / manifest.NAME,
        f"{RESULTS}/{folder.name}/{manifest.NAME}",
        properties={"name": "SHA-256 of each file", "encodingFormat": "text/plain"},
    )
    return added


def _format(name: str) -> str:
    own = {".keras": "application/zip", ".npz": "application/zip", ".md": "text/markdown"}
    return own.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


def _extended(config_file: Path) -> list[Path]:
    """The config files that a config file extends, also by way of others."""
    extended = reading.read_mapping(config_file).get("extends")
    if not extended:
        return []
    above = config_file.parent / extended
    return [above, *_extended(above)]


def _dataset(crate: ROCrate, folder: Path, name: str, files: Mapping[str, Any]) -> Any:
    about = read_json(folder / "data" / name / "dataset.json")
    return crate.add(
        ContextEntity(
            crate,
            f"#data-{name}",
            {
                "@type": "Dataset",
                "name": about["public_name"],
                "identifier": f"sha256:{about['fingerprint']}",
                "description": "The prepared examples; the identifier is their fingerprint",
                "subjectOf": files[f"data/{name}/dataset.json"],
                **({"url": page} if (page := about["origin"].get("homepage")) else {}),
            },
        )
    )


if __name__ == "__main__":
    with command():
        print(f"The crate: {write(Path(sys.argv[1]), Path('results'))}")
