"""The published values of the scorecard, for figures and charts."""

import pandas as pd


def published_values(
    scorecard: pd.DataFrame, experiment: str, variant: str, measure: str
) -> list[float]:
    """The published values of a claim that this study's data can be compared with.

    Args:
        scorecard: the table of that name.
        experiment: of the claim.
        variant: of the claim. A claim that names none is about the variant `default`.
        measure: of the claim.

    Returns:
        The first such claim's values; empty if there is none.
    """
    claims = _comparable(scorecard, experiment, variant, measure)
    return _numbers(claims["published"].iloc[0]) if len(claims) else []


def published_curve(
    scorecard: pd.DataFrame, experiment: str, variant: str, column: str
) -> "pd.Series[float]":
    """The published values of a column of the history, by 1-based epoch.

    Args:
        scorecard, experiment, variant: as in :func:`published_values`.
        column: of the histories.

    Returns:
        Those of the first claim about the whole column or a part of it; empty if there is none.
    """
    claims = _comparable(scorecard, experiment, variant, "series")
    claims = claims[claims["column"] == column]
    if claims.empty:
        return pd.Series(dtype=float)
    claim = claims.iloc[0]
    values = _numbers(claim["published"])
    first = int(_numbers(claim["epochs"])[0]) if claim["epochs"] else 1
    return pd.Series(values, range(first, first + len(values)))


def _comparable(
    scorecard: pd.DataFrame, experiment: str, variant: str, measure: str
) -> pd.DataFrame:
    own: pd.DataFrame = scorecard[
        (scorecard["experiment"] == experiment)
        & (scorecard["variant"].replace("", "default") == variant)
        & (scorecard["measure"] == measure)
        & (scorecard["reproduced"] != "not comparable")
    ]
    return own.fillna("")


def _numbers(text: str) -> list[float]:
    return [float(word) for word in str(text).split()]
