"""What is said of a provider that does not keep the promises of its port."""

from dubwright.domain.errors import ProviderError
from dubwright.ports import Provider


def broken_promise(provider: Provider, fault: str) -> ProviderError:
    """The error for an answer that the port does not allow."""
    return ProviderError(
        f"provider {provider.name!r} {fault}",
        provider=provider.name,
        hint="run its contract tests (docs/add-a-provider.md) and report it to its authors",
    )
