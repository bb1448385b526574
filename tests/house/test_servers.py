"""The tests stand on real parts: databases that are apart, a browser, and no other machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest
from playwright.sync_api import Browser

from portal.kernel import clock
from tests.servers.postgres import Postgres


def test_a_test_cannot_reach_another_machine() -> None:
    with (
        socket.socket() as door,
        pytest.raises(RuntimeError, match="tests stay on this machine"),
    ):
        door.connect(("192.0.2.1", 80))


def test_a_test_cannot_ask_for_the_name_of_another_machine() -> None:
    with pytest.raises(RuntimeError, match="tests stay on this machine"):
        socket.getaddrinfo("portal.example", 80)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.servers
def test_databases_of_one_template_start_alike_and_stay_apart(
    postgres: Postgres, fresh_database: Callable[..., str]
) -> None:
    template = fresh_database()
    with psycopg.connect(template) as connection:
        connection.execute("CREATE TABLE paper AS SELECT 1 AS no")
    one, other = (fresh_database(template.rpartition("/")[2]) for _ in range(2))
    with psycopg.connect(one) as connection:
        connection.execute("DELETE FROM paper")
    with psycopg.connect(other) as connection:
        assert connection.execute("SELECT count(*) FROM paper").fetchone() == (1,)


@pytest.mark.servers
def test_the_cluster_listens_on_this_machine_only(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)


@pytest.mark.browser
def test_chromium_shows_a_page(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<h1>合約</h1>")
    assert page.get_by_role("heading").inner_text() == "合約"
    page.close()


def test_the_clock_of_the_product_stands_and_moves(
    stand_at: Callable[[datetime], None],
) -> None:
    for year in (2026, 2027):
        stand_at(datetime(year, 3, 1, tzinfo=UTC))
        assert clock.today().year == year
