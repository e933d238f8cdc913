"""Hold what the tutorials published against our runs: the reproduction scorecard."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from study.files import atomic, read_json
from study.jobs import job

if TYPE_CHECKING:
    from snakemake.script import snakemake

COLUMNS = [
    "tutorial",
    "claim",
    "experiment",
    "variant",
    "measure",
    "rule",
    "published",
    "ours",
    "tolerance",
    "basis",
    "again",
    "reproduced",
    "remark",
]

Claim = dict[str, Any]
Values = list[float]


@dataclass(frozen=True)
class Results:
    """What claims are measured on.

    Attributes:
        runs, histories, classes: the tidy tables of the stage before.
        layers: the parameters of each layer, by (experiment, variant).
        demonstrations: the parameters of each layer, and the outputs' row sums, by name.
        origins: the public name of each data set, by its name in the config.
        planned: (experiment, variant) of all runs that the study has, there or not.
    """

    runs: pd.DataFrame
    histories: pd.DataFrame
    classes: pd.DataFrame
    layers: dict[tuple[str, str], list[int]]
    demonstrations: dict[str, dict[str, Values]]
    origins: dict[str, str]
    planned: frozenset[tuple[str, str]] = frozenset()

    def of(self, table: pd.DataFrame, claim: Claim, variant: str | None = None) -> pd.DataFrame:
        """The rows of a table that belong to the claim's experiment and variant, all seeds."""
        name = variant or claim.get("variant", "default")
        own = (table["experiment"] == claim["experiment"]) & (table["variant"] == name)
        rows: pd.DataFrame = table[own]
        return rows

    def curve(self, claim: Claim, variant: str | None = None) -> "pd.Series[float]":
        """A column of the history by 1-based epoch, the mean over seeds."""
        history = self.of(self.histories, claim, variant)
        curve = history.groupby(history["epoch"] + 1)[claim["column"]].mean()
        first, last = claim.get("epochs", (curve.index[0], curve.index[-1]))
        return curve.loc[first:last]


def parameters(results: Results, claim: Claim) -> Values:
    """The number of parameters."""
    return [float(results.of(results.runs, claim)["parameters"].iloc[0])]


def layer_parameters(results: Results, claim: Claim) -> Values:
    """The number of parameters of each layer."""
    return list(map(float, results.layers[claim["experiment"], claim.get("variant", "default")]))


def demonstration_parameters(results: Results, claim: Claim) -> Values:
    """The number of parameters of each layer of a demonstration's model."""
    return results.demonstrations[claim["demonstration"]]["parameters"]


def demonstration_sums(results: Results, claim: Claim) -> Values:
    """The sum of each row of a demonstration's outputs."""
    return results.demonstrations[claim["demonstration"]]["sums"]


def test_accuracy(results: Results, claim: Claim) -> Values:
    """The accuracy on the test split, the mean over seeds."""
    return [float(results.of(results.runs, claim)["accuracy"].mean())]


def class_accuracy(results: Results, claim: Claim) -> Values:
    """The accuracy of each class, in the order of the class ids, the mean over seeds."""
    table = results.of(results.classes, claim)
    means = table.groupby("class", sort=False)["accuracy"].mean()
    return list(map(float, means))


def series(results: Results, claim: Claim) -> Values:
    """A column of the history, epoch by epoch."""
    return list(map(float, results.curve(claim)))


def best(results: Results, claim: Claim) -> Values:
    """The highest value of a column."""
    return [float(results.curve(claim).max())]


def lowest(results: Results, claim: Claim) -> Values:
    """The lowest value of a column."""
    return [float(results.curve(claim).min())]


def epoch_of_lowest(results: Results, claim: Claim) -> Values:
    """The 1-based epoch at which a column is lowest."""
    return [float(np.asarray(results.curve(claim).idxmin()))]


def at_step(results: Results, claim: Claim) -> Values:
    """A column's value after a number of steps, the mean over seeds."""
    history = results.of(results.histories, claim)
    return [float(history.loc[history["step"] == claim["step"], claim["column"]].mean())]


def final_gap(results: Results, claim: Claim) -> Values:
    """Validation loss less training loss in the last epoch."""
    losses = [results.curve({**claim, "column": c}).iloc[-1] for c in ("val_loss", "loss")]
    return [float(losses[0] - losses[1])]


