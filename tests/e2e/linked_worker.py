"""A whole worker as a program that follows links to this machine, where tests have their sites.

`python linked_worker.py RULES` works until it is stopped; `RULES` is JSON: the stand-in for YouTube.
"""

import json
import os
import sys
import threading
from pathlib import Path

from dubwright import bootstrap
from dubwright.queues.flow import WorkerOptions
from dubwright.sources.fetching import LinkFetcher
from dubwright.sources.guarded_http import CallRules
from dubwright.sources.web_download import WebRules
from dubwright.sources.youtube import YoutubeRules
from dubwright.worker import working
from dubwright.worker.conversation import Conversation
from dubwright.worker.crew import CrewOptions
from dubwright.worker.duties import duties_of
from dubwright.worker.run import OperationWorker

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from link_sites import LOOPBACK


def fetcher(turns: Path, extractor: Path | None) -> LinkFetcher:
    """Fetches from this machine, which no setting allows."""
    youtube = YoutubeRules(policy=LOOPBACK, extractor=extractor)
    return LinkFetcher(turns, 0.0, WebRules(CallRules(LOOPBACK)), youtube)


def work(assignment: str, worker: Conversation) -> str:
    """As `working.work`, but for where links may lead."""
    told = os.environ.get("LINKED_EXTRACTOR")
    bootstrap.build_link_fetcher = lambda settings, turns: fetcher(turns, told and Path(told))
    return working.work(assignment, worker)


def main() -> None:
    rules = json.loads(sys.argv[1])
    os.environ["LINKED_EXTRACTOR"] = rules["extractor"]
    settings = bootstrap.load_service_settings()
    options = WorkerOptions(**rules["options"])
    worker = OperationWorker(
        bootstrap.engine_url(settings),
        duties=duties_of(bootstrap.build_service(settings)),
        crew=CrewOptions(work="linked_worker:work", slots=options.slots),
        options=options,
    )
    worker.start()
    print("ready", flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
