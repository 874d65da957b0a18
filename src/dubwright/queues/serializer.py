"""How the engine stores the arguments and answers of workflows: small JSON, never pickles."""

import json

from dbos import Serializer

_MAX_BYTES = 64 * 1024
_ERROR = "$error"
_MESSAGE_CHARACTERS = 2000


class WorkflowError(Exception):
    """An exception of a workflow, read back from the database: its class by name, its message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class JsonSerializer(Serializer):
    """JSON up to 64 KiB. Media, documents and texts belong in the object store."""

    def name(self) -> str:
        """Stored in each row, so that no other serializer reads it."""
        return "dubwright_json"

    def serialize(self, data: object) -> str:
        """The value as JSON. Raises `ValueError` for one that is too large, `TypeError` for one that JSON has not."""
        text = json.dumps(_plain(data), separators=(",", ":"))
        size = len(text.encode())
        if size > _MAX_BYTES:
            raise ValueError(f"{size} bytes are too many for a workflow; {_MAX_BYTES} fit")
        return text

    def deserialize(cls, serialized_data: str) -> object:  # noqa: N805  # named so by its base class
        """What `serialize` was given: lists for tuples, `WorkflowError` for exceptions."""
        value = json.loads(serialized_data)
        if isinstance(value, dict) and _ERROR in value:
            return WorkflowError(**value[_ERROR])
        return value


def _plain(value: object) -> object:
    if isinstance(value, BaseException):
        message = str(value)[:_MESSAGE_CHARACTERS]
        return {_ERROR: {"kind": type(value).__name__, "message": message}}
    return value
