"""A whole worker as a program, with a folder in place of the application's tables."""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

from dubwright.domain.errors import DubError
from dubwright.observability.logs import configure_logs
from dubwright.queues.endings import Ending
from dubwright.queues.flow import WorkerOptions
from dubwright.worker.crew import CrewOptions
from dubwright.worker.messages import Conclusion
from dubwright.worker.run import Duties, OperationWorker


class FolderOfOperations:
    """`<operation>.json` is the assignment; what happens is a line of the log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, operation: str, attempt: int) -> str | None:
        self._note("begin", operation)
        assignment = self._folder / f"{operation}.json"
        if not assignment.exists():
            return None
        if "lost" in operation:
            raise LookupError(operation)
        return assignment.read_text()

    def record(self, operation: str, message: str) -> None:
        self._note(f"heard {message}", operation)

    def conclude(self, operation: str, attempt: int, conclusion: Conclusion) -> None:
        code = getattr(getattr(conclusion, "failure", None), "code", "")
        self._note(f"{conclusion.kind} {code}".strip(), operation)

    def settle(self, workflow: str, ending: Ending) -> None:
        self._note(f"settled {ending}", workflow.rpartition("-")[0])

    def _note(self, what: str, operation: str) -> None:
        line = {"what": what, "operation": operation, "pid": os.getpid(), "at": time.time()}
        with (self._folder / "log").open("a") as log:
            log.write(json.dumps(line) + "\n")


def main() -> int:
    told = json.loads(sys.argv[1])
    configure_logs(level="info", log_format="json")
    folder = FolderOfOperations(Path(told["folder"]))
    options = WorkerOptions(**told["options"])
    worker = OperationWorker(
        told["url"],
        duties=Duties(folder.begin, folder.record, folder.conclude, folder.settle),
        crew=CrewOptions(work="stand_in_work:work", slots=options.slots),
        options=options,
    )
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        worker.start()
    except DubError as exc:
        print(f"{exc.code}: {exc.message}; {exc.hint}")
        return 5
    print("ready", flush=True)
    stop.wait()
    worker.stop(0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
