"""What all providers share: a name, typed options, a fingerprint, a readiness check."""

from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict


class ProviderOptions(BaseModel):
    """Operator-set options: the settings, the docs and the web form are made from this model."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Provider(Protocol):
    """An engine behind a port. Constructing one is cheap: nothing is loaded until first use."""

    @property
    def name(self) -> str:
        """The registered name. A provider writes `name: ClassVar[str] = "..."`."""
        ...

    Options: ClassVar[type[ProviderOptions]]

    def __init__(self, options: Any) -> None: ...

    @property
    def fingerprint(self) -> str:
        """Changes whenever the same input could give another output. Part of cache keys. Cheap."""
        ...

    def check(self) -> None:
        """Raise `ProviderNotReady` with the remedy unless a call could succeed now.

        Cheap: no paid request, no model loaded.
        """
        ...
