"""What Snakemake plans, without running any of it."""

import shutil
from pathlib import Path

import pytest
from finished_demo import RUNS

from conftest import ROOT, SMALL_STUDY, Checkout, counts


def test_published_study(checkout: Checkout) -> None:
    planned = checkout.planned()
    assert planned["fetch"] == 2, "once per set, though MNIST is used in two orders"
    assert planned["prepare"] == 3
    assert planned["train"] == RUNS
    assert planned["demonstrate"] == 3
    assert planned["export"] == planned["summarise"] == planned["score"] == planned["report"] == 1


def test_workflow_snakefile_is_the_same_workflow(checkout: Checkout) -> None:
    done = checkout.snakemake("-n", "--quiet", "rules", "-s", "workflow/Snakefile")
    assert done.returncode == 0, done.stdout


def test_another_dataset_is_one_line_of_config(checkout: Checkout) -> None:
    config = checkout.path / "config" / "kmnist.yaml"
    config.write_text(
        "extends: config.yaml\n"
        "study: kmnist\n"
        "claims: null\n"
        "datasets: {kmnist: {source: tfds, name: kmnist}}\n"
        "experiments:\n"
        "  lenet5: {dataset: kmnist}\n"
    )
    done = checkout.snakemake("-n", "--configfile", "config/kmnist.yaml", "--quiet", "host")
    assert done.returncode == 0, done.stdout
    assert "results/kmnist/fetched/kmnist/examples.npz" in done.stdout


def test_seeds_and_grid_values_take_no_code(checkout: Checkout) -> None:
    config = checkout.path / "config" / "mine.yaml"
    config.write_text(
        "extends: config.yaml\n"
        "study: mine\n"
        "experiments:\n"
        "  dropout_grid:\n"
        "    seeds: [0, 1, 2]\n"
        "    grid: {parameters.dropout: [0.1, 0.3], parameters.units: [64, 128]}\n"
    )
    done = checkout.snakemake("-n", "--configfile", "config/mine.yaml", "--quiet", "host")
    assert done.returncode == 0, done.stdout
    assert "results/mine/runs/dropout_grid/dropout-0.3_units-64/seed-2/run.json" in done.stdout
    assert "dropout-0.2" not in done.stdout


def test_names_with_a_plus_are_not_patterns(checkout: Checkout) -> None:
    config = checkout.path / "config" / "plus.yaml"
    config.write_text("extends: demo.yaml\nstudy: mine+more\n")
    done = checkout.snakemake("-n", "--quiet", "host", "--configfile", "config/plus.yaml")
    assert done.returncode == 0, done.stdout
    assert "results/mine+more/report.html" in done.stdout


def test_config_mistakes_are_found_before_any_job(checkout: Checkout) -> None:
    config = checkout.path / "config" / "wrong.yaml"
    config.write_text(
        "extends: config.yaml\nstudy: wrong\nexperiments: {lenet5: {modle: lenet5}}\n"
    )
    done = checkout.snakemake("--cores", "1", "--configfile", "config/wrong.yaml")
    assert done.returncode != 0
    assert "experiments.lenet5.modle: unknown key; did you mean 'model'?" in done.stdout
    assert not (checkout.path / "results").exists()


def test_training_asks_for_what_the_config_says(checkout: Checkout) -> None:
    config = checkout.path / "config" / "mine.yaml"
    config.write_text(
        "extends: demo.yaml\n"
        "study: mine\n"
        "experiments: {deep_cnn: {resources: {threads: 2, mem_mb: 3210, runtime: 77, gpu: 1}}}\n"
    )
    target = "results/mine/runs/deep_cnn/default/seed-0/run.json"
    done = checkout.snakemake(
        "-n", "--quiet", "host", "--cores", "2", "--configfile", str(config), "--", target
    )
    assert done.returncode == 0, done.stdout
    for words in ("threads: 2", "mem_mb=3210", "runtime=77", "gpu=1", "priority: 77"):
        assert words in done.stdout


def test_the_profile_for_gpus_gives_one_to_each_training_that_may_use_it(
    checkout: Checkout,
) -> None:
    """Packs, too: no line of the config changes. `device: cpu` takes none, nor do exports."""
    config = checkout.path / "config" / "mine.yaml"
    config.write_text(
        "extends: demo.yaml\n"
        "study: mine\n"
        "experiments:\n"
        "  dropout_grid: {pack: 2}\n"
        "  activation_grid: {device: cpu}\n"
    )
    runs = "results/mine/runs"
    targets = [
        f"{runs}/dropout_grid/dropout-0.2/seed-0/run.json",
        f"{runs}/activation_grid/activation-elu/seed-0/run.json",
        f"{runs}/core_mlp/default/seed-22/exports/saved_model.json",
    ]
    options = ("-n", "--quiet", "host", "--configfile", str(config))
    asked = {}
    for profile in ((), ("--profile", "profiles/gpu")):
        done = checkout.snakemake(*options, *profile, "--", *targets)
        assert done.returncode == 0, done.stdout
        jobs = done.stdout.split("\nrule ")[1:]
        asked[bool(profile)] = {
            job.partition(":")[0] + " cpu" * ("activation-elu" in job): "gpu=1" in job
            for job in jobs
        }
    assert not any(asked[False].values())
    assert {rule for rule, gpu in asked[True].items() if gpu} == {
        "train", "train_dropout_grid_0",
    }  # fmt: skip
    assert asked[True]["train cpu"] is False


