"""What a study's config may say: the one typed description.

It is the check, the defaults and the documentation at once: :mod:`study.config.documentation`
writes `config/schema.json` (for editors) and the tables of `config/README.md` from it.
Which architectures, data sources, optimisers and figures there are is not said here: each is a file
that describes itself, and :mod:`study.config.checks` asks those files.
"""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from study.config._section import Column, Factor, Name, Positive, Section, Seed, doc
from study.config.training import TestTimeAugmentation, Training


class Splits(Section):
    """Parts of a dataset in the notation of TensorFlow Datasets: `train[10000:]`, `test[:20%]`."""

    train: str = doc("what is trained on", "train")
    validation: str | None = doc(
        "what is evaluated for every row of the history; `null`: nothing. It may be the test "
        "split; nothing is selected by it",
        None,
    )
    test: str = doc("what the finished run is evaluated on", "test")


class Resources(Section):
    """What a training job may use. It never changes what is computed."""

    threads: Positive = doc("CPU threads of a training job", 1)
    mem_mb: Positive = doc("its memory, in MB; an attempt after a failure gets more", 2000)
    runtime: Positive = doc(
        "its time limit on a cluster, in minutes; jobs with a longer one start first", 10
    )
    gpu: Annotated[int, Field(ge=0, le=1)] = doc("1 if it needs a GPU", 0)


class Changeable(Section):
    """What `defaults`, an experiment and a variant may all give."""

    dataset: str = doc("one of `datasets`; every run needs one", "")
    splits: Splits = doc("parts of the dataset", Splits())
    model: str = doc(
        "the architecture: a file in `workflow/scripts/study/models/`, without `.py`; every run "
        "needs one",
        "",
    )
    parameters: dict[str, Any] = doc(
        "of the model: the keyword arguments of its `build` function", {}
    )
    training: Training = doc("how a model is trained", Training())
    precision: Literal["float32", "mixed_bfloat16"] = doc(
        "`float32`, or `mixed_bfloat16` (weights float32, arithmetic bfloat16)", "float32"
    )
    device: Literal["auto", "cpu", "gpu"] = doc(
        "`auto` uses a GPU if there is one, `cpu` uses none, `gpu` stops at once if there is none",
        "auto",
    )
    test_time_augmentation: TestTimeAugmentation | None = doc(
        "also evaluate the mean prediction over several views of each test image; the result is "
        "an additional column",
        None,
    )
    export: list[str] = doc(
        "formats to export the trained model to, listed below. Each export takes raw images and "
        "returns class ids, probabilities and, if the format allows text, labels; it is loaded "
        "again and compared with the model on the whole test split (docs/use-elsewhere.md)",
        [],
    )
    resources: Resources = doc("what a training job may use", Resources())


class Defaults(Changeable):
    """What every experiment starts from."""

    seeds: list[Seed] = doc(
        "whole numbers, one run per seed. A seed determines the initial weights, the order of "
        "examples, dropout masks, augmentation and mixing",
        [0],
        min_length=1,
    )
    robustness: bool = doc(
        "also evaluate the first seed of each variant on corrupted test images, for instance "
        "shifted, blurred or covered ones (not in a sweep)",
        False,
    )


class Variant(Changeable):
    """What a named variant changes of its experiment."""

    title: str | None = doc("what figures and report call it; its name if not given", None)


class Curve(Section):
    """A figure of one column of the history."""

    column: Column = doc(
        "`loss`, `accuracy`, `batch_accuracy` (needs `log_every`), `val_loss`, `val_accuracy` "
        "(need a validation split)"
    )
    range: Annotated[list[float], Field(min_length=2, max_length=2)] | None = doc(
        "the two ends of the vertical axis; `null`: the range of the data", None
    )


class IllustratedImage(Section):
    """A test image of which figures show what a network makes; give one of the two."""

    index: Annotated[int, Field(ge=0)] | None = doc("its place in the test split, from 0", None)
    first_of_class: Annotated[int, Field(ge=0)] | None = doc(
        "a class id, for the first test image of that class", None
    )


class Illustrations(Section):
    """Figures of what happens inside each variant's first seed, for some test images."""

    figures: list[str] = doc("figures of the section `inside` (docs/figures.md)", min_length=1)
    images: list[IllustratedImage] = doc(
        "the test images", [IllustratedImage(index=0)], min_length=1
    )
    untrained: bool = doc("also show the network before training", False)
    maps_per_row: Positive = doc("number of feature maps or kernels per row", 8)


class Known(Section):
    """A result of others that an experiment of the frontier is compared with."""

    what: str = doc("the method or model, and what kind of number it is, such as `best of 3 runs`")
    accuracy: Annotated[float, Field(gt=0, le=1)] = doc("its test accuracy, from 0 to 1")
    parameters: Positive | None = doc("its number of parameters, if known", None)
    seconds: Factor | None = doc("its training time in seconds, if known", None)
    source: str = doc("where it was published")


class Frontier(Section):
    """Which table of the frontier an experiment belongs to."""

    kind: Literal["best", "smallest", "fastest"] = doc(
        "`best`: the highest accuracy; `smallest`: accuracy against the number of parameters; "
        "`fastest`: accuracy against the training time, cold and warm"
    )
    tried: str = doc(
        "how the recipe was chosen: on which images, how many were tried, what failed, and how "
        "often the test split was evaluated",
        "",
    )
    known: list[Known] = doc("results of others, for comparison", [])


