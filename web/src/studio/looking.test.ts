import { expect, it } from 'vitest'
import type { Line } from '../api/types'
import { nextToLook } from './looking'

function line(id: number, isFine: boolean): Line {
  return { id, look: isFine ? [] : [{ reason: 'review', detail: '' }] } as unknown as Line
}

const LINES = [line(1, false), line(2, true), line(3, false)]

it('goes from one line that needs a look to the next, and round again', () => {
  expect(nextToLook(LINES, null)?.id).toBe(1)
  expect(nextToLook(LINES, 1)?.id).toBe(3)
  expect(nextToLook(LINES, 3)?.id).toBe(1)
})

it('stays with the only one', () => {
  expect(nextToLook(LINES.slice(0, 2), 1)?.id).toBe(1)
})

it('has nowhere to go where all is fine', () => {
  expect(nextToLook([line(2, true)], 2)).toBeNull()
})