@pytest.mark.parametrize("profile", ["default", "gpu", "slurm"])
def test_profiles_are_found(profile: str) -> None:
    assert (ROOT / "profiles" / profile / "config.yaml").is_file()
    assert (ROOT / "workflow" / "profiles" / profile / "config.yaml").is_file()


def test_networks_of_another_structure_are_built_before_they_are_trained(
    checkout: Checkout,
) -> None:
    """And no other run waits for them, or is trained again once there is one."""
    file = checkout.path / "config" / "structure.yaml"
    deep = "lenet5: {variants: {deep: {parameters: {filters: [6, 16, 16]}}}}"
    file.write_text(f"extends: config.yaml\nexperiments: {{{deep}}}\n")
    done = checkout.snakemake("-n", "--quiet", "host", "--configfile", "config/structure.yaml")
    assert done.returncode == 0, done.stdout
    jobs = done.stdout.split("\nrule ")[1:]
    waiting = [job for job in jobs if "models.json" in job.partition("output:")[0]]
    assert [job.partition(":")[0] for job in waiting] == ["train"]
    assert "runs/lenet5/deep/" in waiting[0]
    assert counts(done.stdout)["check_models"] == 1
    assert "check_models" not in checkout.planned()


def test_numbers_on_the_command_line_are_numbers(checkout: Checkout) -> None:
    """The example of config/README.md."""
    done = checkout.snakemake(
        "-n", "--quiet", "host", "--config", "study=mine", "defaults={seeds: [7]}"
    )
    assert done.returncode == 0, done.stdout
    assert "results/mine/runs/dropout_grid/dropout-0.2/seed-7/run.json" in done.stdout


def test_the_study_is_a_module_of_another_workflow(checkout: Checkout) -> None:
    """With that workflow's own config, merged into the published study."""
    outer = checkout.path / "outer.smk"
    outer.write_text(
        "module softmax2cnn:\n"
        "    snakefile: 'Snakefile'\n"
        "    config: {'study': 'within', 'experiments': {'deep_cnn': {'training': {'steps': 7}}}}\n"
        "use rule * from softmax2cnn as study_*\n"
    )
    done = checkout.snakemake("-n", "--quiet", "host", "-s", "outer.smk", "study_all")
    assert done.returncode == 0, done.stdout
    assert "results/within/report.html" in done.stdout
    assert "rule study_train" in done.stdout


def test_it_can_be_deployed_as_a_module_with_its_config_beside(
    checkout: Checkout, tmp_path: Path
) -> None:
    """As `snakedeploy deploy-workflow` writes it, with the path of a clone."""
    shutil.copytree(checkout.path / "config", tmp_path / "config")
    text = (tmp_path / "config" / "config.yaml").read_text()
    (tmp_path / "config" / "config.yaml").write_text(text.replace("study: published", "study: no"))
    (tmp_path / "workflow").mkdir()
    (tmp_path / "workflow" / "Snakefile").write_text(
        'configfile: "config/config.yaml"\n'
        "module softmax2cnn:\n"
        f"    snakefile: '{checkout.path}/workflow/Snakefile'\n"
        "    config: config\n"
        "use rule * from softmax2cnn\n"
    )
    done = Checkout(tmp_path).snakemake("-n", "--quiet", "host")
    assert done.returncode == 0, done.stdout
    assert "results/no/report.html" in done.stdout, "YAML 1.2, as without the module"
    assert counts(done.stdout)["train"] == checkout.planned()["train"]


def test_results_that_cannot_be_written_are_named_before_any_job(
    checkout: Checkout, tmp_path: Path
) -> None:
    (tmp_path / "results").touch()
    done = checkout.snakemake("--directory", str(tmp_path), "--cores", "1", "--quiet", "host")
    assert done.returncode == 1
    assert f"{tmp_path / 'results'}: is not a folder; move it away" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_model_that_is_not_python_is_named_with_its_line(checkout: Checkout) -> None:
    file = checkout.path / "workflow" / "scripts" / "study" / "models" / "mine.py"
    file.write_text('"""Mine."""\n\ndef build(:\n')
    try:
        (checkout.path / "config" / "structure.yaml").write_text(
            f"study: x\ntitle: x\n{SMALL_STUDY}experiments: {{a: {{model: mine}}}}\n"
        )
        done = checkout.snakemake("-n", "--configfile", "config/structure.yaml")
        assert done.returncode == 1
        assert f"{file}, line 3: " in done.stdout
        assert "that file must be Python" in done.stdout
    finally:
        file.unlink()
