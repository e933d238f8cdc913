"""The protocol says what all variants share; what differs stands beside their names."""

from small_study import run, study

from study.report.protocol import dataset_orders, protocol


def of(*runs: dict[str, object]) -> tuple[dict[str, str], list[str], list[tuple[str, list[str]]]]:
    terms, (headings, rows) = protocol(study(*runs)["runs"])
    return dict(terms), headings, rows


def test_one_variant() -> None:
    terms, headings, _ = of(run())
    assert headings == []
    assert terms["Source"] == "T1"
    assert terms["Model"] == "mlp, units 128, dropout 0.5"
    assert terms["Data"] == "MNIST: trained on train, watched on test, tested on test"
    assert terms["Optimizer"] == "adam, learning rate 0.001"
    assert terms["Loss"] == "sparse categorical crossentropy, mean over batches of 1,000"
    assert terms["Length"] == "2 epochs"
    assert terms["Order of examples"] == "shuffled before each epoch"


def test_what_the_variants_change() -> None:
    longer = {"training.epochs": None, "training.steps": 20000, "training.log_every": 100}
    terms, headings, rows = of(run("a", seed=1), run("a"), run("b", **longer), run("c"))
    assert headings == ["Epochs", "Steps", "Log every"]
    assert rows == [("a", ["2", "", ""]), ("b", ["", "20,000", "100"]), ("c", ["2", "", ""])]
    assert terms["Length"] == "depends on the variant"


def test_a_setting_that_nobody_has_thought_of_is_told() -> None:
    terms, headings, rows = of(run(**{"training.augment.shift": 2}))
    assert terms["Augment shift"] == "2"
    some = of(run("a", **{"training.augment.shift": 2}), run("b"))
    assert some[1:] == (["Augment shift"], [("a", ["2"]), ("b", [""])])
    assert some[0]["Augment shift"] == "depends on the variant"
    assert (headings, rows) == ([], [("a", [])])


def test_a_grid_over_datasets() -> None:
    digits = {"dataset": "digits", "dataset_title": "Digits", "splits.validation": ""}
    terms, headings, rows = of(run("a"), run("b", **digits))
    assert headings == ["Data", "Splits validation"]
    assert [values[0] for _, values in rows] == ["MNIST", "Digits"]
    assert terms["Data"].startswith("depends on the variant")


def test_an_order_that_is_not_that_of_the_files_is_told() -> None:
    made = study(run())
    datasets = made["datasets"].assign(order="tfds")
    terms = dict(protocol(made["runs"], dataset_orders(datasets))[0])
    assert terms["Data"].startswith("MNIST in TensorFlow Datasets' fixed shuffled order: trained")


def test_datasets_of_one_title_are_told_apart() -> None:
    _, _, rows = of(run("a"), run("b", dataset="mnist_shuffled"))
    assert [values[0] for _, values in rows] == ["MNIST (mnist)", "MNIST (mnist_shuffled)"]


def test_missing_runs_have_a_protocol() -> None:
    terms, _, _ = of(run(status="missing"))
    assert terms["Length"] == "2 epochs"


def test_variants_called_by_numbers() -> None:
    _, headings, rows = of(run("10"), run("9", **{"parameters.units": 64}))
    assert headings == ["Units"]
    assert rows == [("10", ["128"]), ("9", ["64"])]


def test_what_is_switched_off_is_left_out() -> None:
    off = {
        "training.label_smoothing": 0.0,
        "training.weight_decay_exempt": "biases",
        "training.optimizer.weight_decay": 0.0,
    }
    terms = dict(protocol(study(run("a", **off))["runs"])[0])
    assert "Label smoothing" not in terms
    assert "Weight decay exempt" not in terms
    assert "weight decay" not in terms["Optimizer"]
    on = {key: value or 0.1 for key, value in off.items()}
    terms = dict(protocol(study(run("a", **on))["runs"])[0])
    assert terms["Label smoothing"] == "0.1"
    assert terms["Weight decay exempt"] == "biases"
    assert "weight decay 0.1" in terms["Optimizer"]
