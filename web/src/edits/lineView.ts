import type { Line, Script } from '../api/types'
import type { TargetLine, WholeLine } from './commands'
import type { LineChanges } from './edits'

/** A line with what it is in each of the scripts that have it. */
export function wholeOf(line: Line, scripts: readonly Script[]): WholeLine {
  const targets: Record<string, TargetLine> = {}
  for (const script of scripts) {
    const there = script.utterances.find((one) => one.id === line.id)
    if (there !== undefined) targets[script.language] = targetOf(there)
  }
  return { id: line.id, speaker: line.speaker, startMs: line.span.start_ms, endMs: line.span.end_ms, sourceText: line.source_text, targets }
}

export function targetOf(line: Line): TargetLine {
  return {
    target_text: line.target_text ?? '',
    voice: line.voice ?? null,
    speed: line.speed ?? null,
    locked: line.locked ?? false,
    keep_original: line.keep_original ?? false,
    accepted: line.accepted,
  }
}

/** The values of a line that `changes` would replace; a text brings along that it was accepted. */
export function before(line: Line, changes: LineChanges): LineChanges {
  const target = targetOf(line)
  const names = (Object.keys(changes) as (keyof TargetLine)[]).filter((name) => changes[name] !== undefined)
  const values = Object.fromEntries(names.map((name) => [name, target[name]])) as LineChanges
  return target.accepted ? { ...values, accepted: true } : values
}

/** How many characters the server counts in the first `units` UTF-16 units of a text. */
export function characters(text: string, units: number): number {
  return Array.from(text.slice(0, units)).length
}
