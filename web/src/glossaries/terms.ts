import type { MessageKey } from '../i18n/catalogue'

/** One row of the table in which terms are edited. `id` is of this page only. */
export interface TermRow {
  id: number
  term: string
  translation: string
}

export const MOST_TERMS = 2_000
export const LONGEST_TERM = 100

// eslint-disable-next-line no-control-regex -- The API refuses these in terms.
const CONTROL = /[\u0000-\u001f\u007f]/
const QUOTED = /^"((?:[^"]|"")*)"(?=[,;\t]|$)/

/** Why a row cannot be kept. */
export type TermProblem = Extract<MessageKey, `glossary.problem.${string}`>

export function rowsOf(terms: Readonly<Record<string, string>>): TermRow[] {
  return Object.entries(terms).map(([term, translation], id) => ({ id, term, translation }))
}

/** The terms of the rows that are filled in. */
export function termsOf(rows: readonly TermRow[]): Record<string, string> {
  return Object.fromEntries(rows.filter((row) => !isEmpty(row)).map((row) => [row.term.trim(), row.translation.trim()]))
}

export function isEmpty(row: TermRow): boolean {
  return row.term.trim() === '' && row.translation.trim() === ''
}

/** What is wrong with each row, by its id; rows that are fine or empty have no entry. */
export function problemsOf(rows: readonly TermRow[]): Map<number, TermProblem> {
  const seen = new Set<string>()
  const problems = new Map<number, TermProblem>()
  for (const row of rows) {
    const problem = problemOf(row, seen)
    if (problem !== null) problems.set(row.id, problem)
    if (row.term.trim() !== '') seen.add(row.term.trim())
  }
  return problems
}

/** Rows of two columns, as a table or a file of them is pasted: apart by tabs, commas or semicolons. */
export function parsePasted(text: string, firstId: number): TermRow[] {
  return text
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '')
    .map((line, at) => {
      const [term = '', translation = ''] = cellsOf(line)
      return { id: firstId + at, term, translation }
    })
}

/** Whether a pasted text is a table, and not words that belong into one field, commas or not. */
export function isTable(text: string): boolean {
  return /[\t\r\n]/.test(text.trim())
}

function problemOf(row: TermRow, seen: ReadonlySet<string>): TermProblem | null {
  if (isEmpty(row)) return null
  const [term, translation] = [row.term.trim(), row.translation.trim()]
  if (term === '') return 'glossary.problem.noTerm'
  if (translation === '') return 'glossary.problem.noTranslation'
  if (seen.has(term)) return 'glossary.problem.twice'
  if (term.length > LONGEST_TERM || translation.length > LONGEST_TERM) return 'glossary.problem.tooLong'
  if (CONTROL.test(term) || CONTROL.test(translation)) return 'glossary.problem.control'
  return null
}

/** The cells of a line. A tab parts them where there is one, so that commas may stand in terms. */
function cellsOf(line: string): string[] {
  const mark = ['\t', ';', ','].find((one) => line.includes(one))
  if (mark === undefined) return [line.trim()]
  const cells: string[] = []
  let rest = line
  while (rest !== '') {
    const quoted = QUOTED.exec(rest.trimStart())
    const whole = quoted?.[0] ?? rest.split(mark, 1)[0] ?? ''
    cells.push((quoted?.[1]?.replaceAll('""', '"') ?? whole).trim())
    rest = (quoted === null ? rest : rest.trimStart()).slice(whole.length).replace(mark, '')
  }
  return cells
}
