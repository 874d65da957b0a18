import type { Line } from '../api/types'
import type { LinesView } from './view'

/** The lines that a view shows, in their order. `isEdited` tells which ones wait to be spoken. */
export function shownLines(lines: readonly Line[], view: LinesView, isEdited: (line: Line) => boolean): readonly Line[] {
  if (view.show === 'all' && view.speaker === null) return lines
  return lines.filter(
    (line) =>
      (view.speaker === null || line.speaker === view.speaker) &&
      (view.show !== 'look' || line.look.length > 0) &&
      (view.show !== 'edited' || isEdited(line)),
  )
}

/** The places of the lines that have a text in either language, whatever its case and accents. */
export function found(lines: readonly Line[], text: string): readonly number[] {
  const wanted = plain(text.trim())
  if (wanted === '') return []
  return lines.flatMap((line, place) => (plain(`${line.source_text}\n${line.target_text ?? ''}`).includes(wanted) ? [place] : []))
}

/** The first line after `line` that needs a look, from the top again if there is none below. */
export function nextToLookAt(lines: readonly Line[], line: number | null): Line | null {
  const place = lines.findIndex((one) => one.id === line)
  const inOrder = [...lines.slice(place + 1), ...lines.slice(0, place + 1)]
  return inOrder.find((one) => one.look.length > 0) ?? null
}

/** The line `steps` further down (up if negative), at the ends the last one there is. */
export function lineFrom(lines: readonly Line[], line: number | null, steps: number): Line | null {
  const place = lines.findIndex((one) => one.id === line)
  const from = place === -1 ? (steps > 0 ? -1 : 0) : place
  const to = Math.min(lines.length - 1, Math.max(0, from + steps))
  return lines[to] ?? null
}

function plain(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLocaleLowerCase()
}
