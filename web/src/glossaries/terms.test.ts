import { expect, test } from 'vitest'
import { isTable, parsePasted, problemsOf, rowsOf, termsOf, type TermRow } from './terms'

const pairs = (rows: readonly TermRow[]) => rows.map(({ term, translation }) => [term, translation])
const row = (id: number, term: string, translation: string): TermRow => ({ id, term, translation })

test.each([
  ['tabs', 'loom\ttear\nwarp\turdume', [['loom', 'tear'], ['warp', 'urdume']]],
  ['commas', 'loom,tear\r\nwarp, urdume\r\n', [['loom', 'tear'], ['warp', 'urdume']]],
  ['semicolons', 'loom;tear', [['loom', 'tear']]],
  ['commas inside of quotes', '"Smith, Sons",Smith & Filhos', [['Smith, Sons', 'Smith & Filhos']]],
  ['doubled quotes', '"the ""loom""",tear', [['the "loom"', 'tear']]],
  ['commas where tabs part', 'warp, weft\turdume, trama', [['warp, weft', 'urdume, trama']]],
  ['one column', 'loom\nwarp', [['loom', ''], ['warp', '']]],
  ['empty lines', '\n\nloom\ttear\n\n', [['loom', 'tear']]],
])('a table with %s is pasted as rows', (_name, text, wanted) => {
  expect(pairs(parsePasted(text, 0))).toEqual(wanted)
})

test('pasted rows have ids of their own', () => {
  expect(parsePasted('a\tb\nc\td', 7).map(({ id }) => id)).toEqual([7, 8])
})

test('pasted words are no table', () => {
  expect(isTable('weaving loom')).toBe(false)
  expect(isTable('loom\ttear')).toBe(true)
  expect(isTable('Smith, Sons')).toBe(false)
  expect(isTable('loom, tear\nwarp, urdume')).toBe(true)
})

test('rows and terms are two forms of the same', () => {
  const terms = { loom: 'tear', 'Acme Cloud': 'Acme Cloud', constructor: 'construtor' }
  expect(termsOf(rowsOf(terms))).toEqual(terms)
})

test('empty rows are no terms, and blanks around terms do not count', () => {
  expect(termsOf([row(0, ' loom ', 'tear'), row(1, '', ' ')])).toEqual({ loom: 'tear' })
})

test('every row that cannot be kept says why', () => {
  const rows = [
    row(0, 'loom', 'tear'),
    row(1, '', 'tear'),
    row(2, 'warp', ' '),
    row(3, 'loom ', 'outro'),
    row(4, 'x'.repeat(101), 'y'),
    row(5, 'a\u0007b', 'c'),
    row(6, '', ''),
    row(7, 'Loom', 'Tear'),
  ]
  expect([...problemsOf(rows)]).toEqual([
    [1, 'glossary.problem.noTerm'],
    [2, 'glossary.problem.noTranslation'],
    [3, 'glossary.problem.twice'],
    [4, 'glossary.problem.tooLong'],
    [5, 'glossary.problem.control'],
  ])
})
