"""The whole API against its own description: no undeclared answer, no failure inside.

`DUBWRIGHT_CONTRACT_CASES` tells how many requests each operation gets; `bench/contract.py` makes
thousands.
"""

import os

import pytest

from contract import STREAMS, Contract, Told

CASES = int(os.environ.get("DUBWRIGHT_CONTRACT_CASES", "6"))


@pytest.fixture
def contract(service):
    return Contract(service)


def test_every_operation_answers_as_it_is_described(contract):
    told = Told()
    for name in contract.names:
        contract.prove(name, cases=CASES, told=told)
    assert told.cases >= len(contract.names)
    assert {200, 201, 202, 204, 404, 422} <= set(told.statuses)
    assert not told.broken, "\n\n".join(map(str, told.broken.values()))


def test_the_streams_that_are_left_out_are_described(contract):
    description = contract.description
    streams = {
        operation["operationId"]: operation["responses"]["200"]["content"]
        for methods in description["paths"].values()
        for operation in methods.values()
        if "text/event-stream" in operation["responses"].get("200", {}).get("content", {})
    }
    assert set(streams) == STREAMS
    for content in streams.values():
        assert list(content) == ["text/event-stream"]
