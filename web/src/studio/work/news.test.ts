import { expect, it } from 'vitest'
import { quietFor } from './news'

const AT = '2026-11-23T10:00:00Z'
const after = (seconds: number) => Date.parse(AT) + 1000 * seconds

it('says nothing of a pause that is usual', () => {
  expect(quietFor(AT, after(19))).toBeNull()
})

it('tells since when nothing was heard', () => {
  expect(quietFor(AT, after(40.6))).toBe(40)
})

it('says nothing where the clocks of server and browser differ', () => {
  expect(quietFor(AT, after(-90))).toBeNull()
})
