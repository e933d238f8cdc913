"""The report's interactive charts: Vega-Lite specifications, made with Altair.

The page's check boxes set their parameters: `shown`, the names to draw, and, of learning curves,
`measured`, the splits.
"""

from typing import Any

import altair as alt
import pandas as pd

Spec = dict[str, Any]

HEIGHT = 260
ERRORS = [0.5, 0.3, 0.2, 0.1, 0.08, 0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001]


def learning_curve(
    history: pd.DataFrame,
    columns: dict[str, str],
    colours: dict[str, str],
    title: str,
    logarithmic: bool = False,
) -> Spec:
    """Curves of an experiment, a colour a variant; with several seeds the mean and a band.

    Args:
        history: the experiment's rows of the table of histories.
        columns: the columns to draw, and for each what it is measured on; the second is dashed.
        colours: by variant, in the order of the legend.
        title: of the vertical axis.
        logarithmic: whether the vertical axis is.
    """
    by_step = bool(history["batch_accuracy"].notna().any())
    place = history["step"] if by_step else history["epoch"] + 1
    x = "Step" if by_step else "Epoch"
    points = []
    for column, split in columns.items():
        groups = history[column].groupby([history["variant"], place], sort=False)
        table = groups.agg(["mean", "min", "max"]).reset_index(names=["variant", "x"])
        points.append(table.assign(split=split).dropna())
    table = pd.concat(points)
    encodings: dict[str, Any] = {
        "x": alt.X("x:Q", title=x, axis=alt.Axis(tickMinStep=1)),
        "color": _colour("variant", colours),
    }
    scale = alt.Scale(type="log", nice=False) if logarithmic else alt.Scale(zero=False)
    y = alt.Y("mean:Q", title=title, scale=scale)
    base = _base(_inline(table, ["variant", "split", "x", "mean", "min", "max"]), colours)
    measured = alt.param(name="measured", value=list(columns.values()))
    base = base.add_params(measured).transform_filter("indexof(measured, datum.split) >= 0")
    base = base.encode(**encodings)
    splits = alt.Scale(domain=list(columns.values()), range=[[1, 0], [5, 3]][: len(columns)])
    dash = alt.StrokeDash("split:N", legend=None, scale=splits)
    near = alt.selection_point(
        name="near", nearest=True, on="pointerover", clear="pointerout", empty=False
    )
    layers = [
        base.mark_line(strokeWidth=1.6, clip=True).encode(y=y, strokeDash=dash),
        base.mark_circle(size=70, aria=False)
        .encode(
            y=y,
            opacity=alt.condition(near, alt.value(1), alt.value(0)),
            tooltip=alt.value(
                alt.ExprRef(_tooltip({"Variant": "variant", "Measured on": "split"}, x))
            ),
        )
        .add_params(near),
    ]
    if (table["min"] < table["max"]).any():
        band = base.mark_area(opacity=0.18).encode(
            y=alt.Y("min:Q", title=title, scale=scale), y2="max:Q", detail="split:N"
        )
        layers.insert(0, band)
    return _spec(alt.layer(*layers), f"{title} by {x.lower()}, a curve a variant and split")


def comparison(
    runs: pd.DataFrame, cost: str, title: str, colours: dict[str, str], titles: dict[str, str]
) -> Spec:
    """Test accuracy of every run against a cost, both on logarithmic axes (of error and of cost).

    Args:
        runs: the table of runs.
        cost: the column to draw along the horizontal axis.
        title: its name.
        colours: by experiment.
        titles: of the experiments.
    """
    table = runs.assign(
        error=1 - runs["accuracy"], cost=runs[cost], name=runs["experiment"].map(titles)
    )
    columns = [
        "experiment",
        "name",
        "variant",
        "seed",
        "dataset_title",
        "accuracy",
        "error",
        "cost",
    ]
    base = _base(_inline(table, columns), colours, "experiment")
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
            axis=alt.Axis(labelExpr="format(1 - datum.value, '.4~f')", values=ERRORS),
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
            alt.Tooltip("cost:Q", title=title, format=",.4~r"),
        ],
    )
    return _spec(chart, f"Test accuracy against {title.lower()}, a mark a run")


def _tooltip(names: dict[str, str], x: str) -> str:
    """What hovering shows, as a Vega expression.

    Spelt out because of the nearest-point selection: the hovered mark is then a cell around the
    point, whose datum is the point. Vega-Lite 6.4 forgets that for text, and shows "undefined".
    """
    point = "(datum.datum || datum)"
    parts = [f"'{title}': {point}.{field}" for title, field in names.items()]
    parts += [f"'{x}': format({point}.x, ',')", f"'Value': format({point}.mean, '.4f')"]
    return "{" + ", ".join(parts) + "}"


def _base(data: Any, colours: dict[str, str], field: str = "variant") -> alt.Chart:
    shown = alt.param(name="shown", value=list(colours))
    chart: alt.Chart = (
        alt.Chart(data).add_params(shown).transform_filter(f"indexof(shown, datum.{field}) >= 0")
    )
    return chart


def _colour(field: str, colours: dict[str, str]) -> alt.Color:
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
