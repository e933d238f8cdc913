"""Model cards: one Markdown page per variant, in the layout of Hugging Face.

    python -m study.report.cards results/published

regenerates them from the tables of a finished study, to `cards/<experiment>/<variant>.md`.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from study import tables
from study.errors import StudyError
from study.evaluation import metrics
from study.files import write_text
from study.jobs import command
from study.report import exports, results
from study.report.formats import number, rough
from study.report.page import TEMPLATES
from study.report.protocol import dataset_orders, protocol
from study.words import listed, plural, seconds

Tables = Mapping[str, pd.DataFrame]
Row = dict[str, Any]

TABLES = (
    "runs", "variants", "experiments", "datasets", "classes", "confusion", "calibration",
    "robustness", "exports",
)  # fmt: skip
"""The tables that cards are made from."""

MISTAKES = 5
"""So many pairs of classes that are mistaken for each other are shown."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&$]")
"""What means something to Markdown within a line. No line of the template begins with a value."""


def escaped(value: Any) -> Markup:
    """A text that Markdown shows as it is, on one line; what is marked as Markdown stays."""
    if isinstance(value, Markup):
        return value
    return Markup(_SPECIAL.sub(lambda special: f"\\{special[0]}", " ".join(str(value).split())))  # noqa: S704 - escaped here


def quoted(value: Any) -> Markup:
    """A text or a number as YAML reads it, on one line."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    # JSON leaves some line breaks as they are, which YAML would take for the end of a line.
    return Markup("".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in text))  # noqa: S704


def code(value: Any) -> Markup:
    """A text for a span of code in a cell of a table."""
    return Markup(" ".join(str(value).split()).replace("`", "'").replace("|", "\\|"))  # noqa: S704


def address(value: Any) -> Markup:
    """An address for a link of the form `<https://...>`; anything else has its marks escaped."""
    text = str(value)
    return Markup(f"<{text}>") if re.fullmatch(r"https?://[^\s<>|]+", text) else escaped(text)  # noqa: S704


def environment() -> jinja2.Environment:
    """The template: every value is escaped for Markdown, and an unknown name is an error."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - this is Markdown
        finalize=escaped,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update(
        yaml=quoted, code=code, address=address, number=number, plural=plural, rough=rough,
        listed=listed, seconds=seconds,
    )  # fmt: skip
    return made


def cards(read: Tables) -> Iterator[tuple[str, str]]:
    """The card of each variant that has a result.

    Args:
        read: the tables of :data:`TABLES`, by name.

    Yields:
        `<experiment>/<variant>`, and the card.
    """
    template = environment().get_template("card.md.j2")
    variants = read["variants"]
    for row in results.rows_of(variants[variants["seeds"] > 0]):
        own = {name: _of(table, row) for name, table in read.items() if "variant" in table}
        yield f"{row['experiment']}/{row['variant']}", template.render(content(row, own, read))


