import type { Line, Script } from '../api/types'
import type { HeardCommandChange, LineCommandChange } from './commands'

/** A change of one line that is not saved yet. */
export type Pending = Pick<LineCommandChange, 'kind' | 'language' | 'line' | 'after'> | Pick<HeardCommandChange, 'kind' | 'line' | 'after'>

/** The script as it will be once everything in `pending` is saved. */
export function withPending(script: Script, pending: readonly Pending[]): Script {
  const ofScript = pending.filter((change) => change.kind === 'heard' || change.language === script.language)
  if (ofScript.length === 0) return script
  const utterances = script.utterances.map((line) => ofScript.filter((change) => change.line === line.id).reduce(changed, line))
  return withLines(script, ofScript.some(movesLines) ? utterances.toSorted(inTime) : utterances)
}

/** The script with one of its lines as the server has it now. */
export function withLine(script: Script, line: Line): Script {
  return withLines(
    script,
    script.utterances.map((one) => (one.id === line.id ? line : one)),
  )
}

function withLines(script: Script, utterances: Line[]): Script {
  return { ...script, utterances, to_look_at: utterances.filter((line) => line.look.length > 0).length }
}

function changed(line: Line, change: Pending): Line {
  if (change.kind === 'heard') {
    const { text, speaker, start_ms, end_ms } = change.after
    const span = { start_ms: start_ms ?? line.span.start_ms, end_ms: end_ms ?? line.span.end_ms }
    return { ...line, span, source_text: text ?? line.source_text, speaker: speaker ?? line.speaker }
  }
  const next = { ...line, ...change.after }
  if (change.after.accepted === true) return { ...next, look: [] }
  const isSpokenOtherwise = ['target_text', 'voice', 'speed', 'keep_original'].some((name) => name in change.after)
  return isSpokenOtherwise ? { ...next, stale: true } : next
}

function movesLines(change: Pending): boolean {
  return change.kind === 'heard' && change.after.start_ms !== undefined
}

function inTime(one: Line, other: Line): number {
  return one.span.start_ms - other.span.start_ms || one.id - other.id
}
