import { useEffect, useRef, type RefObject } from 'react'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import { useShortcuts } from '../ui/shortcuts'
import { tell } from '../ui/toasts'
import { caretIn, rememberCaret } from './carets'
import { useLineWork } from './lineWork'
import { lineFrom } from './picking'

interface Place {
  shown: readonly Line[]
  goTo: (line: Line | null) => void
  list: RefObject<HTMLElement | null>
}

const NUDGE_MS = 100
const NUDGES_QUIET_MS = 400

/** The keys that move in the list and work on the selected line. */
export function useLineKeys({ shown, goTo, list }: Place): void {
  const { t } = useMessages()
  const { lines, selection, edits } = useStudio()
  const work = useLineWork()
  const change = useChanging()
  const nudge = useNudge()
  const selectedLine = () => lines.find((line) => line.id === selection.get()) ?? null
  useShortcuts({
    nextLine: () => {
      goTo(lineFrom(shown, selection.get(), 1))
    },
    previousLine: () => {
      goTo(lineFrom(shown, selection.get(), -1))
    },
    editLine: () => {
      textOf(list.current, selection.get())?.focus()
    },
    saveAndSpeak: work.speak,
    leave: () => {
      leave(list.current)
    },
    split: () => {
      const selected = selectedLine()
      if (selected === null) return
      const caret = caretIn(selected.id)
      const text = work.drafts.of(selected.id)?.text ?? selected.target_text ?? ''
      const isInside = caret !== null && text.slice(0, caret).trim() !== '' && text.slice(caret).trim() !== ''
      if (isInside) work.splitAtCaret(selected, caret)
      else work.splitAtPlayer(selected)
      rememberCaret(null)
    },
    merge: () => {
      const selected = selectedLine()
      const following = lineFrom(lines, selection.get(), 1)
      if (selected === null || following === null || following === selected) return
      if (following.speaker === selected.speaker) change(() => work.drafts.flushAll().then(() => edits.mergeWithNext(selected.id)))
      else tell(t('lines.cannotMerge'))
    },
    nudgeEarlier: () => {
      const selected = selectedLine()
      if (selected !== null) nudge(selected, -NUDGE_MS)
    },
    nudgeLater: () => {
      const selected = selectedLine()
      if (selected !== null) nudge(selected, NUDGE_MS)
    },
  })
}

/** Moves the start of a line; presses that follow each other are one edit. */
function useNudge(): (line: Line, byMs: number) => void {
  const { edits } = useStudio()
  const change = useChanging()
  const waiting = useRef<{ line: number; startMs: number; timer: ReturnType<typeof setTimeout> } | null>(null)
  const flush = () => {
    const asked = waiting.current
    waiting.current = null
    if (asked === null) return
    clearTimeout(asked.timer)
    change(() => edits.changeHeard(asked.line, { start_ms: asked.startMs }))
  }
  const flushNow = useRef(flush)
  useEffect(() => {
    flushNow.current = flush
  })
  useEffect(
    () => () => {
      flushNow.current()
    },
    [],
  )
  return (line, byMs) => {
    if (waiting.current !== null && waiting.current.line !== line.id) flush()
    const from = waiting.current?.startMs ?? line.span.start_ms
    clearTimeout(waiting.current?.timer)
    const startMs = Math.min(line.span.end_ms - NUDGE_MS, Math.max(0, from + byMs))
    waiting.current = { line: line.id, startMs, timer: setTimeout(flush, NUDGES_QUIET_MS) }
  }
}

function textOf(list: HTMLElement | null, line: number | null): HTMLTextAreaElement | null {
  return list?.querySelector<HTMLTextAreaElement>(`[data-line="${String(line)}"] textarea`) ?? null
}

/** From a text to its row; from there out of nothing. */
function leave(list: HTMLElement | null): void {
  const here = document.activeElement
  if (here instanceof HTMLTextAreaElement && list?.contains(here) === true) here.closest<HTMLElement>('[data-line]')?.focus()
  else if (here instanceof HTMLElement && here.matches('input, textarea')) here.blur()
}
