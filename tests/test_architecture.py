"""The house: names that are ours alone, and docs that name what is there."""

import re
from importlib.metadata import packages_distributions

from typer.testing import CliRunner

from console.app import app
from tests.conftest import ROOT

FOLDERS = {
    "console", "hub", "connectors", "mapping", "matching", "golden", "store", "pipeline",
    "stewardship", "orchestration", "sandbox",
}  # fmt: skip


def test_no_other_distribution_has_a_top_level_name_of_ours():
    owners = packages_distributions()
    assert {name: set(owners.get(name, [])) - {"goldenrod"} for name in FOLDERS} == {
        name: set() for name in FOLDERS
    }


def test_every_folder_of_the_wheel_is_named_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    assert [name for name in sorted(FOLDERS) if f"{name}/" not in readme] == []


def test_every_link_between_documents_leads_somewhere():
    links = [
        (page, target)
        for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text())
    ]
    assert links
    assert [link for link in links if not (link[0].parent / link[1]).exists()] == []


def test_every_command_has_help_and_the_readme_names_none_that_is_missing():
    help_text = CliRunner().invoke(app, ["--help"]).stdout
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert all(command.callback.__doc__ for command in app.registered_commands)
    assert all(command in help_text for command in commands)
    named = set(re.findall(r"goldenrod (\w+)", (ROOT / "README.md").read_text()))
    assert named <= commands | {group.name for group in app.registered_groups}


def test_no_module_is_longer_than_four_hundred_lines():
    long = [
        str(file.relative_to(ROOT))
        for folder in FOLDERS
        for file in (ROOT / folder).rglob("*.py")
        if len(file.read_text().splitlines()) > 400
    ]
    assert long == []


def test_no_path_of_one_machine_and_no_registry_is_named():
    bad = re.compile("/(home|root|work|tmp)/" + r"[a-z]|pypi\." + "org|registry" + r"\.npmjs")
    ends, skipped = {".py", ".md", ".toml", ".txt", ".yaml"}, {".venv", ".git", ".goldenrod"}
    ours = [
        file
        for file in ROOT.rglob("*.*")
        if file.suffix in ends and not skipped & set(file.relative_to(ROOT).parts)
    ]
    assert [str(file.relative_to(ROOT)) for file in ours if bad.search(file.read_text())] == []


def test_the_glossary_explains_no_word_twice():
    rows = re.findall(
        r"^\| \*\*(.+?)\*\*", (ROOT / "docs" / "glossary.md").read_text(), re.MULTILINE
    )
    assert len(rows) == len(set(rows))
