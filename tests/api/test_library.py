"""The list of projects: searched, narrowed to a state, page by page, and quick however long."""

import unicodedata
from contextlib import contextmanager
from itertools import product

import pytest
import sqlalchemy as sa
from clients import bearer
from journeys import VIDEO, dubbed_project, new_project, started, transcribed_project

from dubwright.db.engine import Database
from dubwright.db.ids import new_id
from dubwright.db.tables import Account, Operation, Project, Target
from dubwright.domain.job import Failure
from dubwright.jobs.accounts import LOCAL_ACCOUNT, create_account
from dubwright.jobs.concluding import fail_operation, mark_cancelled
from dubwright.jobs.keys import create_first_key
from dubwright.jobs.library import projects_shown
from dubwright.jobs.paging import Cursor, page_of
from dubwright.jobs.project_states import is_in_state

BROKEN = Failure(code="media_failed", message="it broke")


def listed(client, **asked):
    """The names of all projects that are found, over as many pages as there are."""
    names, cursor = [], None
    while True:
        answer = client.get(
            "/v1/projects", params={**asked, **({"cursor": cursor} if cursor else {})}
        )
        assert answer.status_code == 200, answer.text
        names += [project["name"] for project in answer.json()["items"]]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return names


def shown(client, project):
    return client.get(f"/v1/projects/{project}").json()


def failed_project(client, service):
    project = new_project(client, service, "de")
    fail_operation(service, started(client, f"/v1/projects/{project}:run"), 1, BROKEN)
    return project


def stale_project(client, service):
    dubbed = dubbed_project(client, service)
    voices = {"voices": {"S1": "another"}}
    answer = client.patch(dubbed.target_url, json=voices, headers={"If-Match": "*"})
    assert answer.status_code == 200
    return dubbed.id


def working_project(client, service):
    project = new_project(client, service, "de")
    started(client, f"/v1/projects/{project}:run")
    return project


def project_row(now, account, **more):
    return Project(
        id=new_id("prj"), account_id=account, name="A talk", created_at=now, updated_at=now, **more
    )


@contextmanager
def statements_of(on):
    """What the database is asked on an engine or a connection: text and parameters."""
    noted = []

    def note(*told):
        noted.append(told[2:4])

    sa.event.listen(on, "before_cursor_execute", note)
    yield noted
    sa.event.remove(on, "before_cursor_execute", note)


@pytest.fixture
def one_of_each(client, service):
    """A project in every state, by the state."""
    return {
        "draft": new_project(client, service, "de"),
        "ready": dubbed_project(client, service).id,
        "stale": stale_project(client, service),
        "failed": failed_project(client, service),
        "working": working_project(client, service),
    }


@pytest.mark.parametrize("search", ["grüße", "GRÜSSE", "üß", unicodedata.normalize("NFD", "Grü")])
def test_a_project_is_found_by_any_part_of_its_name_however_it_is_typed(client, service, search):
    new_project(client, service, name="Viele Grüße aus Köln")
    new_project(client, service, name="Something else")
    assert listed(client, search=search) == ["Viele Grüße aus Köln"]


def test_a_name_with_loose_accents_is_found_by_one_with_fixed_ones(client, service):
    loose = unicodedata.normalize("NFD", "Café.mp4")
    new_project(client, service, name=loose)
    assert listed(client, search="café") == [loose]


def test_a_new_name_is_found_and_the_old_one_is_not(client, service):
    project = new_project(client, service, name="Before")
    changes = {"name": "After"}
    client.patch(f"/v1/projects/{project}", json=changes, headers={"If-Match": "*"})
    assert listed(client, search="after") == ["After"]
    assert listed(client, search="before") == []


@pytest.mark.parametrize("sign", ["%", "_", "/", "\\", "'"])
def test_signs_of_the_search_stand_for_themselves(client, service, sign):
    new_project(client, service, name=f"a{sign}b")
    new_project(client, service, name="axb")
    assert listed(client, search=f"A{sign}B") == [f"a{sign}b"]
    assert listed(client, search=sign) == [f"a{sign}b"]


def test_an_empty_search_finds_everything(client, service):
    new_project(client, service, name="One")
    assert listed(client, search="") == ["One"]


def test_a_search_of_any_length_is_answered(client):
    assert client.get("/v1/projects", params={"search": "ﷺ" * 200}).json()["items"] == []
    assert client.get("/v1/projects", params={"search": "x" * 201}).status_code == 422


def test_every_state_is_told_and_found(client, service, one_of_each):
    for state, project in one_of_each.items():
        assert shown(client, project)["state"] == state
        found = client.get("/v1/projects", params={"state": state}).json()["items"]
        assert [one["id"] for one in found] == [project], state


