"""Exit codes: one for each kind of failure, so that scripts can tell them apart."""

from dubwright.domain.errors import (
    BudgetExceeded,
    Cancelled,
    ConflictError,
    DubError,
    Forbidden,
    InputError,
    LinkError,
    MediaError,
    NotFoundError,
    NothingToDub,
    ProviderError,
    ProviderNotReady,
    QualityError,
    QuotaExceeded,
    StorageError,
    Throttled,
    Unauthenticated,
    WorkerCrashed,
)

OK = 0
INTERNAL = 1
USAGE = 2

# The first class that fits decides, so the narrower ones stand first.
EXIT_CODES: tuple[tuple[type[DubError], int], ...] = (
    (NothingToDub, 3),
    (InputError, 4),
    (NotFoundError, 4),
    (ConflictError, 5),
    (ProviderNotReady, 6),
    (ProviderError, 7),
    (LinkError, 7),
    (MediaError, 8),
    (StorageError, 9),
    (QualityError, 10),
    (WorkerCrashed, 14),
    (BudgetExceeded, 11),
    (Unauthenticated, 12),
    (Forbidden, 12),
    (Throttled, 13),
    (QuotaExceeded, 13),
    (Cancelled, 130),
)


def exit_code(error: DubError) -> int:
    """The exit code of a failure; 1 when the table has none."""
    return next((code for kind, code in EXIT_CODES if isinstance(error, kind)), INTERNAL)
