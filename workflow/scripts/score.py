"""Compare what the tutorials published with our runs: the reproduction scorecard."""

from typing import TYPE_CHECKING

from study import tables
from study.claims.results import ClaimResults
from study.claims.scorecard import scorecard
from study.jobs import job
from study.results import Results

if TYPE_CHECKING:
    from snakemake.script import snakemake

if __name__ == "__main__":
    with job(snakemake):
        inputs = snakemake.input
        results = ClaimResults.read(
            runs=inputs.runs,
            histories=inputs.histories,
            classes=inputs.classes,
            layers=inputs.layers,
            demonstrations=inputs.demonstrations,
            outputs=inputs.outputs,
            datasets=inputs.datasets,
            exports=inputs.exports,
            stored=Results({need: inputs[need] for need in ("functions", "draws", "activations")}),
        )
        tables.write(scorecard(results, snakemake.params.claims), snakemake.output.scorecard)
