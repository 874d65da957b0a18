"""The purse: paid calls set their price aside, and nobody ever spends more than is allowed."""

import threading
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.errors import BudgetExceeded, ProviderUnavailable
from dubwright.domain.language import LanguageTag
from dubwright.domain.pricing import Price, PriceList
from dubwright.guard import (
    CallRecord,
    Guard,
    GuardedTextToSpeech,
    GuardedTranslator,
    Intended,
    RetryPolicy,
)
from dubwright.guard.purse import Allowance, Bill, Purse
from dubwright.guard.records import Asked
from dubwright.ports import Charge, SpeechRequest, Translation, TranslationRequest, charge
from dubwright.providers.echo import EchoOptions, EchoTranslator
from dubwright.providers.tone import ToneOptions, ToneTextToSpeech

EN, PT = LanguageTag("en"), LanguageTag("pt")


def prices(*, bills_output: bool = False) -> PriceList:
    """One micro-dollar for a character of `tone`, 10 of `echo`."""
    shared = {"as_of": date(2026, 3, 1), "source": "tests", "product": "p"}
    rows = (
        {**shared, "provider": "tone", "per_million_characters": 1},
        {**shared, "provider": "echo", "per_million_characters": 10, "bills_output": bills_output},
    )
    return PriceList(prices=tuple(Price.model_validate(row) for row in rows))


def purse(left: int | None, known: PriceList | None = None) -> Purse:
    allowance = None
    if left is not None:
        allowance = Allowance(
            budget_micro_usd=left, spent_micro_usd=0, left_micro_usd=left, remedy="raise it"
        )
    return Purse(known or prices(), allowance)


def asked(units: int) -> Asked:
    return Asked("piece", units, "characters")


def intended(units: int, *, provider: str = "tone", product: str = "p") -> Intended:
    return Intended("text_to_speech", provider, "synthesize", product, asked(units))


def record(
    units: int, *, billed: bool = True, outcome: str = "ok", product: str = "p"
) -> CallRecord:
    charges = (Charge(product, units, "characters"),) if billed else ()
    return CallRecord(
        "text_to_speech", "tone", "synthesize", 1, 1, outcome, asked(units), product, charges
    )


def guard_of(paying: Purse) -> Guard:
    return Guard(
        retry=RetryPolicy(first_wait_s=0),
        before_call=paying.reserve,
        observe=lambda told: (paying.settle(told), None)[1],
    )


def in_threads(work: Callable[[int], None], count: int) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@given(st.integers(0, 200), st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=30))
def test_calls_in_a_row_never_cost_more_than_is_allowed(
    left: int, calls: list[tuple[int, bool]]
) -> None:
    paying, billed_so_far = purse(left), 0
    for units, billed in calls:
        try:
            paying.reserve(intended(units))
        except BudgetExceeded:
            assert billed_so_far + units > left
            continue
        paying.settle(record(units, billed=billed))
        billed_so_far += units * billed
    assert paying.spent_micro_usd == billed_so_far <= left


def test_many_threads_together_never_cost_more_than_is_allowed() -> None:
    left, threads, paying = 2_000, 8, purse(2_000)
    all_here = threading.Barrier(threads)
    granted: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        for step in range(40):
            units = 1 + (7 * number + 13 * step) % 30
            all_here.wait(10)
            try:
                paying.reserve(intended(units))
                granted.append(units)
            except BudgetExceeded:
                units = 0
            if all_here.wait(10) == 0:
                most.append(paying.spent_micro_usd + sum(granted))
                granted.clear()
            all_here.wait(10)
            if units:
                paying.settle(record(units, billed=step % 5 > 0))

    in_threads(work, threads)
    assert len(most) == 40
    assert max(most) <= left
    assert left - 30 < paying.spent_micro_usd <= left


def test_what_was_not_billed_is_free_for_others_again() -> None:
    paying = purse(10)
    paying.reserve(intended(10))
    assert paying.settle(record(10, billed=False)) == Bill(product="p")
    paying.reserve(intended(10))


def test_what_another_thread_has_set_aside_cannot_be_spent() -> None:
    paying = purse(10)
    in_threads(lambda _: paying.reserve(intended(6)), 1)
    with pytest.raises(BudgetExceeded, match=r"\$0.000006 of the budget of \$0.00001"):
        paying.reserve(intended(6))


def test_a_failed_call_that_was_billed_counts() -> None:
    paying = purse(10)
    paying.reserve(intended(8))
    bill = paying.settle(record(8, outcome="provider_failed"))
    assert bill == Bill("p", True, 8, 8, date(2026, 3, 1))
    with pytest.raises(BudgetExceeded):
        paying.reserve(intended(3))


def test_a_refusal_tells_what_is_spent_what_comes_next_and_what_to_do() -> None:
    paying = purse(2_500_000)
    paying.reserve(intended(2_000_000))
    paying.settle(record(2_000_000))
    with pytest.raises(BudgetExceeded) as refused:
        paying.reserve(intended(600_000))
    for told in ("synthesize", "'tone'", "600000 characters", "$0.60", "$2.00", "$2.50"):
        assert told in refused.value.message
    assert refused.value.hint == "raise it"


def test_a_budget_of_nothing_lets_free_calls_pass_and_paid_ones_not() -> None:
    paying = purse(0)
    paying.reserve(intended(100, product=""))
    with pytest.raises(BudgetExceeded):
        paying.reserve(intended(1))


def test_an_unknown_price_is_refused_with_a_budget_and_unknown_without() -> None:
    with pytest.raises(BudgetExceeded) as refused:
        purse(10**9).reserve(intended(1, product="new"))
    assert "'new' of 'tone'" in refused.value.message
    assert "price file" in (refused.value.hint or "")
    paying = purse(None)
    paying.reserve(intended(1, product="new"))
    bill = paying.settle(record(1, product="new"))
    assert (bill.billed, bill.billed_units, bill.cost_micro_usd) == (True, 1, None)


def test_what_comes_back_is_set_aside_too_where_it_is_billed() -> None:
    with pytest.raises(BudgetExceeded):
        purse(499, prices(bills_output=True)).reserve(intended(10, provider="echo"))
    purse(500, prices(bills_output=True)).reserve(intended(10, provider="echo"))


def test_guarded_calls_stop_before_the_budget_is_exceeded() -> None:
    paying = purse(25)
    voice = GuardedTextToSpeech(ToneTextToSpeech(ToneOptions(product="p")), guard=guard_of(paying))
    request = SpeechRequest("ten chars.", voice.voices(PT)[0])
    for _ in range(2):
        voice.synthesize(request)
    with pytest.raises(BudgetExceeded):
        voice.synthesize(request)
    assert paying.spent_micro_usd == 20


class BilledOutage(EchoTranslator):
    """Bills, and does not answer."""

    def translate(
        self, requests: Sequence[TranslationRequest], *, source: LanguageTag, target: LanguageTag
    ) -> list[Translation]:
        charge("p", 5, "characters")
        raise ProviderUnavailable("gone", provider=self.name)


def test_each_attempt_that_is_billed_is_paid_until_the_budget_ends() -> None:
    paying = purse(120)
    cloud = GuardedTranslator(BilledOutage(EchoOptions(product="p")), guard=guard_of(paying))
    with pytest.raises(BudgetExceeded):
        cloud.translate([TranslationRequest("five!")], source=EN, target=PT)
    assert paying.spent_micro_usd == 100
