import { beforeEach, expect, it } from 'vitest'
import { LINES_PERCENT, resize, sizesOf, sizesStore } from './sizes'

beforeEach(() => {
  sizesStore.set(sizesOf(null))
})

it('takes the usual sizes where none were kept, or nonsense was', () => {
  expect(sizesOf('much')).toEqual(sizesOf(null))
  expect(sizesOf({ linesPercent: Number.NaN, isVideoShown: 'yes' })).toEqual(sizesOf(null))
})

it('leaves room for both sides of a line, however far it is moved', () => {
  resize({ linesPercent: 99 })
  expect(sizesStore.get().linesPercent).toBe(LINES_PERCENT.most)
  resize({ linesPercent: -4 })
  expect(sizesStore.get().linesPercent).toBe(LINES_PERCENT.least)
})

it('remembers what was chosen', () => {
  resize({ timelinePx: 300, isVideoShown: false })
  expect(sizesOf(JSON.parse(localStorage.getItem('dubwright.layout') ?? ''))).toMatchObject({ timelinePx: 300, isVideoShown: false })
})
