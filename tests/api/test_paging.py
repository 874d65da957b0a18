"""Cursors: opaque, whole, and ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from dubwright.api.paging import opened, sealed
from dubwright.domain.errors import MalformedRequest

places = st.text(min_size=1, max_size=60)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: it plays no part here."""
    return sqlite_url


@given(places)
def test_a_cursor_opens_to_the_place_it_was_made_of(place: str) -> None:
    assert opened(sealed(place)) == place


@given(places, st.data())
def test_an_altered_cursor_is_refused(place: str, data: st.DataObject) -> None:
    cursor = sealed(place)
    at = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(st.sampled_from("abcXYZ019-_=. \u00e4").filter(lambda c: c != cursor[at]))
    with pytest.raises(MalformedRequest):
        opened(cursor[:at] + other + cursor[at + 1 :])


@given(st.text(max_size=30))
def test_a_text_that_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(MalformedRequest):
        opened(text)


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "1.5"])
def test_a_page_has_1_to_200_rows(client: TestClient, limit: str) -> None:
    assert client.get("/v1/keys", params={"limit": limit}).status_code == 422


def test_a_cursor_of_another_service_is_refused(client: TestClient) -> None:
    refused = client.get("/v1/keys", params={"cursor": sealed("somewhere else")})
    damaged = client.get("/v1/keys", params={"cursor": "AAAA"})
    assert damaged.status_code == 400
    assert refused.status_code in (400, 422)