def means(results: Results, claim: Claim) -> Values:
    """A column's mean over some epochs, a value a variant."""
    return [float(results.curve(claim, variant).mean()) for variant in claim["variants"]]


def slopes(results: Results, claim: Claim) -> Values:
    """A column's least-squares slope over some epochs, a value a variant."""
    curves = [results.curve(claim, variant) for variant in claim["variants"]]
    return [float(np.polyfit(curve.index.to_numpy(float), curve, 1)[0]) for curve in curves]


def worst_less_last(results: Results, claim: Claim) -> Values:
    """The lowest mean of all variants but the last, less the mean of the last."""
    *others, last = means(results, claim)
    return [min(others) - last]


def relative_unsteadiness(results: Results, claim: Claim) -> Values:
    """The standard deviation of a column's steps from epoch to epoch, first variant to second."""
    first, second = (results.curve(claim, v).diff().std() for v in claim["variants"])
    return [float(first / second)]


MEASURES: dict[str, Callable[[Results, Claim], Values]] = {
    measure.__name__: measure
    for measure in (
        parameters,
        layer_parameters,
        demonstration_parameters,
        demonstration_sums,
        test_accuracy,
        class_accuracy,
        series,
        best,
        lowest,
        epoch_of_lowest,
        at_step,
        final_gap,
        means,
        slopes,
        worst_less_last,
        relative_unsteadiness,
    )
}


def tolerances(claim: Claim, published: Values) -> Values:
    """How far each of our values may be from the published one.

    `binomial`: both are shares of `examples` independent examples, so their difference has variance
    2 p (1 - p) / n; 95 % over all values of the claim together (Bonferroni).
    """
    tolerance = claim["tolerance"]
    if tolerance != "binomial":
        return [float(tolerance)] * len(published)
    z = NormalDist().inv_cdf(1 - 0.05 / 2 / len(published))
    return [z * (2 * p * (1 - p) / claim["examples"]) ** 0.5 for p in published]


def judge(claim: Claim, ours: Values) -> tuple[bool, str]:
    """Whether a claim is reproduced, and a remark where the numbers alone do not say it."""
    rule = claim.get("rule", "within")
    if rule == "decreasing":
        return all(a > b for a, b in itertools.pairwise(ours)), ""
    published = as_list(claim["published"])
    if rule == "at_least":
        return ours[0] >= published[0], ""
    if rule == "at_most":
        return ours[0] <= published[0], ""
    if rule == "below":
        return ours[0] < published[0], ""
    if len(ours) != len(published):
        return False, f"{len(ours)} values, published are {len(published)}"
    allowed = tolerances(claim, published)
    ratios = [(abs(a - b), t) for a, b, t in zip(ours, published, allowed, strict=True)]
    outside = [i for i, (distance, t) in enumerate(ratios) if distance > t + 1e-12]
    if len(ours) == 1:
        return not outside, ""
    largest = max(distance for distance, _ in ratios)
    remark = f"largest difference {largest:.2g}" if largest else ""
    places = ", ".join(map(str, outside))
    return not outside, remark + (f"; too large at position {places} (from 0)" if outside else "")


def reached(results: Results, claim: Claim) -> str:
    """When a run first is where the claim says, for claims about a level that a curve reaches."""
    if claim.get("rule") in ("at_most", "below") and claim["measure"] == "lowest":
        curve = results.curve(claim)
        there = curve <= claim["published"]
        if claim["rule"] == "below":
            there = curve < claim["published"]
    elif "reach" in claim:
        curve = results.curve({**claim, "column": claim["reach"]})
        there = curve >= claim["published"]
    else:
        return ""
    if not there.any():
        return f"not reached in {len(curve)} epochs"
    return f"first reached in epoch {there.idxmax()} of {len(curve)}"


