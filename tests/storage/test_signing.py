"""Signed addresses: whole, in time and untouched, or nothing."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.errors import NotFoundError
from dubwright.storage.signing import UrlSigner

NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def signed(signer: UrlSigner, key: str = "a/b") -> str:
    return signer.sign(key, file_name="x.mp4", content_type="video/mp4", expires_s=60)


@given(NAMES, NAMES)
def test_what_was_signed_comes_back(file_name, content_type):
    signer = UrlSigner(b"0" * 32, clock=Clock())
    query = signer.sign("a/b", file_name=file_name, content_type=content_type, expires_s=60)
    found = signer.verify("a/b", query)
    assert (found.key, found.file_name, found.content_type) == ("a/b", file_name, content_type)
    assert found.expires_at == 1_060


def test_an_address_ends_when_its_time_is_over():
    clock = Clock()
    signer = UrlSigner(b"0" * 32, clock=clock)
    query = signed(signer)
    clock.now = 1_059.9
    assert signer.verify("a/b", query)
    clock.now = 1_060.0
    with pytest.raises(NotFoundError):
        signer.verify("a/b", query)


@pytest.mark.parametrize("field", ["name", "type", "expires", "signature"])
@pytest.mark.parametrize("change", ["other", "missing", "twice", "empty", "ünusual", "9" * 5000])
def test_a_changed_query_is_refused(field, change):
    signer = UrlSigner(b"0" * 32, clock=Clock())
    pairs = parse_qsl(signed(signer))
    value = dict(pairs)[field]
    rest = [pair for pair in pairs if pair[0] != field]
    changed = {
        "other": [(field, value[::-1] + "1")],
        "missing": [],
        "twice": [(field, value), (field, value)],
        "empty": [(field, "")],
    }.get(change, [(field, change)])
    with pytest.raises(NotFoundError):
        signer.verify("a/b", urlencode(rest + changed))


def test_a_signature_is_for_one_key_and_one_secret():
    signer, other = UrlSigner(b"0" * 32), UrlSigner(b"1" * 32)
    with pytest.raises(NotFoundError):
        signer.verify("a/c", signed(signer, "a/b"))
    with pytest.raises(NotFoundError):
        other.verify("a/b", signed(signer, "a/b"))


@given(st.text(max_size=200))
def test_any_other_query_is_refused(query):
    with pytest.raises(NotFoundError):
        UrlSigner(b"0" * 32).verify("a/b", query)


def test_a_short_secret_is_refused():
    with pytest.raises(ValueError, match="guessed"):
        UrlSigner(b"short")
