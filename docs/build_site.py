"""Build the documentation as a site that needs no network: `make site`.

    python docs/build_site.py [folder]

The pages are the Markdown files of the repository, where they are. They are copied, with the files
that they link to, into a folder that MkDocs can read; so every link between them works in the
repository and on the site. A link that leads nowhere ends the build.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "CONTRIBUTING.md", "CODE_OF_CONDUCT.md", "CHANGELOG.md", "config/README.md")
CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]+)")
SHOWN = re.compile(r'<img src="(?!data:)([^"]+)"')
ELSEWHERE = ("http://", "https://", "mailto:")

NAVIGATION = [
    {"softmax2cnn": "README.md"},
    {
        "Results": [
            {"The published study": "docs/results/README.md"},
            {"The frontier": "docs/frontier/README.md"},
            {"Every architecture, one recipe": "docs/matrix/README.md"},
            {"What the tutorials contain": "docs/inventory.md"},
            {"Figures": "docs/figures.md"},
        ]
    },
    {
        "Use it": [
            {"What do you want to do?": "docs/README.md"},
            {"Run the study": "docs/running.md"},
            {"Classify your own pictures": "docs/own-pictures.md"},
            {"Bring your own data": "docs/own-data.md"},
            {"Draw": "docs/drawing.md"},
            {"Use a model elsewhere": "docs/use-elsewhere.md"},
            {"Teach with it": "docs/teaching.md"},
        ]
    },
    {
        "Change it": [
            {"Train a modern network": "docs/training.md"},
            {"Add an architecture": "docs/new-architecture.md"},
            {"Add a grid": "docs/new-grid.md"},
            {"Every key of the config": "config/README.md"},
        ]
    },
    {
        "Run it elsewhere": [
            {"Clusters, GPUs, remote storage": "docs/cluster.md"},
            {"Thousands of runs": "docs/scaling.md"},
            {"From a crate to the same bits": "docs/reproduce.md"},
        ]
    },
    {
        "How it is built": [
            {"Design": "docs/design.md"},
            {"Fault injection": "docs/faults.md"},
            {"Interruptible training": "docs/interruptible-training.md"},
            {"Speed": "docs/benchmark/README.md"},
            {"Contributing": "CONTRIBUTING.md"},
            {"Code of conduct": "CODE_OF_CONDUCT.md"},
            {"Changes": "CHANGELOG.md"},
        ]
    },
]

SETTINGS = {
    "site_name": "softmax2cnn",
    "use_directory_urls": False,
    "strict": True,
    "validation": {"omitted_files": "info", "not_found": "warn", "anchors": "warn"},
    "theme": {
        "name": "material",
        "font": False,
        "features": ["navigation.sections", "navigation.top", "search.highlight"],
        "palette": [
            {
                "media": "(prefers-color-scheme: light)",
                "scheme": "default",
                "primary": "white",
                "toggle": {"icon": "material/weather-sunny", "name": "Dark"},
            },
            {
                "media": "(prefers-color-scheme: dark)",
                "scheme": "slate",
                "primary": "black",
                "toggle": {"icon": "material/weather-night", "name": "Light"},
            },
        ],
    },
    "plugins": ["search"],
    "markdown_extensions": ["tables", "fenced_code", "toc", "sane_lists"],
}


def pages(root: Path) -> list[Path]:
    """The Markdown files of the site, from the root of the repository."""
    own = [Path(page) for page in PAGES]
    return own + sorted(file.relative_to(root) for file in (root / "docs").rglob("*.md"))


def linked(root: Path, page: Path) -> list[Path]:
    """The files of the repository that a page links to.

    Raises:
        SystemExit: if one is not there.
    """
    found = []
    text = CODE.sub("", (root / page).read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if target.startswith(ELSEWHERE):
            continue
        file = (root / page.parent / target).resolve()
        if not file.is_relative_to(root) or not file.exists():
            sys.exit(f"{page}: the link to {target} leads nowhere")
        found.append(file.relative_to(root))
    return found


def stage(root: Path, folder: Path) -> None:
    """Copy the pages, and what they link to, to where MkDocs reads them."""
    own = pages(root)
    wanted = dict.fromkeys([*own, *(file for page in own for file in linked(root, page))])
    for page in [file for file in wanted if file.suffix == ".html"]:
        pictures = SHOWN.findall((root / page).read_text(encoding="utf-8"))
        wanted |= dict.fromkeys(page.parent / unquote(picture) for picture in pictures)
    for file in wanted:
        if (root / file).is_file():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(root / file, folder / file)


def build(root: Path, target: Path) -> None:
    """Write the site.

    Raises:
        SystemExit: if a link leads nowhere, or MkDocs finds something else wrong.
    """
    with tempfile.TemporaryDirectory() as scratch:
        stage(root, Path(scratch, "docs"))
        settings = {
            **SETTINGS,
            "docs_dir": str(Path(scratch, "docs")),
            "site_dir": str(target.resolve()),
            "nav": NAVIGATION,
        }
        file = Path(scratch, "mkdocs.yml")
        file.write_text(json.dumps(settings), encoding="utf-8")  # which is YAML, too
        command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--config-file", str(file)]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{done.stdout}{done.stderr}")


if __name__ == "__main__":
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "results/site")
    build(ROOT, place)
    print(f"The site: {place.resolve() / 'index.html'}")