def test_a_state_that_there_is_not_is_refused(client):
    answer = client.get("/v1/projects", params={"state": "done"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")


def test_a_cancelled_operation_leaves_a_project_as_it_was(client, service):
    dubbed = dubbed_project(client, service)
    mark_cancelled(service, started(client, f"{dubbed.url}:run"), 1)
    assert shown(client, dubbed.id)["state"] == "ready"


def test_a_failure_is_over_when_something_later_went_well(client, service):
    project = failed_project(client, service)
    mark_cancelled(service, started(client, f"/v1/projects/{project}:ingest"), 1)
    assert shown(client, project)["state"] == "draft"


def test_a_project_with_a_language_that_is_still_to_be_dubbed_is_a_draft(client, service):
    dubbed = dubbed_project(client, service)
    assert client.post(f"{dubbed.url}/targets", json={"language": "fr"}).status_code == 201
    assert shown(client, dubbed.id)["state"] == "draft"


def test_search_and_state_narrow_every_page(client, service):
    for number in range(5):
        new_project(client, service, name=f"Talk {number}")
        new_project(client, service, name=f"Film {number}")
    working = new_project(client, service, "de", name="Talk at work")
    started(client, f"/v1/projects/{working}:run")
    talks = [f"Talk {number}" for number in (4, 3, 2, 1, 0)]
    assert listed(client, search="talk", state="draft", limit=2) == talks


def test_nobody_finds_projects_of_others(client, service, token):
    client.headers.update(bearer(token))
    new_project(client, service, name="Mine")
    other = create_account(service, "Mallory")
    client.headers.update(bearer(create_first_key(service, "m", other.id).token))
    assert listed(client, search="mine") == []
    assert listed(client, state="draft") == []


def test_a_project_tells_what_it_holds(client, service):
    dubbed = dubbed_project(client, service)
    project = shown(client, dubbed.id)
    files = project["targets"][0]["artifacts"]
    assert len(files) >= 4
    assert project["stored_bytes"] == len(VIDEO) + sum(one["size_bytes"] for one in files)
    storage = client.get("/v1/usage").json()["storage"]
    assert project["stored_bytes"] <= storage["uploads_bytes"] + storage["artifacts_bytes"]


def test_a_project_whose_link_was_not_fetched_holds_nothing(service):
    now = service.now()
    with service.database.writing() as session:
        session.add(Account(id="acc_1", name="Ada", created_at=now))
        project = project_row(now, "acc_1")
        session.add(project)
        session.flush()
        assert projects_shown(session, [project])[0].stored_bytes == 0


def test_a_project_shows_its_newest_operation(client, service):
    project = new_project(client, service, "de")
    assert shown(client, project)["operation"] is None
    mark_cancelled(service, started(client, f"/v1/projects/{project}:ingest"), 1)
    newest = started(client, f"/v1/projects/{project}/targets/de:translate")
    operation = client.get(f"/v1/operations/{newest}").json()
    assert operation["target"] == "de"
    assert shown(client, project)["operation"] == operation
    assert client.get("/v1/projects").json()["items"][0]["operation"] == operation


def test_the_list_shows_what_each_project_shows(client, service, one_of_each):
    items = client.get("/v1/projects").json()["items"]
    assert items == [shown(client, project) for project in reversed(one_of_each.values())]


def test_stale_is_the_same_word_for_a_target_and_its_project(client, service):
    local_project = transcribed_project(client, service)
    with service.database.writing() as session:
        now = session.get_one(Project, local_project).created_at
        cases = list(product((0, 1, 2), (1, 2), (None, "a", "b"), (None, "a")))
        for output, revision, of_target, of_project in cases:
            project = project_row(now, LOCAL_ACCOUNT, lines_key=of_project)
            session.add(project)
            target = Target(
                id=new_id("tgt"),
                project_id=project.id,
                language="de",
                output_revision=output,
                revision=revision,
                lines_key=of_target,
                created_at=now,
                updated_at=now,
            )
            session.add(target)
        session.flush()
        rows = session.scalars(sa.select(Project).where(Project.id != local_project)).all()
        found = projects_shown(session, rows)
    assert len(found) == len(cases)
    for project in found:
        [target] = project.targets
        status = {"empty": "draft"}.get(target.status, target.status)
        assert project.state == status, target
    assert {project.state for project in found} == {"draft", "ready", "stale"}


@pytest.mark.parametrize("path", ["/v1/projects", "/v1/operations"])
def test_a_long_list_asks_the_database_no_more_often_than_a_short_one(client, service, path):
    counts = []
    for more in (1, 6):
        for _ in range(more):
            dubbed_project(client, service)
        with statements_of(service.database._engine) as asked:
            assert client.get(path).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] < 20


def test_a_page_is_read_from_the_index_without_sorting_everything(sqlite_url):
    database = Database(sqlite_url)
    wanted = Project.account_id == LOCAL_ACCOUNT, is_in_state("stale")
    with database.reading() as session:
        connection = session.connection()
        with statements_of(connection) as asked:
            page_of(session, Project, Cursor(), *wanted)
        [(statement, parameters)] = asked
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        plan = "\n".join(map(str, rows))
    database.close()
    assert "ix_project_account_id_created_at" in plan
    assert "ix_operation_project_id_created_at" in plan
    assert "TEMP B-TREE" not in plan
    assert "SCAN" not in plan


def test_the_state_of_one_says_nothing_of_another(client, service):
    failed = failed_project(client, service)
    draft = new_project(client, service, "de")
    assert (shown(client, failed)["state"], shown(client, draft)["state"]) == ("failed", "draft")
    with service.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Operation)) == 1
