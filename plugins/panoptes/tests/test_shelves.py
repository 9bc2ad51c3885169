"""Where `context.kv` keeps its entries."""

import sqlite3

import pytest

from panoptes_bridge.shelves import FileShelf
from yahoo_panoptes.framework.utilities.key_value_store import PanoptesKeyValueStoreException


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "kv.sqlite")


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(lambda shelf: shelf.read("key"), id="read"),
        pytest.param(lambda shelf: shelf.change("key", lambda _: "value", None), id="change"),
        pytest.param(lambda shelf: shelf.change("key", lambda _: None, None), id="remove"),
        pytest.param(lambda shelf: shelf.keys(), id="keys"),
    ],
)
def test_what_goes_wrong_with_the_file_names_the_file_and_the_setting(path, use):
    shelf = FileShelf(path)
    sqlite3.connect(path).execute("DROP TABLE kv")
    with pytest.raises(PanoptesKeyValueStoreException) as error:
        use(shelf)
    assert str(error.value) == f"{path}, which [panoptes] kv_file names: no such table: kv"


def test_a_file_that_is_none_is_named_as_well(tmp_path):
    with pytest.raises(PanoptesKeyValueStoreException, match="kv_file names: unable to open database file"):
        FileShelf(str(tmp_path / "no" / "such" / "folder"))


def test_a_change_that_fails_changes_nothing_and_keeps_nobody_out(path):
    def refuse(_):
        raise ValueError("no")

    shelf, other = FileShelf(path), FileShelf(path)
    shelf.change("key", lambda _: "before", None)
    with pytest.raises(ValueError, match="no"):
        shelf.change("key", refuse, None)
    assert other.change("key", lambda _: "after", None) == "before"