def score(results: Results, claims: list[Claim]) -> Iterator[dict[str, Any]]:
    """The scorecard's rows, a claim each, with the columns of :data:`COLUMNS`.

    `again` is `yes` for a claim that another row holds against a run of the published length.
    `reproduced` is `yes`, `no`, `missing` where a run of this study has no result, or `not
    comparable` where this study has no such run, or made it on other data than the claim is about.
    """
    for claim in claims:
        obstacle, remark = incomparable(results, claim)
        row = {
            "tutorial": claim["tutorial"],
            "claim": claim["claim"],
            "experiment": claim.get("experiment", claim.get("demonstration", "")),
            "variant": claim.get("variant", ", ".join(claim.get("variants", []))),
            "measure": claim["measure"],
            "rule": claim.get("rule", "within"),
            "published": words(as_list(claim.get("published", []))),
            "ours": "",
            "tolerance": "",
            "basis": claim.get("basis", ""),
            "again": "yes" if claim.get("again") else "",
            "remark": remark,
            "reproduced": obstacle,
        }
        if row["rule"] == "within":
            allowed = sorted(set(tolerances(claim, as_list(claim["published"]))))
            ends = dict.fromkeys([allowed[0], allowed[-1]])
            row["tolerance"] = " to ".join(words([end]) for end in ends)
            if claim["tolerance"] == "binomial":
                values = len(as_list(claim["published"]))
                together = f", all {values} values together" if values > 1 else ""
                basis = f"binomial, 95 %{together}, {claim['examples']} images"
                row["basis"] = ", ".join(filter(None, [basis, claim.get("basis", "")]))
            elif claim["tolerance"] == 0:
                row["basis"] = "exact"
        if not obstacle:
            ours = MEASURES[claim["measure"]](results, claim)
            reproduced, remark = judge(claim, ours)
            row["remark"] = "; ".join(filter(None, [remark, reached(results, claim)]))
            row["ours"] = words(ours)
            row["reproduced"] = "yes" if reproduced else "no"
        yield row


def incomparable(results: Results, claim: Claim) -> tuple[str, str]:
    """What to write for a claim that cannot be judged, and why; both are empty if it can."""
    if "demonstration" in claim:
        known = claim["demonstration"] in results.demonstrations
        return ("", "") if known else ("not comparable", "not part of this study")
    variants = claim.get("variants") or [claim.get("variant", "default")]
    for variant in variants:
        runs = results.of(results.runs, claim, variant)
        if runs.empty:
            if (claim["experiment"], variant) in results.planned:
                return "missing", f"no result of {claim['experiment']}/{variant}"
            return "not comparable", f"not part of this study: {claim['experiment']}/{variant}"
        origin = results.origins[runs["dataset"].iloc[0]]
        if claim.get("dataset", origin) != origin:
            remark = f"the claim is about {claim['dataset']}, this study has {origin}"
            return "not comparable", remark
    return "", ""


def as_list(value: Any) -> Values:
    """A number or a list of numbers as a list of floats."""
    return list(map(float, value if isinstance(value, list) else [value]))


def words(values: Values) -> str:
    """Numbers as short text; one alone has a digit more, lest it be rounded to a limit."""
    digits = 5 if len(values) == 1 else 4
    return " ".join(
        f"{v:.0f}" if v == round(v) and abs(v) >= 2 else f"{v:.{digits}g}" for v in values
    )


def read_results(files: Any, planned: list[str]) -> Results:
    """Read what the rule's inputs name; `planned` are the ids of all runs that the study has."""
    records = {
        (Path(file).parts[-4], Path(file).parts[-3]): read_json(file) for file in files.records
    }
    models = {Path(f).parent.name: read_json(f) for f in files.demonstrations if "model" in f}
    outputs = {Path(f).parent.name: pd.read_csv(f) for f in files.demonstrations if "outputs" in f}
    datasets = [read_json(file) for file in files.datasets]
    return Results(
        pd.read_csv(files.runs),
        pd.read_csv(files.histories),
        pd.read_csv(files.classes, dtype={"class": str}),
        {key: [x["parameters"] for x in run["layers"]] for key, run in records.items()},
        {
            name: {
                "parameters": [float(layer["parameters"]) for layer in models[name]["layers"]],
                "sums": list(map(float, outputs[name]["sum"])),
            }
            for name in models
        },
        {about["name"]: about["origin"]["name"] for about in datasets},
        frozenset((run.split("/")[0], run.split("/")[1]) for run in planned),
    )


if __name__ == "__main__":
    with job(snakemake):
        rows = score(
            read_results(snakemake.input, snakemake.params.planned), snakemake.params.claims
        )
        table = pd.DataFrame(rows, columns=COLUMNS)
        with atomic(snakemake.output.scorecard) as temporary:
            table.to_csv(temporary, index=False)
