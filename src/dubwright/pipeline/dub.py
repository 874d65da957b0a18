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
from dubwright.pipeline.spoken import Spoken
from dubwright.pipeline.studio import Studio
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

    with run.pool(waiters=tools.waiters) as pool:
        studio = Studio(tools, run, pool)
        transcripts = start_recognition(order, heard, language, studio)
        separation = start_separation(order, heard, studio)
        speakers = tell_speakers_apart(order, heard, tools, run)
        cast = cast_speakers(order, speakers, voices)
        written = scenes(order, heard, speakers, language, transcripts, tools, run)
        rehearsed = plan_and_speak(written, order, heard, cast, studio)
        script = finished_script(order, language, rehearsed)
        takes = settle_takes(rehearsed, heard, tools, pool)
        sound = separation.wait(pool)
    spoken = Spoken(heard, script, cast, takes)

    with run.pool(waiters=tools.waiters) as pool:
        studio, finished = Studio(tools, run, pool), None
        if takes.fit_in:
            finished = mix_and_mux(spoken, order, sound, studio)
        quality = prove(finished, spoken, studio)
    return finished_dub(finished, spoken, quality, tools)


# --- end of the recipe ---
