"""Takes that stay when the other work files of a project go: people may still go back to them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from dubwright.db.tables import Artifact, Project
from dubwright.jobs.take_history import TAKES_NAME, history_at
from dubwright.ports.object_store import ObjectStore

WORK: Final = "work"
_NAME_OF_WORK: Final = 16
_TAKES_FOLDER: Final = "speak"


def work_of(source_key: str) -> str:
    """Under which prefix the work files of a source lie."""
    return f"{WORK}/{source_key.rsplit('/', 1)[-1][:_NAME_OF_WORK]}"


@dataclass(frozen=True, slots=True)
class KeptTakes:
    """Where the lists of takes lie, by the prefix of the work files that they belong to."""

    lists: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, session: Session) -> Self:
        """Those of all projects."""
        wanted = (
            select(Project.source_key, Artifact.object_key)
            .join(Artifact, Artifact.project_id == Project.id)
            .where(Artifact.name == TAKES_NAME)
        )
        lists: defaultdict[str, set[str]] = defaultdict(set)
        for source_key, object_key in session.execute(wanted):
            if source_key is not None:
                lists[work_of(source_key)].add(object_key)
        return cls({work: frozenset(keys) for work, keys in lists.items()})

    def are_all_that_is_left(self, work: str, keys: Iterable[str]) -> bool:
        """Whether the other work files went before, so that the lists need not be read again."""
        return work in self.lists and all(key.split("/")[2] == _TAKES_FOLDER for key in keys)

    def named(self, store: ObjectStore, work: str) -> set[str]:
        """The keys of the takes that are kept of a source."""
        lists = [history_at(store, key) for key in sorted(self.lists.get(work, ()))]
        newest = {key for takes in lists for key in takes.takes.values()}
        older = {take.object_key for one in lists for kept in one.history.values() for take in kept}
        return newest | older
