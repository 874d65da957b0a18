"""Exit codes: every kind of failure has one, and the narrower kind decides."""

import itertools

import pytest

from dubwright.domain import errors
from dubwright.domain.errors import DubError, ProviderError
from dubwright.jobs import exit_codes
from dubwright.jobs.exit_codes import EXIT_CODES, exit_code


def kinds_below(kind: type[DubError]) -> list[type[DubError]]:
    below = [one for one in kind.__subclasses__() if one.__module__ == errors.__name__]
    return [*below, *(deeper for one in below for deeper in kinds_below(one))]


KINDS = kinds_below(DubError)


def failure(kind: type[DubError]) -> DubError:
    if issubclass(kind, ProviderError):
        return kind("it failed", provider="tone")
    return kind("it failed")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_failure_has_an_exit_code_of_its_own_meaning(kind):
    assert exit_code(failure(kind)) not in (
        exit_codes.OK,
        exit_codes.INTERNAL,
        exit_codes.USAGE,
    )


def test_a_failure_that_is_no_kind_is_internal():
    assert exit_code(DubError("strange")) == 1


def test_a_narrower_kind_stands_before_the_wider_one():
    for (earlier, _), (later, _) in itertools.combinations(EXIT_CODES, 2):
        assert not issubclass(later, earlier)


def test_every_public_code_is_used_once():
    codes = [kind.code for kind in KINDS]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.NothingToDub, 3),
        (errors.InputError, 4),
        (errors.NotFoundError, 4),
        (errors.ProviderNotReady, 6),
        (errors.ProviderThrottled, 7),
        (errors.QualityError, 10),
        (errors.Cancelled, 130),
    ],
)
def test_scripts_may_rely_on_the_codes(kind, code):
    assert exit_code(failure(kind)) == code
