"""The drawing page: trained models in one HTML file that runs them as one draws."""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"

STYLE = Path(__file__).parents[1] / "report" / "templates" / "report.css"
"""The report's, which the page shares."""


def templates() -> list[Path]:
    """The files that the page is made from, besides code."""
    return [*sorted(TEMPLATES.iterdir()), STYLE]
