"""A config file that cannot be read is named, with the line, the cause and the remedy."""

import shutil
from pathlib import Path

import pytest

import reading
from conftest import ROOT, Checkout
from study import config
from study.errors import StudyError

GROWING = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 9)
)

# The content of a file, and what is said of it besides its name.
FILES: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "empty": (b"", ("must be a mapping of keys, but it is empty",)),
    "a comment": (b"# nothing else\n", ("but it is empty",)),
    "a list": (b"- a\n", ("but it is a list",)),
    "text": (b"hello\n", ("but it is text",)),
    "a number": (b"3\n", ("but it is a number",)),
    "a tab": (b"study: x\ndefaults:\n\tseeds: [0]\n", ("line 3", "indent with spaces")),
    "Latin-1": ("study: x\ntitle: é\n".encode("latin-1"), ("line 2", "save it as UTF-8")),
    "UTF-16": ("study: x\n".encode("utf-16"), ("line 1", "save it as UTF-8")),
    "a zero byte": (b"study: x\ntitle: \0\n", ("line 2", "save it as plain text")),
    "binary": (bytes(range(256)), ("save it as UTF-8",)),
    "code": (
        b"study: x\ntitle: !!python/object/apply:os.getcwd []\n",
        ("line 2", "the tag !!python/object/apply:os.getcwd is not allowed", "plain value"),
    ),
    "a tag of one's own": (b"study: !mine x\n", ("line 1", "the tag !mine is not allowed")),
    "binary text": (b"study: !!binary aGVsbG8=\n", ("the tag !!binary is not allowed",)),
    "a set": (b"study: !!set {a, b}\n", ("the tag !!set is not allowed",)),
    "no number": (b"study: x\ntitle: !!float x\n", ("line 2", "'x' cannot be read as !!float")),
    "no truth value": (b"study: !!bool maybe\n", ("line 1", "'maybe' cannot be read as !!bool")),
    "too many digits": (
        b"study: x\ndefaults: {seeds: [" + b"9" * 5000 + b"]}\n",
        ("line 2", "999... cannot be read as !!int"),
    ),
    "a zero character": (b'study: x\ntitle: "a\\0b"\n', ("line 2", "'\\x00' cannot be part")),
    "half a character": (b'title: "\\ud800"\n', ("line 1", "'\\ud800' cannot be part of a text")),
    "two documents": (b"study: x\n---\nstudy: y\n", ("line 2", "leave one document")),
    "an alias of itself": (b"study: &a [*a]\n", ("more than 50 deep",)),
    "an alias of nothing": (b"study: *x\n", ("line 1", "undefined alias 'x'")),
    "aliases of aliases": (GROWING.encode(), ("more than 1,000,000 values",)),
    "very deep": (b"study: " + b"[" * 400 + b"]" * 400, ("more than 50 deep",)),
    "an open bracket": (b"study: [a,\n  b\n", ("in what begins in line 1", "is not closed")),
    "an open quotation": (b'study: "a\ntitle: b\n', ("in what begins in line 1", "not closed")),
    "a second colon": (b"title: a: b\n", ("line 1", "text with a colon needs quotes")),
    "a key twice": (b"study: x\ndefaults: {a: 0, a: 1}\n", ("line 2", "'a' appears twice")),
    "a key that is a number": (b"study: x\n1: x\n", ("line 2", "the key 1", "in quotes")),
    "a key that is a word of YAML": (b"true: x\n", ("the key true", "put it in quotes")),
    "a key that is nothing": (b"null: x\n", ("the key null", "put it in quotes")),
    "a key that is a list": (b"[a]: x\n", ("the key ['a']", "put it in quotes")),
    "YAML 1.1": (b"%YAML 1.1\n---\nstudy: no\n", ("%YAML 1.1", "remove that line")),
    "extends a list": (b"extends: [a]\n", ("extends: ['a'] is not the name of a file; name",)),
    "extends a number": (b"extends: 3\n", ("extends: 3 is not the name of a file; name",)),
    "extends a folder": (b"extends: .\n", ("bad.yaml, extends): Is a directory",)),
    "extends nothing": (
        b"extends: nowhere.yaml\n",
        ("nowhere.yaml (named by", "bad.yaml, extends): No such file", "relative to the folder"),
    ),
    "extends itself": (b"extends: bad.yaml\n", ("extends itself; remove one",)),
}


@pytest.mark.parametrize("name", FILES)
def test_file_is_named_with_cause_and_remedy(name: str, tmp_path: Path) -> None:
    content, words = FILES[name]
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    with pytest.raises(StudyError) as caught:
        config.load([file])
    for expected in (str(file), *words):
        assert expected in str(caught.value)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("key", ["claims", "lessons"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file or directory; the path is relative to the folder of the file that"),
        (b"", "must be"),
        (b"text\n", "must be"),
        (b"- [\n", "line 2: "),
        ("é".encode("latin-1"), "line 1: it is not UTF-8 text; save it as UTF-8"),
    ],
)
def test_files_that_a_config_names(
    key: str, content: bytes | None, words: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "beside.yaml").write_bytes(content)
    file = tmp_path / "mine.yaml"
    file.write_text(f"extends: {ROOT / 'config' / 'config.yaml'}\n{key}: beside.yaml\n")
    with pytest.raises(StudyError) as caught:
        config.load([file])
    assert f"{tmp_path / 'beside.yaml'} (named by {file}, {key})" in str(caught.value)
    assert words in str(caught.value)


def test_a_file_may_begin_with_a_mark_of_its_encoding(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    text = f"extends: {ROOT / 'config' / 'config.yaml'}\ntitle: Mine\n"
    file.write_text(text, encoding="utf-8-sig")
    assert config.load([file]).title == "Mine"


def test_all_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "tab.yaml").write_text("\ta: 1\n")
    with pytest.raises(StudyError) as caught:
        config.load([tmp_path / "none.yaml", tmp_path / "tab.yaml", tmp_path])
    for words in ("none.yaml: No such file", "tab.yaml, line 1", "Is a directory"):
        assert words in str(caught.value)


def test_long_values_are_cut_and_words_are_those_of_yaml(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(f"study: {['x' * 50] * 50}\ntitle: null\nfunctions: 'yes'\n'': 1\n")
    with pytest.raises(StudyError) as caught:
        config.load([file])
    lines = str(caught.value).splitlines()
    (study,) = [line for line in lines if "study: [" in line]
    assert len(study) < 150 and study.endswith("... is not text")
    assert "  - title: null is not text" in lines
    assert "  - functions: 'yes' is not true or false" in lines
    assert any(line.startswith("  - '': unknown key") for line in lines)


def test_a_config_can_be_checked_without_snakemake(checkout: Checkout) -> None:
    """Snakemake names neither the file nor the line of what is not YAML."""
    mine = checkout.path / "config" / "mine.yaml"
    shutil.copyfile(checkout.path / "config" / "demo.yaml", mine)
    command = "make check STUDY=config/mine.yaml"
    assert "demo: " in reading.done(checkout, command)
    mine.write_text("study: x\n\ta: 1\n")
    said = reading.type_in(checkout, command)
    assert said.returncode != 0
    assert "cannot read config/mine.yaml, line 2: found character" in said.stdout
    assert "Traceback" not in said.stdout
