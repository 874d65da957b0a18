"""Names and addresses of this machine itself."""

from ipaddress import ip_address


def is_loopback(host: str | None) -> bool:
    """Whether a host is this machine, by its name or its address. No name is looked up."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
