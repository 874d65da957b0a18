import { expect, it } from 'vitest'
import type { Line } from '../api/types'
import { insertAfter, insertBefore } from './rooms'

const line = (id: number, start_ms: number, end_ms: number) => ({ id, span: { start_ms, end_ms } }) as unknown as Line
const [first, second, third] = [line(1, 1_000, 2_000), line(2, 2_100, 4_000), line(3, 9_000, 9_500)] as const
const LINES = [first, second, third]

it('finds the pause before and after a line, two seconds of it at most', () => {
  expect(insertBefore(LINES, first)).toEqual({ startMs: 0, endMs: 1_000 })
  expect(insertBefore(LINES, third)).toEqual({ startMs: 7_000, endMs: 9_000 })
  expect(insertAfter(LINES, second, 10_000)).toEqual({ startMs: 4_000, endMs: 6_000 })
  expect(insertAfter(LINES, third, 10_000)).toEqual({ startMs: 9_500, endMs: 10_000 })
})

it('finds none between lines that follow each other, nor after the end', () => {
  expect([insertAfter(LINES, first, 10_000), insertBefore(LINES, second), insertAfter(LINES, third, 9_600)]).toEqual([null, null, null])
})
