"""The page's interactive charts: Vega-Lite specifications, made with Altair.

The page's check boxes set their parameters: `shown`, the names to draw, and, in learning curves,
`measured`, the splits.
"""

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

Spec = dict[str, Any]

HEIGHT = 260
ERRORS = [m * 10.0**e for e in (-1, -2, -3, -4, -5) for m in (5, 3, 2, 1)]
"""Where the axis of accuracies has its ticks, as errors."""


def learning_curve(
    history: pd.DataFrame,
    columns: Mapping[str, str],
    colours: Mapping[str, str],
    title: str,
    logarithmic: bool = False,
    names: Mapping[str, str] | None = None,
    published: Mapping[tuple[str, str], "pd.Series[float]"] | None = None,
) -> Spec:
    """One curve per variant and column of an experiment; with several seeds the mean and a band.

    Published values are diamonds over the curves.

    The horizontal axis counts steps if any run of the experiment logs by step, otherwise epochs.

    Args:
        history: the experiment's rows of the table of histories.
        columns: the columns to draw, and for each what it is measured on; the second is dashed.
        colours: by variant, in the order of the page.
        title: of the vertical axis.
        logarithmic: whether the vertical axis is; values that are not above 0 are left out then.
        names: of variants, for people.
        published: by variant and column, values by 1-based epoch.
    """
    by_step = bool(history["batch_accuracy"].notna().any())
    place = history["step"] if by_step else history["epoch"] + 1
    x = "Step" if by_step else "Epoch"
    points = []
    for column, split in columns.items():
        shown = history[column].where(history[column] > 0) if logarithmic else history[column]
        groups = shown.groupby([history["variant"], place], sort=False)
        table = groups.agg(["mean", "min", "max"]).reset_index(names=["variant", "x"])
        points.append(table.assign(split=split).dropna())
    for (variant, column), values in ({} if by_step else published or {}).items():
        shown = values.where(values > 0).dropna() if logarithmic else values
        own = pd.DataFrame({"x": shown.index, "mean": shown, "min": shown, "max": shown})
        points.append(own.assign(variant=variant, split=columns[column], published=True))
    table = pd.concat(points)
    any_published = "published" in table
    if any_published:
        table["published"] = table["published"].notna()
    table["name"] = table["variant"].map(dict(names or {})).fillna(table["variant"])
    encodings: dict[str, Any] = {
        "x": alt.X("x:Q", title=x, axis=alt.Axis(tickMinStep=1)),
        "color": _colour("variant", colours),
    }
    scale = alt.Scale(type="log", nice=False) if logarithmic else alt.Scale(zero=False)
    y = alt.Y("mean:Q", title=title, scale=scale, axis=alt.Axis(format=".4~g"))
    fields = ["variant", "name", "split", "x", "mean", "min", "max"]
    base = _base(_inline(table, [*fields, *["published"] * any_published]), colours)
    measured = alt.param(name="measured", value=list(columns.values()))
    base = base.add_params(measured).transform_filter("indexof(measured, datum.split) >= 0")
    base = base.encode(**encodings)
    diamonds = base.transform_filter("datum.published")
    if any_published:
        base = base.transform_filter("!datum.published")
    splits = alt.Scale(domain=list(columns.values()), range=[[1, 0], [5, 3]][: len(columns)])
    dash = alt.StrokeDash("split:N", legend=None, scale=splits)
    near = alt.selection_point(
        name="near", nearest=True, on="pointerover", clear="pointerout", empty=False
    )
    tooltip = _tooltip({"Variant": "name", "Measured on": "split"}, x)
    layers = [
        base.mark_line(strokeWidth=1.6, clip=True).encode(y=y, strokeDash=dash),
        base.mark_circle(size=70, aria=False)
        .encode(
            y=y,
            opacity=alt.condition(near, alt.value(1), alt.value(0)),
            tooltip=alt.value(alt.ExprRef(tooltip)),
        )
        .add_params(near),
    ]
    if (table["min"] < table["max"]).any():
        band = base.mark_area(opacity=0.18).encode(
            y=alt.Y("min:Q", title=title, scale=scale, axis=y["axis"]), y2="max:Q", detail="split:N"
        )
        layers.insert(0, band)
    if any_published:
        diamond = diamonds.mark_point(
            shape="diamond", size=45, fill="white", stroke="black", strokeWidth=1, opacity=1
        )
        hovered = _tooltip({"Published": "name", "Measured on": "split"}, x)
        layers.append(diamond.encode(y=y, tooltip=alt.value(alt.ExprRef(hovered))))
    told = "; published values as diamonds" if any_published else ""
    about = f"{title} by {x.lower()}, one curve per variant and split{told}"
    return _spec(alt.layer(*layers), about)


