"""The study's page, whatever the study."""

import re

import pandas as pd
from small_study import CLAIM, page, run, study

from study.config.lessons import NONE
from study.report.page import render
from study.report.results import composition


def cells(html: str) -> list[list[str]]:
    """The text of the table of results."""
    body = html.split('aria-labelledby="results"')[1].split("<tbody>")[1].split("</tbody>")[0]
    return [
        [
            re.sub("<[^>]+>", "", cell).strip()
            for cell in re.findall("<t[dh].*?</t[dh]>", row, re.DOTALL)
        ]
        for row in re.findall("<tr>.*?</tr>", body, re.DOTALL)
    ]


def headings(html: str) -> list[str]:
    head = html.split('aria-labelledby="results"')[1].split("</thead>")[0]
    return [re.sub("<[^>]+>", "", cell) for cell in re.findall("<th .*?</th>", head, re.DOTALL)]


def test_one_seed_has_its_interval_and_no_range() -> None:
    html = page(study(run("a"), run("b", accuracy=0.5)))
    assert "Range over seeds" not in html
    first, second = cells(html)
    assert first[3:6] == ["101,770", "0.9500", "0.9300 – 0.9700"]  # noqa: RUF001
    assert second[4] == "0.5000"
    assert first[8:10] == ["0.2000", "0.0300"]


def test_several_seeds_have_mean_deviation_interval_and_range() -> None:
    seeds = (0.94, 0.95, 0.96)
    runs = [run("a", seed=seed, accuracy=value) for seed, value in enumerate(seeds)]
    html = page(study(*runs, run("b")))
    row = dict(zip(headings(html), cells(html)[0], strict=True))
    assert row["Test accuracy"] == "0.9500 ± 0.0100 (n = 3)"
    # That of the mean, not from lowest to highest.
    assert row["95 % interval"] == "0.9300 – 0.9700"  # noqa: RUF001
    assert row["Range over seeds"] == "0.9400 to 0.9600"
    assert row["Seeds"] == "3"
    assert row["Mean of the last ten epochs"] == "0.9400"
    other = dict(zip(headings(html), cells(html)[1], strict=True))
    assert other["Range over seeds"] == "", "one seed has no range"
    said = " ".join(html.split())
    assert "the 95 % interval is that of the mean, still for the number of test images" in said
    assert "range over seeds goes from the lowest to the highest accuracy of a single run" in said


def test_every_metric_has_a_column() -> None:
    titles = ["Loss", "Calibration error", "Macro precision", "Macro recall", "Macro F1"]
    assert [title for title in headings(page(study(run()))) if title in titles] == titles


def test_of_many_missing_runs_the_first_ten_are_named() -> None:
    runs = [run("a", seed=seed, status="missing") for seed in range(1, 13)]
    html = page(study(run("a"), *runs))
    assert html.count("<li><code>grid/a/seed-") == 10
    assert "<li>and 2 more</li>" in html


def test_missing_runs_are_named_and_leave_their_row() -> None:
    html = page(study(run("a"), run("a", seed=1, status="missing"), run("b", status="missing")))
    assert "2 of 3 runs have no result" in html
    assert "results/small/logs/train/" in html
    assert "<li><code>grid/b/seed-0</code></li>" in html
    first, second = cells(html)
    assert dict(zip(headings(html), first, strict=True))["Seeds"] == "1 of 2"
    assert second[-1] == "missing: no result"
    assert "Missing: b has no result." in html
    assert html.split("<tbody>")[-1].count("missing: no result") == 2


def test_a_study_without_any_result() -> None:
    html = page(study(run(status="missing"), run("b", status="missing")))
    assert "none of the runs of this experiment has a result" in html
    assert "2 epochs" in html, "the protocol is known nevertheless"


def test_a_study_without_runs_and_claims() -> None:
    html = page(study())
    assert "0 runs in 0 experiments" in html
    assert "This study has no published claims to compare with." in html


def test_checks_are_counted_by_themselves_and_late_rules_are_marked() -> None:
    claims = (
        {**CLAIM, "claim": "It has 7 parameters", "check": "yes"},
        {**CLAIM, "claim": "Written later", "post_hoc": "yes", "seeds": 5, "deviation": "0.002"},
    )
    html = page(study(run("a"), claims=claims))
    said = " ".join(re.sub("<[^>]+>", "", html.split("<main")[1]).split())
    assert "Of 1 published claim tested in this study, 1 is reproduced" in said
    assert "Of 1 check that no tutorial states but that follows from its code, 1 holds." in said
    assert "It has 7 parameters (a check: no tutorial states it)" in said
    assert "Written later (rule written after our first results)" in said
    assert "0.94 (mean of 5 seeds, sd 0.002)" in said


