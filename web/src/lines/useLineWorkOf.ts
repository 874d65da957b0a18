import { useEffect, useMemo } from 'react'
import type { Edits } from '../edits/edits'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import { tell } from '../ui/toasts'
import { Drafts } from './drafts'
import type { LineWork } from './lineWork'
import { stretchOf } from './playing'
import { speakerName } from './speakerName'
import { splitAtText, splitAtTime, type Split } from './splitting'

/** What the rows share, made of the open studio. It changes as seldom as it can, so that rows stay as they are. */
export function useLineWorkOf(): LineWork {
  const { edits, player, selectLine, language, operation, script, lines, speakers } = useStudio()
  const { t } = useMessages()
  const change = useChanging()
  const drafts = useDrafts(edits)
  const wasDubbed = (script?.output_revision ?? 0) > 0
  const edited = useMemo(() => (wasDubbed ? lines.filter((line) => line.stale).length : 0), [lines, wasDubbed])
  const names = useMemo(() => new Map(speakers.map((speaker) => [speaker.id as string, speakerName(speaker, t)])), [speakers, t])
  const sourceLanguage = script?.source_language ?? ''
  const canSpeak = operation === null
  return useMemo(() => {
    const split = (line: number, where: Split | null) => {
      if (where === null) tell(t('lines.cannotSplit'))
      else change(() => drafts.flush(line).then(() => edits.splitLine(line, where)))
    }
    return {
      drafts,
      language,
      sourceLanguage,
      edited,
      canSpeak,
      speakerName: (speaker) => names.get(speaker) ?? speakerName({ id: speaker, name: speaker }, t),
      isEdited: (line) => wasDubbed && line.stale,
      select: (line) => {
        selectLine(line)
      },
      play: (line) => {
        const { startMs, endMs } = stretchOf(line, player.voice.get())
        player.playSpan(startMs, endMs)
      },
      speak: () => {
        change(() => drafts.flushAll().then(edits.speak))
      },
      accept: (line) => {
        change(() => edits.changeLine(line, { accepted: true }))
      },
      splitAtCaret: (line, caret) => {
        split(line.id, splitAtText(line, drafts.of(line.id)?.text ?? line.target_text ?? '', caret, sourceLanguage))
      },
      splitAtPlayer: (line) => {
        const text = drafts.of(line.id)?.text ?? line.target_text ?? ''
        split(line.id, splitAtTime(line, text, player.clock.nowMs, { source: sourceLanguage, target: language }))
      },
    }
  }, [drafts, edits, player, selectLine, language, canSpeak, names, sourceLanguage, edited, wasDubbed, change, t])
}

/** What is being written with these edits; saved when the page goes away. */
function useDrafts(edits: Edits): Drafts {
  const drafts = useMemo(() => new Drafts((line, text) => edits.changeLine(line, { target_text: text })), [edits])
  useEffect(
    () => () => {
      void drafts.flushAll()
    },
    [drafts],
  )
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      if (edits.state.get().saving > 0 || !drafts.isEmpty) event.preventDefault()
    }
    addEventListener('beforeunload', warn)
    return () => {
      removeEventListener('beforeunload', warn)
    }
  }, [edits, drafts])
  return drafts
}
