import type { Line } from '../api/types'
import { wordBoundary } from '../edits/cutting'

/** Where a line is cut in two: after so many UTF-16 units of its texts, and in time. */
export interface Split {
  sourceCharacters: number
  targetCharacters: number
  atMs: number
}

const SHORTEST_MS = 100

/** The cut at a place of the translation; the other text and the time follow in proportion. Null where a part would be empty. */
export function splitAtText(line: Line, text: string, targetCharacters: number, sourceLanguage: string): Split | null {
  const share = targetCharacters / Math.max(1, text.length)
  const length = line.span.end_ms - line.span.start_ms
  return checked(line, text, {
    targetCharacters,
    sourceCharacters: wordBoundary(line.source_text, share, sourceLanguage),
    atMs: Math.round(line.span.start_ms + length * share),
  })
}

/** The cut at a time; both texts follow in proportion, between two words. Null where a part would be empty. */
export function splitAtTime(line: Line, text: string, ms: number, languages: { source: string; target: string }): Split | null {
  const share = (ms - line.span.start_ms) / (line.span.end_ms - line.span.start_ms)
  return checked(line, text, {
    targetCharacters: wordBoundary(text, share, languages.target),
    sourceCharacters: wordBoundary(line.source_text, share, languages.source),
    atMs: Math.round(ms),
  })
}

function checked(line: Line, text: string, split: Split): Split | null {
  const hasTime = split.atMs >= line.span.start_ms + SHORTEST_MS && split.atMs <= line.span.end_ms - SHORTEST_MS
  const isInTarget = text.trim() === '' || cutsWords(text, split.targetCharacters)
  return hasTime && isInTarget && cutsWords(line.source_text, split.sourceCharacters) ? split : null
}

function cutsWords(text: string, after: number): boolean {
  return text.slice(0, after).trim() !== '' && text.slice(after).trim() !== ''
}