def test_what_does_not_depend_on_training_is_counted_apart() -> None:
    claims = [
        {**CLAIM, "claim": "Its shape", "untrained": "yes"},
        {**CLAIM, "claim": "An accuracy", "reproduced": "no"},
        {**CLAIM, "claim": "A loss"},
        {**CLAIM, "claim": "A check", "check": "yes", "untrained": "yes"},
    ]
    first = (
        "Reproduced: 1 of 1 claims about sizes, shapes, functions and data, and 1 of 2 about "
        "trained networks."
    )
    assert composition(claims) == first
    claims[2]["post_hoc"] = "yes"
    assert composition(claims) == (
        f"{first} For 1 of these 2, the rule was written before the study was run (reproduced: 0)."
    )
    assert composition(claims) in page(study(run("a"), claims=tuple(claims)))
    assert composition(claims[:1]) == ""


def test_claims() -> None:
    claims = (
        CLAIM,
        {**CLAIM, "claim": "It has <b>", "reproduced": "no", "measure": "loss", "remark": "Why?"},
        {**CLAIM, "claim": "Another", "reproduced": "yes", "again": "yes", "published": "0.1"},
    )
    html = page(study(run("a"), run("b"), claims=claims))
    said = " ".join(re.sub("<[^>]+>", "", html.split("<main")[1]).split())
    assert "Of 2 published claims tested in this study, 1 is reproduced and 1 is not." in said
    assert "T1: It has &lt;b&gt;. Published: 0.95; ours: 0.94 (Why?)" in said
    assert "1 claim is judged a second time, by another rule or a longer run: 1 of 1 holds." in said
    row = dict(zip(headings(html), cells(html)[0], strict=True))
    assert (row["Published"], row["Reproduced"]) == ("0.95", "✓ yes")
    assert html.count('href="#claims-grid"') == 3
    assert 'id="claims-grid"' in html


def test_variants_without_validation_beside_some_with() -> None:
    html = page(study(run("a"), run("b", **{"splits.validation": ""})))
    assert html.count('class="chart"') == 2 + 3
    assert "Dashed lines" in html
    without = page(study(run("b", **{"splits.validation": ""})))
    assert "Dashed lines" not in without
    assert "watched" not in without


def test_a_grid_over_datasets() -> None:
    digits = {"dataset": "digits", "dataset_title": "Digits", "dataset_name": "digits"}
    html = page(study(run("mnist"), run("digits", **digits)))
    assert "On Digits: the test accuracy is 0.9500." in html
    assert html.count("60,000 training and 10,000 test images") == 2


def test_runs_that_log_by_step_beside_some_that_do_not() -> None:
    html = page(study(run("a"), run("b", **{"training.log_every": 100})))
    assert "Training accuracy: of the next batch" in html
    accuracy = html.split('class="chart"')[2].split("</script>")[0]
    assert accuracy.count('"variant":"a"') == 4, "training and validation, two epochs each"


def test_an_accuracy_of_one_is_explained() -> None:
    assert "had half a wrong prediction" in page(study(run(accuracy=1.0)))
    assert "had half a wrong prediction" not in page(study(run()))


def test_variants_with_the_same_layers_share_a_table() -> None:
    assert page(study(run("a"), run("b"))).count("Layers of a and b:</p>") == 1


def test_demonstrations_have_layers_outputs_and_claims() -> None:
    made = study(run(), claims=({**CLAIM, "experiment": "demo", "variant": ""},))
    made["demonstrations"].loc[0] = ["demo", "A demo", "T1", "mlp", 3, "5", 7850]
    layers = made["layers"]
    made["layers"] = pd.concat([layers, layers.assign(experiment="demo", variant="")])
    made["outputs"] = pd.DataFrame(
        {"demonstration": "demo", "example": 0, "class_id": [0, 1], "probability": [0.25, 0.75]}
    )
    html = page(made)
    own = html.split('id="demonstration-demo"')[1].split("<h2")[0]
    assert "7,850 parameters (T1)" in own
    assert "For 3 examples of shape 5" in " ".join(own.split())
    assert ">0.7500</td>" in own
    assert ">1.0000</td>" in own
    assert 'href="#demonstration-demo"' in html


