import { expect, it } from 'vitest'
import type { Line } from '../api/types'
import { found, lineFrom, nextToLookAt, shownLines } from './picking'
import type { LinesView } from './view'

const line = (id: number, source_text: string, target_text: string, changes: Partial<Line> = {}) =>
  ({ id, speaker: 'S1', source_text, target_text, stale: false, look: [], ...changes }) as unknown as Line
const LINES = [
  line(1, 'The loom', 'El telar'),
  line(2, 'A sáfe place', 'مكان آمن', { speaker: 'S2', look: [{ reason: 'review', detail: '' }] }),
  line(3, 'Straße', 'Calle', { stale: true, look: [{ reason: 'top_speed', detail: '1.3' }] }),
]
const view = (changes: Partial<LinesView>): LinesView => ({ show: 'all', speaker: null, find: '', follows: true, ...changes })
const ids = (lines: readonly Line[]) => lines.map(({ id }) => id)

it('shows all lines, those to look at, those that wait to be spoken, and those of one speaker', () => {
  const shown = (changes: Partial<LinesView>) => ids(shownLines(LINES, view(changes), (one) => one.stale))
  expect([shown({}), shown({ show: 'look' }), shown({ show: 'edited' }), shown({ speaker: 'S2' }), shown({ show: 'edited', speaker: 'S2' })]).toEqual([[1, 2, 3], [2, 3], [3], [2], []])
})

it.each([
  ['TELAR', [0]],
  ['safe', [1]],
  ['آمن', [1]],
  ['a', [0, 1, 2]],
  ['  ', []],
  ['nowhere', []],
])('finds %j in both languages', (text, places) => {
  expect(found(LINES, text)).toEqual(places)
})

it('goes to the next line that needs a look, and round from the last', () => {
  expect([null, 2, 3].map((from) => nextToLookAt(LINES, from)?.id)).toEqual([2, 3, 2])
  expect(nextToLookAt(LINES.slice(0, 1), null)).toBeNull()
})

it('moves within the list and stays at its ends', () => {
  expect([lineFrom(LINES, 1, 1)?.id, lineFrom(LINES, 3, 1)?.id, lineFrom(LINES, 1, -1)?.id, lineFrom(LINES, 2, Infinity)?.id]).toEqual([2, 3, 1, 3])
  expect([lineFrom(LINES, null, 1)?.id, lineFrom(LINES, null, -1)?.id, lineFrom([], 1, 1)]).toEqual([1, 1, null])
})
