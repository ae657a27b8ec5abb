"""The documents say what is so now."""

import re

import pytest

from config import ROOT
from portal.access import matrix

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize(("name", "table"), [("actions", matrix.actions()), ("rows", matrix.rows())])
def test_the_matrix_is_the_laws(name, table):
    shown = README.split(f"<!-- {name} -->\n")[1].split(f"<!-- /{name} -->")[0]
    assert shown == table, f"put the output of `flask policy show` between the <!-- {name} --> marks of README.md"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_links_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (document.parent / target).exists(), f"{document.name}: {target} is not there"


def test_files_that_the_tour_names_exist():
    for name in re.findall(r"`((?:portal|templates|docs)/[\w./]+)", README):
        assert (ROOT / name).exists(), f"README.md names {name}"


def test_targets_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"`?make (\w+)", README)) - {"nothing"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"README.md names make {target}"


def test_settings_of_the_guide_exist():
    from config import Settings

    guide = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    for name in re.findall(r"`([A-Z][A-Z_]{4,})`", guide):
        assert name.lower() in Settings.model_fields, f"docs/deploy.md names {name}"
