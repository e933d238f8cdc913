"""What each column of each table means, and which columns hold text."""

from study.columns import _predictions, _runs, _study
from study.columns._common import INTERVAL, METRICS, SPREAD, TEXT, WHOLE

COLUMNS = {**_runs.TABLES, **_predictions.TABLES, **_study.TABLES}

__all__ = ["COLUMNS", "INTERVAL", "METRICS", "SPREAD", "TEXT", "WHOLE"]