def comparison(
    runs: pd.DataFrame, cost: str, title: str, colours: Mapping[str, str], titles: Mapping[str, str]
) -> Spec:
    """Test accuracy of every run against a cost, both on logarithmic axes (of error and of cost).

    A run without a wrong prediction has no place on a logarithmic axis of the error: it is drawn
    as if it had half a wrong prediction, and its tooltip says so.

    Args:
        runs: finished runs, rows of the table of runs.
        cost: the column to draw along the horizontal axis; values that are not above 0 are left
            out.
        title: its name.
        colours: by experiment.
        titles: of the experiments.
    """
    runs = runs[runs[cost] > 0]
    wrong = ((1 - runs["accuracy"]) * runs["examples"]).round()
    table = runs.assign(
        error=wrong.clip(lower=0.5) / runs["examples"],
        cost=runs[cost].astype(float),
        name=runs["experiment"].map(dict(titles)),
        wrong=[
            f"{count:,.0f} of {examples:,.0f}{'' if count else ', drawn as 0.5'}"
            for count, examples in zip(wrong, runs["examples"], strict=True)
        ],
    )
    columns = ["experiment", "name", "variant", "seed", "dataset_title", "accuracy", "error"]
    base = _base(_inline(table, [*columns, "cost", "wrong"]), colours, "experiment")
    chart = base.mark_point(filled=True, size=70, opacity=0.85).encode(
        x=alt.X(
            "cost:Q",
            title=title,
            scale=alt.Scale(type="log", nice=False, padding=12),
            axis=alt.Axis(format="~s", tickCount=5),
        ),
        y=alt.Y(
            "error:Q",
            title="Test accuracy",
            scale=alt.Scale(type="log", reverse=True, nice=False, padding=12),
            axis=alt.Axis(labelExpr="format(1 - datum.value, '.5~f')", values=ERRORS),
        ),
        color=_colour("experiment", colours),
        shape=alt.Shape(
            "dataset_title:N",
            legend=alt.Legend(title=None, orient="top", symbolFillColor="currentColor"),
        ),
        tooltip=[
            alt.Tooltip("name:N", title="Experiment"),
            alt.Tooltip("variant:N", title="Variant"),
            alt.Tooltip("seed:N", title="Seed"),
            alt.Tooltip("accuracy:Q", title="Test accuracy", format=".4f"),
            alt.Tooltip("wrong:N", title="Wrong predictions"),
            alt.Tooltip("cost:Q", title=title, format=",.4~r"),
        ],
    )
    return _spec(chart, f"Test accuracy against {title.lower()}, one mark per run")


def _tooltip(names: Mapping[str, str], x: str) -> str:
    """What hovering shows, as a Vega expression.

    Spelt out because of the nearest-point selection: the hovered mark is then a cell around the
    point, whose datum is the point. Vega-Lite 6.4 forgets that for text, and shows "undefined".
    """
    point = "(datum.datum || datum)"
    parts = [f"'{title}': {point}.{field}" for title, field in names.items()]
    parts += [f"'{x}': format({point}.x, ',')", f"'Value': format({point}.mean, '.4f')"]
    return "{" + ", ".join(parts) + "}"


def _base(data: Any, colours: Mapping[str, str], field: str = "variant") -> alt.Chart:
    shown = alt.param(name="shown", value=list(colours))
    chart: alt.Chart = (
        alt.Chart(data).add_params(shown).transform_filter(f"indexof(shown, datum.{field}) >= 0")
    )
    return chart


def _colour(field: str, colours: Mapping[str, str]) -> alt.Color:
    scale = alt.Scale(domain=list(colours), range=list(colours.values()))
    return alt.Color(f"{field}:N", scale=scale, legend=None)


def _inline(table: pd.DataFrame, columns: list[str]) -> alt.InlineData:
    """A table inside the specification, numbers to six digits.

    As objects and not as the shorter CSV, which Vega's reader would compile into a function: a page
    that forbids evaluating strings cannot have that.
    """
    rows = [
        {k: float(f"{v:.6g}") if isinstance(v, float) else v for k, v in row.items()}
        for row in table[columns].to_dict("records")
    ]
    return alt.InlineData(values=rows)  # type: ignore[arg-type]


def _spec(chart: Any, description: str) -> Spec:
    text = {"labelColor": "currentColor", "titleColor": "currentColor"}
    configured = (
        chart.properties(
            width="container", height=HEIGHT, background="transparent", description=description
        )
        .configure(font="system-ui, sans-serif")
        .configure_axis(
            **text, gridColor="#8896a8", gridOpacity=0.25, domainColor="#8896a8",
            tickColor="#8896a8", labelFontSize=12, titleFontSize=12, titleFontWeight="normal",
        )
        .configure_legend(**text, labelFontSize=12)
        .configure_view(stroke=None)
    )  # fmt: skip
    spec: Spec = configured.to_dict()
    return spec
