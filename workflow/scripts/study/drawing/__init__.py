"""The drawing page: trained models in one HTML file that runs them as one draws."""

from pathlib import Path

TEMPLATES = Path(__file__).parent / "templates"


def templates() -> list[Path]:
    """The files that the page is made from, besides code."""
    return sorted(TEMPLATES.iterdir())
