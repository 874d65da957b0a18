"""What becomes of an operation: the worker's news, and how it ended."""

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from dubwright.db.errors import count_error
from dubwright.db.events import record_event
from dubwright.db.tables import Operation, ProviderCall
from dubwright.domain.errors import QuotaExceeded
from dubwright.domain.job import (
    FINAL_STATES,
    Failure,
    OperationProgress,
    OperationResult,
    OperationState,
)
from dubwright.jobs.assignments import (
    CallNews,
    FetchedNews,
    LogNews,
    Outcome,
    StageNews,
)
from dubwright.jobs.deliveries import queue_deliveries
from dubwright.jobs.keeping import keep_outcome
from dubwright.jobs.keeping_source import keep_source
from dubwright.jobs.service import Service
from dubwright.jobs.spending import add_to_spent
from dubwright.jobs.starting import stop, submission_of

News = StageNews | CallNews | LogNews | FetchedNews
_NEWS: TypeAdapter[News] = TypeAdapter(News)


def record_news(service: Service, operation_id: str, message: str) -> None:
    """Write down what the worker told. A source that does not fit ends the operation."""
    news = _NEWS.validate_json(message)
    if isinstance(news, FetchedNews):
        _take_source(service, operation_id, news)
        return
    with service.database.writing() as session:
        operation = session.get(Operation, operation_id, with_for_update=True)
        if operation is None:
            return
        if isinstance(news, CallNews):
            # Also from an attempt that is over: the vendor bills it all the same.
            session.add(_call(service, operation, news))
            add_to_spent(session, operation, news)
        if operation.state in FINAL_STATES:
            return
        operation.last_news_at = service.now()
        match news:
            case StageNews():
                operation.progress = _progress(operation.progress, news)
                record_event(session, operation, "stage")
            case LogNews():
                record_event(session, operation, "log", news.message)


def conclude_operation(service: Service, operation_id: str, attempt: int, outcome: Outcome) -> None:
    """Take over what was made, and say how it ended. An attempt that was replaced changes nothing."""
    with service.database.writing() as session:
        operation = _open(session, operation_id, attempt)
        if operation is None:
            return
        keep_outcome(service, session, operation, outcome)
        operation.result = _result(outcome)
        state: OperationState = "failed" if outcome.failure else "succeeded"
        _end(service, session, operation, state, outcome.failure)


def fail_operation(service: Service, operation_id: str, attempt: int, failure: Failure) -> None:
    """The attempt ended without an outcome."""
    with service.database.writing() as session:
        operation = _open(session, operation_id, attempt)
        if operation is not None:
            _end(service, session, operation, "failed", failure)


def mark_cancelled(service: Service, operation_id: str, attempt: int) -> None:
    """The attempt was stopped, as was asked."""
    with service.database.writing() as session:
        operation = _open(session, operation_id, attempt)
        if operation is not None:
            _end(service, session, operation, "cancelled", None)


def _take_source(service: Service, operation_id: str, news: FetchedNews) -> None:
    """Also from an attempt that is over: what was fetched need not be fetched again."""
    with service.database.writing() as session:
        operation = session.get(Operation, operation_id, with_for_update=True)
        if operation is None:
            return
        is_over = operation.state in FINAL_STATES
        try:
            keep_source(service, session, operation, news)
        except QuotaExceeded as exc:
            if is_over:
                return
            _end(service, session, operation, "failed", Failure.of(exc))
            workflow = submission_of(session, operation).workflow
        else:
            if not is_over:
                operation.last_news_at = service.now()
            return
    stop(service, operation_id, workflow)


def _open(session: Session, operation_id: str, attempt: int) -> Operation | None:
    operation = session.get(Operation, operation_id, with_for_update=True)
    if operation is None or operation.attempt != attempt or operation.state in FINAL_STATES:
        return None
    return operation


def _end(
    service: Service,
    session: Session,
    operation: Operation,
    state: OperationState,
    failure: Failure | None,
) -> None:
    now = service.now()
    operation.state, operation.failure = state, failure
    operation.finished_at = operation.last_news_at = now
    if state == "succeeded":
        done = operation.progress.model_copy(update={"percent": 100.0, "eta_s": 0})
        operation.progress = done
    if failure is not None:
        count_error(session, failure, operation.kind, operation.id)
    record_event(session, operation, "state", failure.code if failure else "")
    queue_deliveries(service, session, operation)


def _call(service: Service, operation: Operation, news: CallNews) -> ProviderCall:
    told = news.model_dump(exclude={"news"})
    return ProviderCall(
        operation_id=operation.id, account_id=operation.account_id, at=service.now(), **told
    )


def _progress(before: OperationProgress, news: StageNews) -> OperationProgress:
    return OperationProgress(
        stage=news.stage,
        percent=min(99.9, max(before.percent, news.percent)),
        done=news.done,
        total=news.total,
        eta_s=news.eta_s,
    )


def _result(outcome: Outcome) -> OperationResult:
    names = [one.name for one in outcome.artifacts]
    names += [one.name for made in outcome.targets for one in made.artifacts]
    return OperationResult(artifacts=tuple(dict.fromkeys(names)), value=outcome.value)
