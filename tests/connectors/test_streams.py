"""Streams beside the customers: declared in YAML, listed like them, each record with its owner."""

import inspect
import sqlite3
from contextlib import closing

import pytest
import responses

from connectors.base import Connector
from connectors.connector import EngineConnector
from connectors.files.engine import FilesConnector
from connectors.imap.engine import ImapConnector
from connectors.registry import connect
from hub.errors import ConfigError

BASE = "http://127.0.0.1:1/api"
REST = """
vendor: Acme
source: https://acme.example/docs
engine: rest
customers:
  id: id
  list: {request: GET /people, pages: {kind: one}}
streams:
  orders:
    id: number
    owner: buyer.id
    changed: {fields: [at], zone: UTC}
    list:
      request: GET /orders
      query: {page: "{at}"}
      since: {since: "{since}"}
      pages: {kind: number}
      short_page_ends: false
  phones:
    id: id
    owner: person
    part: true
    list: {request: GET /phones, pages: {kind: one}}
"""
SQL = """
vendor: Old
source: the schema
engine: sql
customers: {table: CUST, id: NR}
streams:
  visits: {table: VISIT, id: NR, owner: CUST_NR, changed: {fields: [AT], zone: UTC}}
"""


@responses.activate
def test_an_order_says_whose_it_is_and_has_a_cursor_of_its_own(open_profile):
    first = responses.get(
        f"{BASE}/orders",
        json=[{"number": 7, "buyer": {"id": 1}, "at": "2026-05-01T10:00:00Z"}, {"number": 8}],
        headers={"Date": "Fri, 01 May 2026 12:00:00 GMT"},
        match=[responses.matchers.query_param_matcher({"page": "1"})],
    )
    responses.get(
        f"{BASE}/orders", json=[], match=[responses.matchers.query_param_matcher({"page": "2"})]
    )
    shop = open_profile(REST)
    assert shop.streams == ("customers", "orders", "phones")
    assert shop.parts == {"phones"}
    assert (shop.incremental("orders"), shop.incremental("phones")) == (True, False)
    pages = list(shop.pull(None, "orders"))
    assert [(it.key.id, it.owner) for it in pages[0].records] == [("7", "1"), ("8", None)]
    assert first.call_count == 1
    assert shop.calls == 2

    later = responses.get(
        f"{BASE}/orders",
        json=[],
        match=[
            responses.matchers.query_param_matcher(
                {"page": "1", "since": "2026-05-01T09:59:59+00:00"}
            )
        ],
    )
    list(shop.pull(pages[-1].cursor, "orders"))
    assert later.call_count == 1


@responses.activate
def test_what_goes_wrong_names_the_stream(open_profile):
    responses.get(f"{BASE}/phones", status=400, json={})
    with pytest.raises(ConfigError, match=r"phones, page 1.*phones\.list"):
        list(open_profile(REST).pull(None, "phones"))


def test_a_row_outside_a_pull_is_read_in_the_same_way(open_profile):
    record = open_profile(REST).read_row("orders", {"number": 9, "buyer": {"id": 4}})
    assert (record.key.id, record.owner) == ("9", "4")


def test_a_further_stream_of_a_database_is_another_table(open_profile, tmp_path):
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("create table CUST (NR integer primary key)")
        database.execute("create table VISIT (NR integer primary key, CUST_NR integer, AT text)")
        database.execute("insert into VISIT values (1, 5, '2026-05-01 10:00:00')")
    with open_profile(SQL, f"sqlite:///{file}", username="") as old:
        [page] = [page for page in old.pull(None, "visits") if page.records]
    assert [(it.key.id, it.owner) for it in page.records] == [("1", "5")]


def test_customers_are_no_further_stream(open_profile):
    text = REST.replace("  phones:", "  customers:")
    with pytest.raises(ConfigError, match="customers"):
        open_profile(text)


@responses.activate
def test_the_orders_of_woocommerce_are_read_as_its_documentation_says(channel):
    responses.get(
        f"{BASE}/orders",
        json=[{"id": 7, "customer_id": 3, "date_modified_gmt": "2026-05-01T10:00:00"}],
        headers={"X-WP-Total": "1", "Date": "Fri, 01 May 2026 12:00:00 GMT"},
    )
    shop = connect(channel("woocommerce"))
    [page] = shop.pull(None, "orders")
    assert [(it.key.id, it.owner) for it in page.records] == [("7", "3")]
    list(shop.pull(page.cursor, "orders"))
    assert "modified_after=2026-05-01T09%3A59%3A59" in responses.calls[1].request.url


@pytest.mark.parametrize("kind", [EngineConnector, FilesConnector, ImapConnector])
def test_every_connector_keeps_every_promise(kind):
    """The registry imports engines by name, so that no type checker compares them."""
    promised = {name for name in vars(Connector) if not name.startswith("_")}
    assert {name for name in promised if not hasattr(kind, name)} == set()
    parameters = inspect.signature(kind.pull).parameters
    assert list(parameters) == list(inspect.signature(Connector.pull).parameters)
