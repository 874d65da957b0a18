"""The whole of dubbing, top to bottom. Read this first."""

from pathlib import Path

from dubwright.domain.media import Source
from dubwright.pipeline.casting import cast_speakers, tell_speakers_apart, voices_on_offer
from dubwright.pipeline.listening import listen, spoken_language, start_recognition
from dubwright.pipeline.mixing import mix_and_mux
from dubwright.pipeline.order import Order
from dubwright.pipeline.proving import prove
from dubwright.pipeline.rehearsing import finished_script
from dubwright.pipeline.results import Dub
from dubwright.pipeline.revising import finished_dub, plan_and_speak
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.scripting import scenes
from dubwright.pipeline.separating import start_separation
from dubwright.pipeline.settling import settle_takes
from dubwright.pipeline.tools import Tools


# --- the recipe ---
def dub(video: Path, source: Source, order: Order, tools: Tools, run: Runner) -> Dub:
    """Dub one video into one language.

    Every stage's result is kept under the key of its inputs, so running again after a crash, an
    edit or for another language makes only what is missing. Raises `NothingToDub` when nobody
    speaks and `Cancelled` when asked to stop. `Dub.quality` says whether the hard rules hold.
    """
    heard = listen(video, source, tools, run)
    language = spoken_language(order, heard, tools, run)
    voices = voices_on_offer(order, language, tools)

    with run.pool() as pool:
        transcripts = start_recognition(order, heard, language, tools, run, pool)
        separation = start_separation(order, heard, tools, run, pool)
        speakers = tell_speakers_apart(order, heard, tools, run)
        cast = cast_speakers(order, speakers, voices)
        written = scenes(order, heard, speakers, language, transcripts, tools, run)
        rehearsed = plan_and_speak(written, order, heard, cast, tools, run, pool)
        script = finished_script(order, language, rehearsed)
        takes = settle_takes(rehearsed, heard, tools, pool)
        sound = separation.wait(pool)

    with run.pool() as pool:
        finished = None
        if takes.fit_in:
            finished = mix_and_mux(heard, order, script, takes, sound, tools, run, pool)
        quality = prove(finished, heard, script, takes, tools, run, pool)
    return finished_dub(source, finished, script, cast, takes, quality, tools)


# --- end of the recipe ---
