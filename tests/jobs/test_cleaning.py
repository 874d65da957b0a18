"""Clean-up: what nobody refers to goes, what anybody refers to stays."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rows import NOON, add_account, add_operation, add_project, add_target
from sqlalchemy.orm import Session

from dubwright.db.engine import Database
from dubwright.db.events import record_event
from dubwright.db.ids import new_id
from dubwright.db.tables import (
    Account,
    Artifact,
    Delivery,
    Operation,
    OperationEventRow,
    Project,
    Upload,
    Webhook,
    Worker,
)
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Lines
from dubwright.jobs.assignments import KeptTake, SpokenTakes
from dubwright.jobs.cleaning import Cleaned, CleaningPolicy, clean_up
from dubwright.jobs.documents import keep_document
from dubwright.jobs.holdings import stored_bytes
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.pipeline.order import Pin
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner

DAY = timedelta(days=1)
LINES = Lines(language=LanguageTag("en"), utterances=())


class NoEngine:
    """Nothing is worked on."""


@dataclass(frozen=True)
class Yard:
    """A service with a store whose files can grow old at once."""

    service: Service
    store: LocalObjectStore
    folder: Path

    def put(self, key: str, size_bytes: int = 3) -> str:
        file = self.folder / "file"
        file.write_bytes(b"x" * size_bytes)
        self.store.put(key, file)
        return key

    def grow_old(self, by: timedelta = 2 * DAY) -> None:
        """As if everything in the store, marks too, had been put so much earlier."""
        for file in self.store.folder.rglob("*"):
            if file.is_file():
                then = file.stat().st_mtime - by.total_seconds()
                os.utime(file, (then, then))

    def clean(self, policy: CleaningPolicy | None = None) -> Cleaned:
        return clean_up(self.service, datetime.now(UTC), policy)

    def clean_for_good(self) -> None:
        """Round after round, long after everything was put."""
        for _ in range(3):
            self.grow_old()
            self.clean()

    def objects(self) -> set[str]:
        return {key for key in self.store.keys("") if not key.startswith("doomed/")}

    def write(self, make: Callable[[Session, Account], None]) -> None:
        """Rows of an account."""
        with self.service.database.writing() as session:
            make(session, add_account(session))


def yard_of(database: Database, folder: Path) -> Yard:
    store = LocalObjectStore(folder / "objects", UrlSigner(b"0123456789abcdef"))
    service = Service(database, store, NoEngine(), ServiceOptions(data_folder=folder))
    return Yard(service, store, folder)


@pytest.fixture
def yard(database: Database, tmp_path: Path) -> Yard:
    return yard_of(database, tmp_path)


def add_upload(
    session: Session, account: Account, key: str | None, size_bytes: int = 3, *, kept: bool = True
) -> Upload:
    upload = Upload(
        id=new_id("upl"),
        account_id=account.id,
        file_name="talk.mp4",
        size_bytes=size_bytes,
        received_bytes=size_bytes if key else 0,
        object_key=key,
        created_at=NOON,
        expires_at=datetime.now(UTC) + (DAY if kept else -DAY),
    )
    session.add(upload)
    return upload


def add_artifact(
    session: Session, account: Account, key: str, size_bytes: int = 3, **place: str
) -> Artifact:
    artifact = Artifact(
        id=new_id("art"),
        account_id=account.id,
        name=f"{key[-6:]}.mp4",
        object_key=key,
        content_type="video/mp4",
        size_bytes=size_bytes,
        sha256="0" * 64,
        created_at=NOON,
        **place,
    )
    session.add(artifact)
    return artifact


def test_what_nobody_refers_to_is_deleted_after_a_day_and_two_rounds(yard):
    keys = ["artifacts/aa", "documents/bb.json", "sources/cc", "work/dd/takes/1.npy"]
    for key in keys:
        yard.put(key)
    assert yard.clean().objects == 0
    yard.grow_old(timedelta(hours=23))
    assert yard.clean().objects == 0
    assert yard.objects() == set(keys)
    yard.grow_old(timedelta(hours=2))
    cleaned = yard.clean()
    assert (cleaned.objects, cleaned.bytes) == (4, 12)
    assert list(yard.store.keys("")) == []


def test_what_was_just_seen_without_a_name_stays_however_old_it_is(yard):
    yard.put("artifacts/aa")
    yard.grow_old(30 * DAY)
    assert yard.clean().objects == 0
    assert yard.objects() == {"artifacts/aa"}


def test_what_is_put_again_counts_as_new(yard):
    yard.put("artifacts/aa")
    yard.clean()
    yard.grow_old()
    yard.put("artifacts/aa")
    assert yard.clean().objects == 0


def test_a_document_that_is_kept_again_counts_as_new(yard):
    key = keep_document(yard.store, LINES)
    yard.clean()
    yard.grow_old()
    assert keep_document(yard.store, LINES) == key
    assert yard.clean().objects == 0


def test_an_operation_that_runs_keeps_what_it_was_told_of_however_long_it_takes(yard):
    def long_running(session: Session, account: Account) -> None:
        operation = add_operation(session, account)
        operation.state = "running"
        operation.started_at = datetime.now(UTC) - 10 * DAY

    yard.put("documents/script.json")
    yard.write(long_running)
    yard.grow_old(20 * DAY)  # written before the operation began
    yard.clean()  # replaced while it runs
    yard.grow_old(5 * DAY)
    assert yard.clean().objects == 0
    with yard.service.database.writing() as session:
        session.execute(sa.update(Operation).values(state="succeeded"))
    assert yard.clean().objects == 1


def test_a_mark_goes_when_somebody_refers_to_the_file_again(yard):
    key = yard.put("sources/aa")
    yard.clean()
    assert list(yard.store.keys("doomed")) == ["doomed/sources/aa"]
    yard.write(lambda session, account: add_upload(session, account, key) and None)
    yard.clean()
    assert list(yard.store.keys("doomed")) == []


COLUMNS = [
    *("upload", "source", "lines", "speakers", "script", "receipt", "target_lines"),
    *("artifact", "argument", "work"),
]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(named=st.sets(st.tuples(st.sampled_from(COLUMNS), st.integers(0, 3)), max_size=12))
def test_what_any_row_names_is_never_deleted_and_the_rest_is(sqlite_url, named):
    keys = {
        (column, number): (
            f"work/{column_number(column, number)}/stage/1.json"
            if column == "work"
            else f"{folder_of(column)}/{column}-{number}"
        )
        for column in COLUMNS
        for number in range(4)
    }
    with TemporaryDirectory() as folder:
        database = Database(sqlite_url)
        with database.writing() as session:
            for table in (Artifact, Operation, Project, Upload):
                session.execute(sa.delete(table))
        yard = yard_of(database, Path(folder))
        for key in keys.values():
            yard.put(key)

        def name_them(session: Session, account: Account) -> None:
            for column, number in named:
                give_name(session, account, column, keys[column, number])

        yard.write(name_them)
        yard.clean_for_good()
        assert yard.objects() == {keys[one] for one in named}
        database.close()


def folder_of(column: str) -> str:
    if column in ("upload", "source", "argument"):
        return "sources"
    return "artifacts" if column == "artifact" else "documents"


def column_number(column: str, number: int) -> str:
    return f"{number:016x}"


def give_name(session: Session, account: Account, column: str, key: str) -> None:
    """A row that names the key in one of the ways in which rows do."""
    project = add_project(session, account)
    target = add_target(session, project)
    columns = {
        "source": (project, "source_key"),
        "lines": (project, "lines_key"),
        "speakers": (project, "speakers_key"),
        "script": (target, "script_key"),
        "receipt": (target, "receipt_key"),
        "target_lines": (target, "lines_key"),
    }
    if column in columns:
        row, name = columns[column]
        setattr(row, name, key)
    elif column == "upload":
        add_upload(session, account, key)
    elif column == "artifact":
        add_artifact(session, account, key, project_id=project.id)
    elif column == "argument":
        operation = add_operation(session, account)
        operation.arguments = {"given": {"nested": [{"object_key": key}]}}
    else:
        project.source_key = f"sources/{key.split('/')[1]}{'0' * 48}"
        project.updated_at = datetime.now(UTC)


def test_work_files_of_an_idle_project_go_and_those_of_a_busy_one_stay(yard):
    keys = [yard.put(f"work/{n:016x}/takes/1.npy") for n in range(4)]
    now = datetime.now(UTC)

    def projects(session: Session, account: Account) -> None:
        ages = ((29, None, None), (31, None, None), (31, 29, "failed"), (31, 31, "queued"))
        for number, (changed, heard_of, state) in enumerate(ages):
            project = add_project(session, account)
            project.source_key = f"sources/{number:016x}{'0' * 48}"
            project.updated_at = now - changed * DAY
            if heard_of is not None:
                operation = add_operation(session, account, project)
                operation.state, operation.last_news_at = state, now - heard_of * DAY

    yard.write(projects)
    yard.clean_for_good()
    assert yard.objects() == {keys[0], *keys[2:]}


def test_takes_that_people_may_go_back_to_outlive_the_other_work_files(yard):
    work = "work/" + "a" * 16
    newest, older, forgotten = (yard.put(f"{work}/speak/{name}.npz") for name in "noz")
    mix = yard.put(f"{work}/mix/1.aac")
    kept = SpokenTakes(takes={1: newest}, history={1: (kept_take(newest), kept_take(older))})
    (yard.folder / "takes.json").write_text(kept.model_dump_json())
    yard.store.put("artifacts/takes", yard.folder / "takes.json")
    projects: list[str] = []

    def idle(session: Session, account: Account) -> None:
        project = add_project(session, account)
        project.source_key = f"sources/{'a' * 64}"
        project.updated_at = datetime.now(UTC) - 31 * DAY
        target = add_target(session, project)
        artifact = add_artifact(
            session, account, "artifacts/takes", project_id=project.id, target_id=target.id
        )
        artifact.name = "takes.json"
        projects.append(project.id)

    yard.write(idle)
    yard.clean_for_good()
    assert yard.objects() == {newest, older, "artifacts/takes"}
    assert {forgotten, mix} & yard.objects() == set()
    with yard.service.database.writing() as session:
        session.delete(session.get_one(Project, projects[0]))
    yard.clean_for_good()
    assert yard.objects() == set()


def kept_take(key: str) -> KeptTake:
    pin = Pin(voice="v", asked=1.0, speed=1.0, variant=0)
    return KeptTake(
        name=Path(key).stem,
        text="Olá.",
        voice="v",
        speed=None,
        asked=pin,
        engine="tone/1",
        object_key=key,
        duration_ms=900,
        created_at=NOON,
    )


def test_old_operations_go_with_what_they_made_for_themselves(yard):
    own, of_project = yard.put("artifacts/own"), yard.put("artifacts/project")

    def ended(session: Session, account: Account) -> None:
        project = add_project(session, account)
        old, young, running = (add_operation(session, account) for _ in range(3))
        old.state = young.state = "succeeded"
        running.state = "running"
        old.finished_at = datetime.now(UTC) - 91 * DAY
        young.finished_at = datetime.now(UTC) - 89 * DAY
        running.started_at = old.finished_at
        record_event(session, old, "state")
        add_artifact(session, account, own, operation_id=old.id)
        add_artifact(session, account, of_project, project_id=project.id)

    yard.write(ended)
    assert yard.clean().operations == 1
    with yard.service.database.writing() as session:
        assert set(session.scalars(sa.select(Operation.state))) == {"succeeded", "running"}
        assert session.scalars(sa.select(OperationEventRow)).all() == []
        session.execute(sa.update(Operation).values(state="succeeded"))
    yard.clean_for_good()
    assert yard.objects() == {of_project}


def test_many_old_operations_go_in_one_round(yard):
    def ended(session: Session, account: Account) -> None:
        for _ in range(1_001):
            operation = add_operation(session, account)
            operation.state, operation.finished_at = "failed", NOON - 400 * DAY

    yard.write(ended)
    assert yard.clean().operations == 1_001


def test_old_messages_and_silent_workers_go(yard):
    def rows(session: Session, account: Account) -> None:
        hook = Webhook(
            id="whk_1", account_id=account.id, url="", secret="", events=[], created_at=NOON
        )
        session.add(hook)
        for number, age in enumerate((31 * DAY, 29 * DAY)):
            session.add(
                Delivery(
                    id=f"dlv_{number}",
                    webhook_id=hook.id,
                    account_id=account.id,
                    event="webhook.test",
                    body={},
                    next_at=NOON,
                    created_at=datetime.now(UTC) - age,
                )
            )
        now_s = datetime.now(UTC).timestamp()
        for number, silent_s in enumerate((90_000, 10)):
            session.add(
                Worker(
                    id=f"w{number}", state="dead", beat_s=now_s - silent_s, application_version="1"
                )
            )

    yard.write(rows)
    cleaned = yard.clean()
    assert (cleaned.deliveries, cleaned.workers) == (1, 1)
    with yard.service.database.reading() as session:
        assert session.scalars(sa.select(Delivery.id)).all() == ["dlv_1"]
        assert session.scalars(sa.select(Worker.id)).all() == ["w1"]


def test_an_upload_whose_time_is_over_goes_with_its_file(yard):
    gone, kept = yard.put("sources/gone"), yard.put("sources/kept")

    def uploads(session: Session, account: Account) -> None:
        add_upload(session, account, gone, kept=False)
        add_upload(session, account, kept)

    yard.write(uploads)
    assert yard.clean().uploads == 1
    yard.clean_for_good()
    assert yard.objects() == {kept}


def test_the_policy_says_how_long_events_are_kept(yard):
    def told(session: Session, account: Account) -> None:
        record_event(session, add_operation(session, account), "log", "hello")

    yard.write(told)
    assert yard.clean().rows.events == 0
    assert yard.clean(CleaningPolicy(events=timedelta(0))).rows.events == 1


def test_an_account_holds_each_of_its_sources_once_and_all_its_artifacts(yard):
    accounts: list[str] = []

    def rows(session: Session, account: Account) -> None:
        accounts.append(account.id)
        for _ in range(2):
            add_upload(session, account, "sources/one", size_bytes=1_000)
        add_upload(session, account, "sources/two", size_bytes=500)
        add_upload(session, account, None, size_bytes=30)
        add_artifact(session, account, "artifacts/a", size_bytes=5)
        add_artifact(session, account, "artifacts/a", size_bytes=5)

    yard.write(rows)
    yard.write(rows)
    with yard.service.database.reading() as session:
        assert [stored_bytes(session, one) for one in accounts] == [1_540, 1_540]
        assert stored_bytes(session, "acc_nobody") == 0