def test_without_functions_and_demonstrations_there_is_no_section_for_them() -> None:
    assert "Building blocks" not in page(study(run()))


def test_the_frontier_has_a_table_per_experiment_with_what_others_reached() -> None:
    made = study(run("a"), run("a", seed=1, accuracy=0.97), run("b", cold_seconds=9.5))
    made["experiments"] = made["experiments"].assign(
        frontier="fastest", tried="Tried: two recipes."
    )
    made["variants"]["cold_seconds"] = [float("nan"), 9.5]
    made["variants"]["warm_seconds"] = [1.25, float("nan")]
    known = {"experiment": "grid", "what": "One epoch on a GPU", "accuracy": 0.9904}
    made["known"] = pd.DataFrame(
        [{**known, "parameters": float("nan"), "seconds": 0.76, "source": "x"}]
    )
    html = page(made)
    assert "How fast: The grid" in html
    section = html[html.index('id="frontier"') : html.index('id="data"')]
    for words in ("Tried: two recipes.", "One epoch on a GPU: 0.9904, 0.76 s", "9.50 s", "n = 2"):
        assert words in section
    assert 'id="frontier"' not in page(study(run()))


def test_the_scorecard_folds_checks_and_what_cannot_be_compared() -> None:
    claims = (
        CLAIM,
        {**CLAIM, "claim": "A check", "check": "yes"},
        {**CLAIM, "claim": "Elsewhere", "reproduced": "not comparable"},
    )
    html = page(study(run(), claims=claims))
    section = html[html.index('id="scorecard"') : html.index('id="experiment-grid"')]
    first, checks, others = section.split("<details>")
    assert CLAIM["claim"] in first
    assert "A check" not in first
    assert "1 check of what no tutorial states" in checks
    assert "A check" in checks
    assert "1 claim that cannot be compared" in others
    assert "Elsewhere" in others


def test_what_seeds_change_is_told_where_there_are_several() -> None:
    made = study(run("a"), run("a", seed=1))
    assert "What the seed changes" not in page(made)
    row = {"experiment": "grid", "variant": "a", "seeds": 2, "accuracy_deviation": 0.0012}
    row |= {"deviation_of_images": 0.0010, "deviation_of_networks": 0.00066}
    made["spread"] = pd.DataFrame([row])
    html = page(made)
    assert "What the seed changes" in html
    for shown in ("0.120", "0.100", "0.066"):
        assert f">{shown}</td>" in html


def test_accuracies_under_corruptions_are_told_in_numbers() -> None:
    made = study(run("a"))
    who = {"experiment": "grid", "variant": "a", "seed": 0, "corruption": "Rotation (degrees)"}
    rows = [
        {**who, "level": level, "strength": strength, "examples": 2000, "accuracy": accuracy}
        for level, strength, accuracy in [(0, None, 0.95), (3, 30.0, 0.75), (5, 60.0, 0.4)]
    ]
    html = page({**made, "robustness": pd.DataFrame(rows)})
    own = html.split("Accuracy under corruptions, in numbers")[1].split("</table>")[0]
    assert "2,000 test images" in own
    assert "Rotation (degrees) 30</th>" in own
    assert ">95.0</td>" in own and ">75.0</td>" in own and ">40.0</td>" not in own


def test_the_sources_of_claims_are_named() -> None:
    reference = {"title": "A title", "meaning": "", "where": "Somewhere", "date": "",
                 "language": "", "address": None}  # fmt: skip
    made = study(run(), claims=(CLAIM,))
    html = render("A study", "small", made, [], {**NONE, "tutorials": {"T1": reference}})
    own = html.split('id="scorecard"')[1].split("</section>")[0]
    assert "<dt>T1</dt><dd><cite>A title</cite>, Somewhere.</dd>" in own


def test_variants_called_by_numbers() -> None:
    html = page(study(run("10"), run("9", accuracy=0.5)))
    assert [row[1] for row in cells(html)] == ["10", "9"]
    assert '"value":["10","9"]' in html, "the charts show both"
    assert "ranges from 0.5000 for 9 to 0.9500 for 10" in html
