"""Progress of a training: a bar on a terminal, quiet lines in the log."""

import sys
from types import TracebackType

from tqdm import tqdm

from study.jobs import logger


class ProgressBar:
    """Shows loss, accuracy, images/s and the time left; use as a context manager.

    Attributes:
        examples: how many were trained on so far.
    """

    def __init__(self, name: str, total: int) -> None:
        self.examples = 0
        self._bar = tqdm(
            desc=name,
            total=total,
            unit="image",
            unit_scale=True,
            mininterval=0.5,
            leave=False,
            disable=not sys.stderr.isatty(),
        )

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.close()

    def advance(self, examples: int) -> None:
        """Count examples that were trained on."""
        self.examples += examples
        self._bar.update(examples)

    def row(self, row: dict[str, float]) -> None:
        """Show and log a row of the history."""
        shown = {key: value for key, value in row.items() if key not in ("epoch", "step")}
        self._bar.set_postfix({key: f"{value:.4f}" for key, value in shown.items()}, refresh=False)
        numbers = " ".join(f"{key} {value:.4f}" for key, value in shown.items())
        logger.info("epoch %d step %d %s", row["epoch"], row["step"], numbers)
