"""Failed contract assertions are explained like those of ordinary tests."""

import pytest

pytest.register_assert_rewrite("dubwright.testing.contracts")
