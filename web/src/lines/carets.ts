/** Where somebody wrote last: a line, and a place in its translation. */
export interface Caret {
  line: number
  place: number
}

let newest: Caret | null = null

/** Remembers a place until another one is written in, or until `null` forgets it. */
export function rememberCaret(caret: Caret | null): void {
  newest = caret
}

/** The place in this line where somebody wrote last, or null. */
export function caretIn(line: number): number | null {
  return newest?.line === line ? newest.place : null
}
