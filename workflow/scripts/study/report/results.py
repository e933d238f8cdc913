"""The table of results and the scorecard's summary."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from study.evaluation import metrics
from study.report.formats import number
from study.words import spaced

Row = dict[str, Any]


def rows_of(table: pd.DataFrame) -> list[Row]:
    """The rows of a table, by column."""
    return [{str(k): value for k, value in row.items()} for row in table.to_dict("records")]


def own_seconds(runs: pd.DataFrame) -> float:
    """The total training time of runs in seconds, epochs that several runs share counted once.

    Args:
        runs: rows of the table of runs; missing runs count nothing.
    """
    own = runs["train_seconds"] - runs["inherited_seconds"].fillna(0)
    return float(own.clip(lower=0).sum())


def other_metrics(variants: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Title and format of every metric that variants have, but accuracy: it has its own columns."""
    return {
        name: (f"{title[:1].upper()}{title[1:]}", spec)
        for name, (title, spec, _) in metrics.all().items()
        if name != "accuracy" and name in variants and variants[name].notna().any()
    }


def titles(variants: pd.DataFrame) -> dict[str, str]:
    """By variant of one experiment, its label for people."""
    return {
        str(variant): str(title) or spaced(str(variant))
        for variant, title in zip(variants["variant"], variants["variant_title"], strict=True)
    }


LEVEL = 3
"""The strength of corruptions that the page has numbers of, of five."""


def robustness(table: pd.DataFrame, names: Mapping[tuple[str, str], str]) -> Row:
    """The accuracy of each variant under each corruption of middle strength, for a table.

    Args:
        table: of robustness.
        names: of variants, for people.

    Returns:
        `headings`, the corruptions with their strength; `rows`, each an experiment's name, a
        variant's title and accuracies, the first one on the images as they are; `examples`, how
        many images. The table has one seed of each variant. Nothing if no variant was corrupted.
    """
    if table.empty:
        return {}
    middle = table[table["level"] == LEVEL]
    strengths = middle.drop_duplicates("corruption").set_index("corruption")["strength"]
    rows = []
    for who, own in table.groupby(["experiment", "variant"], sort=False):
        experiment, variant = map(str, who)
        titles = spaced(experiment), names["variant", f"{experiment}/{variant}"]
        before = own.loc[own["level"] == 0, "accuracy"].mean()
        after = own[own["level"] == LEVEL].groupby("corruption")["accuracy"].mean()
        rows.append((*titles, [before, *after[list(strengths.index)]]))
    headings = [f"{corruption} {strength:g}" for corruption, strength in strengths.items()]
    return {"headings": headings, "rows": rows, "examples": int(table["examples"].max())}


def result_rows(variants: pd.DataFrame, claims: list[Row]) -> list[Row]:
    """One row per planned variant, with the claim about its test accuracy if there is one.

    Args:
        variants: the table.
        claims: rows of the scorecard.
    """
    alone = variants.groupby("experiment")["variant"].agg(["size", "first"])
    published: dict[tuple[str, str], Row] = {}
    for claim in claims:
        experiment, variant = claim["experiment"], claim["variant"]
        if claim["measure"] != "test_accuracy":
            continue
        if not variant and experiment in alone.index and alone.loc[experiment, "size"] == 1:
            variant = alone.loc[experiment, "first"]
        published.setdefault((experiment, variant or "default"), claim)
    rows = rows_of(variants)
    for row in rows:
        row["title"] = row["variant_title"] or spaced(row["variant"])
        row["claim"] = published.get((row["experiment"], row["variant"]))
        row["metrics"] = [
            (title, row[name], number(row[name], spec))
            for name, (title, spec) in other_metrics(variants).items()
        ]
    return rows


def network(row: Row) -> str:
    """What a variant is called where networks are compared: by its model if it is alone."""
    title = str(row["variant_title"]) or spaced(row["variant"])
    return spaced(row["model"]) if title == "default" else title


def spread(row: Row) -> str:
    """A variant's accuracy: of several seeds their mean, standard deviation and number."""
    if row["seeds"] < 2 or math.isnan(row["accuracy_deviation"]):
        return ""
    return f" ± {row['accuracy_deviation']:.4f} (n = {row['seeds']:.0f})"


def verdicts(claims: list[Row]) -> Counter[str]:
    """How many claims have each verdict.

    Those judged again count as `again yes` and so on, checks as `check yes` and so on.
    """
    return Counter(_group(claim) + claim["reproduced"] for claim in claims)


def missed(claims: list[Row]) -> list[Row]:
    """The claims that are not reproduced, and the checks that do not hold."""
    return [claim for claim in claims if claim["reproduced"] == "no" and not claim["again"]]


def judged(claims: list[Row]) -> list[Row]:
    """The published claims that have a verdict, each once and without checks."""
    return [c for c in claims if c["reproduced"] in ("yes", "no") and not _group(c)]


def composition(claims: list[Row]) -> str:
    """What kinds of claims those judged are, in words; nothing if all are of one kind."""
    known = judged(claims)
    untrained = [claim for claim in known if claim["untrained"]]
    trained = [claim for claim in known if not claim["untrained"]]
    if not untrained or not trained:
        return ""
    said = (
        f"Reproduced: {_reproduced(untrained)} of {len(untrained)} claims about sizes, shapes, "
        f"functions and data, and {_reproduced(trained)} of {len(trained)} about trained networks."
    )
    early = [claim for claim in trained if not claim["post_hoc"]]
    if len(early) < len(trained):
        said += (
            f" For {len(early)} of these {len(trained)}, the rule was written before the study was "
            f"run (reproduced: {_reproduced(early)})."
        )
    return said


def _reproduced(claims: list[Row]) -> int:
    return sum(claim["reproduced"] == "yes" for claim in claims)


def _group(claim: Row) -> str:
    return "check " if claim["check"] else "again " if claim["again"] else ""
