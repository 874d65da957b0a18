"""`Content-Disposition`: what a browser calls a file that it downloads."""

import re
from urllib.parse import quote


def disposition(file_name: str) -> str:
    """The header for any name (RFC 6266, RFC 8187), with an ASCII one for old clients."""
    plain = re.sub(r"[^A-Za-z0-9 ._()-]", "_", file_name)
    encoded = quote(file_name, safe="!#$&+-.^_`|~", errors="replace")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
