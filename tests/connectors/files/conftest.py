"""A folder with files, and channels that read it."""

import os

import pytest

OLD = 1_767_225_600  # long ago: nobody is writing any more


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "out"
    place.mkdir()
    return place


@pytest.fixture
def write(folder):
    """Write a file that looks as if it had been left alone since."""

    def one(name: str, content: bytes | str, age: int = 0) -> None:
        file = folder / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(file, (OLD + age, OLD + age))

    return one


@pytest.fixture
def drop(open_profile, folder):
    """Open the channel of this folder; ``facts`` are lines of its profile's customers."""

    def one(*facts: str, files: str = "c*", page: int = 100, **options: object):
        lines = "".join(f"  {fact}\n" for fact in facts)
        text = (
            f"vendor: A\nsource: s\nengine: files\nlimits: {{page: {page}}}\n"
            f"customers:\n  id: NO\n  files: '{files}'\n{lines}"
        )
        return open_profile(text, str(folder), **options)

    return one


def everything(connector, cursor=None):
    """Return records, what was set aside, and the last cursor."""
    pages = list(connector.pull(cursor))
    records = [record for page in pages for record in page.records]
    return records, [it for page in pages for it in page.rejected], pages[-1].cursor


@pytest.fixture
def pull():
    return everything
