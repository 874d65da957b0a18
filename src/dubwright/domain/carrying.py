"""Carrying target texts along when lines are split, merged, put in or taken out.

A script keeps of every other line what it was written from, even where the transcript says
something else by now. So who takes an edit of the transcript back finds the target texts again.
"""

from collections.abc import Mapping

from dubwright.domain.editing import cut, joined
from dubwright.domain.errors import InputError
from dubwright.domain.speech import Lines, Script, Utterance


def carried_text(script: Script, lines: Lines, before: Utterance, text: str) -> Script:
    """The script with `text` for a line of `lines` that was shown as `before`."""
    line = next(line for line in lines.utterances if line.id == before.id)
    theirs = before.model_copy(update={"translated_by": ""})
    return _carried(script, lines, {line.id: _said(line, theirs, text)})


def carried_split(
    script: Script, lines: Lines, whole: Utterance, second_id: int, *, after_characters: int | None
) -> Script:
    """The script after `whole`, as it was shown, became two of `lines`.

    Its target text is cut after so many characters; with None both parts are translated again,
    but a locked text stays whole with the first part. Raises `InputError` beyond the text's end.
    """
    parts = {line.id: line for line in lines.utterances if line.id in (whole.id, second_id)}
    if after_characters is None:
        return _carried(script, lines, {second_id: _said(parts[second_id], whole, "")})
    if after_characters > len(whole.target_text):
        raise InputError(
            f"the {script.target_language!r} text of segment {whole.id} has "
            f"{len(whole.target_text)} characters",
            hint=f"split it after at most {len(whole.target_text)}",
        )
    texts = zip((whole.id, second_id), cut(whole.target_text, after_characters), strict=True)
    said = {line_id: _said(parts[line_id], whole, text) for line_id, text in texts}
    return _carried(script, lines, said)


def carried_merge(
    script: Script,
    lines: Lines,
    first: Utterance,
    second: Utterance,
    *,
    text: str | None = None,
) -> Script:
    """The script after two lines, as they were shown, became one of `lines` with the first's id.

    The target texts are joined, or `text` takes their place. Where one of them waits for its
    translation, the whole is translated again, unless a person locked the other.
    """
    both = bool(first.target_text.strip() and second.target_text.strip())
    locked = first.locked or second.locked
    if text is None and not both and not locked:
        return _carried(script, lines, {})
    if text is None:
        text = joined(first.target_text, second.target_text, script.target_language)
    whole = next(line for line in lines.utterances if line.id == first.id)
    like = first.model_copy(
        update={
            "locked": locked,
            "translated_by": first.translated_by or second.translated_by,
        }
    )
    return _carried(script, lines, {first.id: _said(whole, like, text)})


def carried_insert(script: Script, lines: Lines, line_id: int, *, text: str) -> Script:
    """The script with a line that was put into `lines`, said as `text`; empty: to translate."""
    line = next(line for line in lines.utterances if line.id == line_id)
    return _carried(script, lines, {line_id: _said(line, line, text)})


def carried_delete(script: Script, lines: Lines) -> Script:
    """The script without what is not in `lines` any more."""
    return _carried(script, lines, {})


def with_line_said(script: Script, lines: Lines, said: Utterance) -> Script:
    """The script with one line as a person wants it said."""
    return _carried(script, lines, {said.id: said})


def _said(line: Utterance, like: Utterance, text: str) -> Utterance:
    """A line of the transcript with a target text, spoken in the way of another line."""
    return like.model_copy(
        update={
            "id": line.id,
            "speaker": line.speaker,
            "span": line.span,
            "source_text": line.source_text,
            "heard_by": line.heard_by,
            "target_text": text,
            "variants": like.variants if text == like.target_text else (),
            "translated_by": like.translated_by if text else "",
            "locked": like.locked and bool(text),
        }
    )


def _carried(script: Script, lines: Lines, said: Mapping[int, Utterance]) -> Script:
    """The script with some lines new, of those that there are in `lines`."""
    before = {line.id: line for line in script.utterances}
    return Script(
        source_language=script.source_language,
        target_language=script.target_language,
        utterances=tuple(
            said.get(line.id) or before[line.id]
            for line in lines.utterances
            if line.id in said or line.id in before
        ),
    )