class Experiment(Defaults):
    """A model, a dataset and a protocol; every combination of its variants, grid and seeds."""

    title: str | None = doc("the heading of its section of the report; its name if not given", None)
    tutorial: str = doc("the tutorial whose protocol it follows", "")
    question: str = doc("the question that opens its section", "")
    variants: dict[Name, Variant | None] = doc(
        "named variants, each with what it changes (`{}` for nothing); no two may have one title",
        {},
    )
    grid: dict[str, Annotated[list[Any], Field(min_length=1)]] = doc(
        "lists of values by dotted path, such as `parameters.dropout`, `training.batch_size` or "
        "`training.optimizer.learning_rate`; every combination becomes a variant, in each named "
        "variant. Anything that a variant may change can be varied, but not a key and a part of it",
        {},
    )
    pack: Positive = doc(
        "the number of runs that each job trains in sequence. Use more than 1 for runs of a "
        "few seconds: TensorFlow is imported once, and runs that differ only in seeds and "
        "fractional numbers share their compiled steps. Each run has the same files, checkpoints "
        "and bits as when trained alone; if one fails, the others are finished and kept. About 50 "
        "are enough: Snakemake's own records of a job grow with the square of the number of its "
        "runs. Runs in packs are not exported and do not continue shorter ones; their "
        "`peak_memory_mb` is that of the job so far",
        1,
    )
    sweep: bool = doc(
        "`true` for a grid of hundreds or thousands of runs: they have a separate page with heat "
        "maps and summaries (`results/<study>/sweeps/<name>.html`), and are left out of the "
        "report, its figures, tables and scorecard",
        False,
    )
    curves: dict[Name, Curve] = doc(
        "figures, by name, each of one column of the history; one curve per variant", {}
    )
    frontier: Frontier | None = doc(
        "adds the experiment to a table of the report's section on the frontier", None
    )
    illustrations: Illustrations | None = doc(
        "figures of what happens inside each variant's first seed; needs a convolution", None
    )


class DatasetOptions(Section):
    """A dataset; further keys are the parameters of its source."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True, allow_inf_nan=False)

    source: str = doc("a file in `workflow/scripts/study/datasets/`, without `.py`, listed below")
    title: str | None = doc("what figures and report call it; its name if not given", None)
    order: str | None = doc(
        "one of the orders of examples that the source offers; the first if not given", None
    )
    pictures: str = doc(
        "how `make predict` prepares your images for the networks, a file in "
        "`workflow/scripts/study/preparation/`: `plain` scales the whole image, `mnist` finds "
        "the digits in it",
        "plain",
    )


class Demonstration(Section):
    """An untrained model that is fed standard-normal numbers; layers and outputs are stored."""

    title: str | None = doc("the heading of its section; its name if not given", None)
    tutorial: str = doc("which tutorial it comes from", "")
    model: str = doc("as in an experiment")
    parameters: dict[str, Any] = doc("as in an experiment", {})
    input_shape: list[Positive] = doc("of one example, without the batch", min_length=1)
    num_classes: Positive = doc("the number of outputs", 10)
    batch_size: Positive = doc("number of examples", 3)
    seed: Seed = doc("of the weights and the input", 0)


class StudyConfig(Section):
    """A study."""

    study: Name = doc("the study's name, and its folder in `results/`")
    title: str = doc("the report's title", min_length=1)
    extends: str | None = doc(
        "another config file, in the same folder, that this one changes", None
    )
    predict: str | None = doc(
        "a folder of your images, to be classified by the models of each variant's first seed; "
        "the page is `results/<study>/predictions/<folder>/index.html`. `--config "
        "predict=folder` does so once",
        None,
        min_length=1,
    )
    drawing: dict[Name, list[str]] = doc(
        "drawing pages: each has a name and a list of variants, written `experiment/variant`, "
        "whose first seed's models it contains; the page is "
        "`results/<study>/drawing/<name>.html`",
        {},
    )
    only: list[Name] | None = doc(
        "the experiments to run and report; `null`: all",
        None,
        min_length=1,
    )
    data_dir: str | None = doc(
        "a folder with one folder per dataset (named as in TensorFlow Datasets) that contains "
        "its files as the public host serves them; `null`: the environment variable "
        "`SOFTMAX2CNN_DATA_DIR` or, without it, the network",
        None,
    )
    claims: str | None = doc(
        "a file of published claims, in the same folder as the file that names it, which the "
        "scorecard compares with the runs; `null`: none",
        None,
    )
    lessons: str | None = doc(
        "a file of lessons, in the same folder as the file that names it: what the report "
        "teaches besides the numbers; `null`: none",
        None,
    )
    functions: bool = doc(
        "also draw the activation functions, softmax and the truncated normal that the tutorials "
        "teach",
        False,
    )
    missing: Literal["fail", "show"] = doc(
        "`fail`: the report needs every run. `show`: the report has the finished runs and names "
        "the others as missing, which are not trained. `--config missing=show` does so once",
        "fail",
    )
    datasets: dict[Name, DatasetOptions] = doc(
        "the datasets that experiments can name", min_length=1
    )
    defaults: Defaults = doc("settings that all experiments start from", Defaults())
    experiments: dict[Name, Experiment] = doc("the experiments, by name", min_length=1)
    demonstrations: dict[Name, Demonstration] = doc("the demonstrations, by name", {})


class Settings(Section):
    """Everything that a variant says, resolved; dataset and model are required here."""

    dataset: str = doc("one of `datasets`")
    splits: Splits = Splits()
    model: str = doc("an architecture")
    parameters: dict[str, Any] = doc("of the model", {})
    training: Training = Training()
    precision: Literal["float32", "mixed_bfloat16"] = "float32"
    device: Literal["auto", "cpu", "gpu"] = "auto"
    test_time_augmentation: TestTimeAugmentation | None = None
    export: list[str] = doc("formats to export to", [])
    resources: Resources = Resources()
