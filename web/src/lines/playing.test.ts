import { expect, it } from 'vitest'
import type { Line } from '../api/types'
import { lineAt, stretches } from './playing'

const line = (id: number, start_ms: number, end_ms: number, placed: Partial<Line> = {}) => ({ id, span: { start_ms, end_ms }, ...placed }) as unknown as Line

it.each([
  [0, null],
  [1_000, 1],
  [1_999, 1],
  [2_000, null],
  [3_500, 2],
  [3_700, 3],
  [9_000, null],
])('tells the line that is heard at %i ms', (ms, expected) => {
  const heard = stretches([line(1, 1_000, 2_000), line(2, 3_000, 5_000), line(3, 3_600, 4_000)], 'original')
  expect(lineAt(heard, ms)).toBe(expected)
})

it('goes by where the dub says a line while the dub is heard', () => {
  const heard = stretches([line(1, 1_000, 2_000, { placed_start_ms: 1_400, placed_end_ms: 2_600 }), line(2, 3_000, 4_000)], 'dub')
  expect([1_200, 2_500, 3_000].map((ms) => lineAt(heard, ms))).toEqual([null, 1, 2])
})
