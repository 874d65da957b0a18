"""A server on this machine that speaks OpenAI's API through Dubwright's stand-in engines."""

import io
import json
import threading
import wave
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import numpy as np
from pydantic import JsonValue

from dubwright.domain.audio import SpeechClip
from dubwright.domain.language import parse_language
from dubwright.domain.speech import Segment, Voice
from dubwright.ports import SpeechRequest, TranslationRequest
from dubwright.providers.echo import EchoOptions, EchoTranslator
from dubwright.providers.scripted import ScriptedOptions, ScriptedSpeechToText
from dubwright.providers.tone import ToneOptions, ToneTextToSpeech

KEY = "sk-stand-in-0123456789"
CHAT, SPEECH, TRANSCRIPTIONS = "/chat/completions", "/audio/speech", "/audio/transcriptions"
LOW_VOICES = ("onyx", "echo")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over the wire."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, told: JsonValue, status: int = 200, **headers: str) -> "Answer":
        """A JSON body."""
        return cls(status, json.dumps(told).encode(), headers)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came. `fields` are those of the JSON body or of the form."""

    path: str
    authorization: str
    fields: dict[str, JsonValue]
    sound: bytes = b""


class StandInServer:
    """Answers as the API does, or as was planned for the next calls. Remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._planned: dict[str, deque[Answer]] = defaultdict(deque)
        handler = type("Handler", (_Handler,), {"stand_in": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def plan(self, path: str, answer: Answer, *, times: int = 1) -> None:
        """Answer like this the next `times`."""
        self._planned[path].extend([answer] * times)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if self._planned[asked.path]:
            return self._planned[asked.path].popleft()
        if asked.authorization != f"Bearer {KEY}":
            message = f"Incorrect API key provided: {asked.authorization}."
            return Answer.of({"error": {"code": "invalid_api_key", "message": message}}, 401)
        return _ROUTES[asked.path](asked)


class _Handler(BaseHTTPRequestHandler):
    stand_in: StandInServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path = self.path.removeprefix("/v1")
        authorization = self.headers.get("Authorization", "")
        if path == TRANSCRIPTIONS:
            boundary = self.headers["Content-Type"].partition("boundary=")[2]
            asked = Asked(path, authorization, *_form(body, boundary.encode()))
        else:
            asked = Asked(path, authorization, json.loads(body))
        self._send(self.stand_in.answer(asked))

    def log_message(self, *_: object) -> None:
        """Quiet."""

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(answer.body)


def completion(written: str, **told: JsonValue) -> Answer:
    """What a chat model wrote, in its envelope."""
    message: JsonValue = {"role": "assistant", "content": written}
    return Answer.of({"choices": [{"message": message, "finish_reason": "stop"}], **told})


def wav(samples: np.ndarray, sample_rate: int) -> bytes:
    """16-bit mono."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sample_rate)
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return made.getvalue()


def _chat(asked: Asked) -> Answer:
    """The lines marked with the target language, with shorter wordings where there is no room."""
    question = json.loads(asked.fields["messages"][-1]["content"])
    source, target = parse_language(question["from"]), parse_language(question["to"])
    requests = [TranslationRequest(line["text"]) for line in question["lines"]]
    told = EchoTranslator(EchoOptions(languages=(source, target))).translate(
        requests, source=source, target=target
    )
    lines = [
        {"id": line["id"], "text": one.text, "shorter": one.variants if "max_ms" in line else ()}
        for line, one in zip(question["lines"], told, strict=True)
    ]
    written = json.dumps({"lines": lines}, ensure_ascii=False)
    usage: JsonValue = {"prompt_tokens": 300, "completion_tokens": 100, "total_tokens": 400}
    return completion(written, usage=usage)


def _speech(asked: Asked) -> Answer:
    """A beep for each word, low for men, with the silence round it that real voices have."""
    fields = asked.fields
    voice_id = "low" if fields["voice"] in LOW_VOICES else "high"
    voice = Voice(id=voice_id, name=voice_id, language=parse_language("en"))
    request = SpeechRequest(fields["input"], voice, speed=fields.get("speed", 1.0))
    clip = ToneTextToSpeech(ToneOptions()).synthesize(request)
    silence = np.zeros(clip.sample_rate // 4, np.float32)
    content = wav(np.concatenate([silence, clip.samples, silence]), clip.sample_rate)
    return Answer(body=content if fields["response_format"] == "wav" else content[44:])


def _transcriptions(asked: Asked) -> Answer:
    """The script wherever there is sound; words without punctuation, as OpenAI tells them."""
    with wave.open(io.BytesIO(asked.sound)) as file:
        raw = file.readframes(file.getnframes())
        rate = file.getframerate()
    clip = SpeechClip(np.frombuffer(raw, "<i2").astype(np.float32) / 32_768, rate)
    language = parse_language(str(asked.fields.get("language", "en")))
    engine = ScriptedSpeechToText(ScriptedOptions(languages=(language,)))
    segments = engine.transcribe(clip, language=language).segments
    return Answer.of(
        {
            "task": "transcribe",
            "language": "english" if language == "en" else language,
            "duration": clip.duration_ms / 1000,
            "text": " ".join(segment.text for segment in segments),
            "segments": [_segment(number, one) for number, one in enumerate(segments)],
            "words": [
                {
                    "word": word.text.strip(".,"),
                    "start": word.span.start_ms / 1000,
                    "end": word.span.end_ms / 1000,
                }
                for segment in segments
                for word in segment.words
            ],
            "usage": {"type": "duration", "seconds": -(-clip.duration_ms // 1000)},
        }
    )


def _segment(number: int, segment: Segment) -> JsonValue:
    return {
        "id": number,
        "start": segment.span.start_ms / 1000,
        "end": segment.span.end_ms / 1000,
        "text": f" {segment.text}",
        "avg_logprob": -0.2,
    }


def _form(body: bytes, boundary: bytes) -> tuple[dict[str, JsonValue], bytes]:
    """The fields of a multipart form, and its file."""
    fields: dict[str, list[str]] = defaultdict(list)
    sound = b""
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = head.partition(b'name="')[2].partition(b'"')[0].decode()
        if b"filename=" in head:
            sound = content.removesuffix(b"\r\n")
        else:
            fields[name].append(content.removesuffix(b"\r\n").decode())
    alone: dict[str, JsonValue] = {
        name: list(values) if name.endswith("[]") else values[0] for name, values in fields.items()
    }
    return alone, sound


_ROUTES: dict[str, Callable[[Asked], Answer]] = {
    CHAT: _chat,
    SPEECH: _speech,
    TRANSCRIPTIONS: _transcriptions,
}
