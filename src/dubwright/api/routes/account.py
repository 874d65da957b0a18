"""`/account`: whose key this is, and how much its things take."""

from dubwright.api.access import ReadCaller, TheService
from dubwright.api.routing import service_router
from dubwright.jobs import accounts
from dubwright.jobs.accounts import AccountResource

router = service_router("usage")


@router.get("/account")
def show_account(service: TheService, caller: ReadCaller) -> AccountResource:
    """Show the key's account: its name, what it holds, and how much it may hold.

    Only whoever runs the service changes the quota, with `dubwright accounts quota`.
    """
    return accounts.show_account(service, caller)
