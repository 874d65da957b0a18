"""What a project begins with: a file that is here, or a link to one."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from dubwright.domain.source_link import SourceLink
from dubwright.jobs.caller import Caller
from dubwright.jobs.holdings import require_quota
from dubwright.jobs.links import NewLink, accepted_link
from dubwright.jobs.lookup import own_finished_upload
from dubwright.jobs.service import Service


@dataclass(frozen=True, slots=True)
class Beginning:
    """A source: of an upload with its object, or of a link that is still to be followed."""

    file_name: str
    upload_id: str | None = None
    source_key: str | None = None
    link: SourceLink | None = None


def beginning_of(
    service: Service,
    session: Session,
    caller: Caller,
    *,
    upload: str | None,
    link: NewLink | None,
) -> Beginning:
    """The source that is asked for by the id of an upload, or by a link, which goes before.

    Raises `NotFoundError` or `ConflictError` for the upload; for the link what `accepted_link`
    raises, or `QuotaExceeded` when there is no room for anything.
    """
    if link is not None:
        accepted = accepted_link(service, caller, link)
        require_quota(session, caller.account_id, caller.key_id, 1)
        return Beginning(accepted.file_name, link=accepted)
    found = own_finished_upload(session, caller, upload or "", to_use=True)
    return Beginning(found.file_name, found.id, found.object_key)