def content(row: Row, own: Tables, read: Tables) -> Row:
    """What the template needs for a variant.

    Args:
        row: of the table of variants.
        own: its rows of each table.
        read: all tables.
    """
    runs = own["runs"][own["runs"]["status"] == "finished"]
    first = results.rows_of(runs)[0]
    datasets = read["datasets"]
    dataset = results.rows_of(datasets[datasets["dataset"] == first["dataset"]])[0]
    names = json.loads(dataset["classes"])
    experiments = read["experiments"].set_index("experiment")
    labels = results.titles(own["variants"])
    terms, _ = protocol(runs.drop_duplicates("variant"), dataset_orders(datasets))
    title = row["experiment_title"]
    if row["variant"] != "default":
        title = f"{title}: {labels[row['variant']]}"
    of_classes = per_class(own["classes"])
    return {
        "title": title,
        "variant": row,
        "first": first,
        "dataset": dataset,
        "class_names": names,
        "shape": ["images", *re.findall(r"\d+", dataset["input_shape"])],
        "run": f"runs/{first['experiment']}/{first['variant']}/seed-{first['seed']}",
        "tried": experiments.loc[row["experiment"], "tried"],
        "protocol": [(term, text) for term, text in terms if term != "Source"],
        "metrics": [
            (heading, number(row[name], spec))
            for name, (heading, spec) in results.other_metrics(own["variants"]).items()
        ],
        "values": {
            name: round(float(row[name]), 6)
            for name in ("accuracy", "macro_f1")
            if name in row and row[name] == row[name]
        },
        "classes": of_classes,
        "weakest": min((each for each in of_classes if each["support"]), key=_accuracy),
        "mistakes": mistakes(own["confusion"].astype({"true": str, "predicted": str})),
        "confidence": confidence(own["calibration"]),
        "robustness": results.robustness(own["robustness"], _titles(row, labels)),
        "exports": exports.rows(own["exports"], _titles(row, labels)),
        "finished": [min(runs["finished"])[:10], max(runs["finished"])[:10]],
        "devices": sorted(set(runs["device_name"])),
        "metric_titles": {name: about[0] for name, about in metrics.all().items()},
    }


def per_class(classes: pd.DataFrame) -> list[Row]:
    """Of each class its name, how many test images it has, and the means of its scores."""
    numbers = classes.assign(precision=pd.to_numeric(classes["precision"]))  # text in other tables
    groups = numbers.groupby(["class_id", "class"], sort=True)
    means = groups[["support", "accuracy", "precision", "f1"]].mean().reset_index()
    return results.rows_of(means)


def mistakes(confusion: pd.DataFrame) -> list[Row]:
    """The commonest mistakes: true and predicted class, `count` over all seeds and `fraction`."""
    wrong = confusion[confusion["true"] != confusion["predicted"]]
    counted = wrong.groupby(["true", "predicted"], sort=False)["count"].sum().reset_index()
    whole = confusion.groupby("true")["count"].sum()
    counted["fraction"] = counted["count"] / counted["true"].map(whole)
    worst = counted[counted["count"] > 0].sort_values("count", ascending=False, kind="stable")
    return results.rows_of(worst.head(MISTAKES))


def confidence(calibration: pd.DataFrame) -> Row:
    """The mean confidence and the accuracy over all bins and seeds."""
    examples = calibration["examples"].sum()
    weighted = (calibration["confidence"] * calibration["examples"]).sum()
    return {
        "confidence": float(weighted / examples),
        "accuracy": float(calibration["correct"].sum() / examples),
    }


def _accuracy(row: Row) -> float:
    return float(row["accuracy"])


def _titles(row: Row, labels: Mapping[str, str]) -> dict[tuple[str, str], str]:
    return {("variant", f"{row['experiment']}/{row['variant']}"): labels[row["variant"]]}


def _of(table: pd.DataFrame, row: Row) -> pd.DataFrame:
    """A variant's rows of a table."""
    same = (table["experiment"] == row["experiment"]) & (table["variant"] == row["variant"])
    own: pd.DataFrame = table[same]
    return own


def write(read: Tables, folder: Path) -> list[Path]:
    """Write all cards below a folder; returns their files."""
    files = []
    for name, text in cards(read):
        files.append(folder / f"{name}.md")
        write_text(files[-1], text)
    return files


def main(folder: str) -> None:
    """Write the cards of a study's folder of results."""
    with command():
        missing = [name for name in TABLES if not Path(folder, f"tables/{name}.csv").exists()]
        if missing:
            raise StudyError(f"{folder} has no table of {missing[0]}: run the study first")
        read = {name: tables.read(Path(folder, f"tables/{name}.csv")) for name in TABLES}
        written = write(read, Path(folder, "cards"))
        print(f"{plural(len(written), 'model card')} in {folder}/cards")


if __name__ == "__main__":
    main(sys.argv[1])
