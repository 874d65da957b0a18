"""A body poured into an upload: what arrived stays, wherever the connection was cut."""

from collections.abc import AsyncIterator

from anyio import CancelScope, to_thread

from dubwright.jobs.receiving import Receiver
from dubwright.jobs.uploads import UploadResource

BLOCK_BYTES = 2**20


async def pour(stream: AsyncIterator[bytes], receiver: Receiver) -> UploadResource:
    """Write a body block by block, in threads; no more than a block and a piece is held.

    Raises what the stream or the receiver raises, after what arrived was kept.
    """
    waiting = bytearray()
    try:
        async for piece in stream:
            waiting += piece
            if len(waiting) >= BLOCK_BYTES:
                block, waiting = waiting, bytearray()
                await to_thread.run_sync(receiver.write, bytes(block))
    except BaseException:
        with CancelScope(shield=True):
            await to_thread.run_sync(receiver.stop, bytes(waiting))
        raise
    with CancelScope(shield=True):
        upload = await to_thread.run_sync(receiver.finish, bytes(waiting))
    return upload  # noqa: RET504  # to the type checker the scope may end an error
