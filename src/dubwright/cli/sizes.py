"""Amounts of bytes, as people write and read them."""

from pydantic import ByteSize, TypeAdapter, ValidationError

from dubwright.domain.errors import InputError

_SIZE: TypeAdapter[ByteSize] = TypeAdapter(ByteSize)
_NONE = "none"
_MOST_BYTES = 2**53 - 1


def parse_quota(text: str) -> int | None:
    """Bytes of `10GiB` or `500MB`; None for `none`, which is no limit. Raises `InputError`."""
    if text.strip().lower() == _NONE:
        return None
    try:
        size_bytes = int(_SIZE.validate_python(text.strip()))
    except ValidationError as exc:
        raise _no_quota(text) from exc
    if not 0 <= size_bytes <= _MOST_BYTES:
        raise _no_quota(text)
    return size_bytes


def shown_size(size_bytes: int) -> str:
    """Such as `9.8GiB`."""
    return ByteSize(size_bytes).human_readable()


def shown_quota(quota_bytes: int | None) -> str:
    """Such as `10.0GiB`, or `none`."""
    return _NONE if quota_bytes is None else shown_size(quota_bytes)


def _no_quota(text: str) -> InputError:
    return InputError(f"{text!r} is no amount of bytes", hint="write `10GiB`, `500MB` or `none`")
