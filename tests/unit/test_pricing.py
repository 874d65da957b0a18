"""The price list: its file, its rounding, and amounts as people read them."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.errors import InputError
from dubwright.domain.pricing import (
    Price,
    PriceList,
    parse_prices,
    to_micro_usd,
    to_usd,
    told_usd,
    total_micro_usd,
)
from dubwright.guard.prices import load_prices

HEAD = 'as_of = 2026-03-01\nsource = "a contract"\n'
ROW = '[[price]]\nprovider = "cloud"\nproduct = "speech"\nper_minute = 0.016\n'

dollars = st.decimals(min_value=0, max_value=500, places=6)
units = st.integers(min_value=0, max_value=10**8)


def price(**changes: object) -> Price:
    row = {"provider": "cloud", "product": "p", "as_of": date(2026, 3, 1), "source": "a contract"}
    return Price.model_validate({**row, **changes})


@given(dollars, units)
def test_sound_is_billed_in_whole_seconds_rounded_up(per_minute: Decimal, ms: int) -> None:
    row = price(per_minute=per_minute)
    exact = Fraction(ceil(Fraction(ms, 1000)), 60) * Fraction(per_minute) * 1_000_000
    assert 0 <= row.cost_micro_usd(ms) - exact < 1
    assert row.cost_micro_usd(ms) == row.cost_micro_usd(-(-ms // 1000) * 1000)


@given(dollars, units)
def test_characters_cost_their_share_of_a_million_rounded_up(per_million: Decimal, n: int) -> None:
    cost = price(per_million_characters=per_million).cost_micro_usd(n)
    assert 0 <= cost - n * Fraction(per_million) < 1


@given(dollars, st.lists(units, max_size=20))
def test_calls_cost_at_least_what_one_call_with_all_of_it_costs(
    per_minute: Decimal, calls: list[int]
) -> None:
    row = price(per_minute=per_minute)
    assert sum(map(row.cost_micro_usd, calls)) >= row.cost_micro_usd(sum(calls))


@given(dollars, units, units)
def test_more_units_never_cost_less(per_million: Decimal, one: int, other: int) -> None:
    row = price(per_million_characters=per_million)
    assert (row.cost_micro_usd(one) <= row.cost_micro_usd(other)) or one > other


@given(st.lists(st.one_of(st.none(), st.integers(min_value=0)), max_size=8))
def test_a_sum_is_known_only_if_all_of_it_is(costs: list[int | None]) -> None:
    total = total_micro_usd(costs)
    assert (total is None) == (None in costs)
    assert total is None or total == sum(cost for cost in costs if cost is not None)


@given(st.integers(min_value=0, max_value=10**12))
def test_an_amount_survives_being_shown_and_read(micro_usd: int) -> None:
    assert to_micro_usd(to_usd(micro_usd)) == micro_usd


def test_a_minute_at_the_list_price_costs_the_list_price() -> None:
    assert price(per_minute=Decimal("0.016")).cost_micro_usd(60_000) == 16_000
    assert price(per_minute=Decimal("0.016")).cost_micro_usd(1) == 267


def test_what_may_come_back_is_set_aside_where_it_is_billed() -> None:
    row = price(per_million_characters=10, bills_output=True)
    assert (row.cost_micro_usd(100), row.most_micro_usd(100)) == (1_000, 5_000)
    silent = price(per_million_characters=10)
    assert silent.most_micro_usd(100) == silent.cost_micro_usd(100)


@pytest.mark.parametrize(
    ("micro_usd", "told"),
    [(0, "$0.00"), (1_200_000, "$1.20"), (16, "$0.000016"), (2_505_000, "$2.505")],
)
def test_amounts_are_told_with_cents_and_what_is_below(micro_usd: int, told: str) -> None:
    assert told_usd(micro_usd) == told


def test_the_shipped_list_has_google_and_says_when_it_was_read() -> None:
    prices = load_prices()
    chirp = prices.price("google", "tts.chirp3-hd", "characters")
    assert chirp is not None
    assert chirp.cost_micro_usd(1_000_000) == 30_000_000
    assert chirp.as_of.year >= 2026
    assert "cloud.google.com" in chirp.source


def test_a_row_of_ones_own_replaces_the_shipped_one_alone(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    row = '[[price]]\nprovider = "google"\nproduct = "translate.nmt"\nper_million_characters = 5\n'
    own.write_text(HEAD + row)
    prices = load_prices(own)
    mine = prices.price("google", "translate.nmt", "characters")
    assert mine is not None
    assert (mine.cost_micro_usd(1_000), mine.source) == (5_000, "a contract")
    assert prices.price("google", "tts.neural2", "characters") is not None


def test_a_list_of_ones_own_replaces_all_if_it_says_so(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text(f'replaces = "all"\n{HEAD}{ROW}')
    prices = load_prices(own)
    assert [row.product for row in prices.prices] == ["speech"]


def test_a_product_counted_in_another_unit_has_no_price() -> None:
    prices = parse_prices(HEAD + ROW, name="own").over(PriceList())
    assert prices.price("cloud", "speech", "ms") is not None
    assert prices.price("cloud", "speech", "characters") is None
    assert prices.price("cloud", "another", "ms") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("as_of = ", "is not TOML"),
        (ROW, "as_of"),
        (HEAD + 'currency = "EUR"\n' + ROW, "currency"),
        (HEAD + ROW + ROW, "'speech' of 'cloud' has two rows"),
        (HEAD + ROW + ROW.replace("speech", "b").replace("0.016", "-1"), "row 2 (cloud b)"),
        (HEAD + ROW + "per_million_characters = 1\n", "row 1 (cloud speech): a row has either"),
        (HEAD + ROW.replace("per_minute = 0.016", ""), "row 1 (cloud speech): a row has either"),
        (HEAD + ROW + "per_hour = 1\n", "row 1 (cloud speech): `per_hour`"),
        (HEAD + ROW.replace("0.016", "nan"), "row 1 (cloud speech): `per_minute`"),
        (HEAD + "price = 3\n", "price"),
        (HEAD + "price = [3]\n", "row 1"),
    ],
)
def test_a_bad_file_is_refused_and_its_row_named(text: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_prices(text, name="own.toml")
    assert told in refused.value.message
    assert "own.toml" in refused.value.message


def test_a_file_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        load_prices(tmp_path / "none.toml")
    assert "prices" in (refused.value.hint or "")
