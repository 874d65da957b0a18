import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Problem } from '../api/problem'
import { Drafts } from './drafts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('saves what was written once, after a while of quiet', async () => {
  const saved: string[] = []
  const drafts = new Drafts((_, text) => Promise.resolve(void saved.push(text)))
  drafts.write(1, 'a')
  await vi.advanceTimersByTimeAsync(700)
  drafts.write(1, 'ab')
  await vi.advanceTimersByTimeAsync(700)
  expect(saved).toEqual([])
  await vi.advanceTimersByTimeAsync(200)
  expect(saved).toEqual(['ab'])
  expect(drafts.of(1)).toBeNull()
})

it('keeps a text that was refused, with why, and saves it when asked again', async () => {
  let isBroken = true
  const drafts = new Drafts(() => (isBroken ? Promise.reject(new Problem({ detail: 'no room' }, 507)) : Promise.resolve()))
  drafts.write(1, 'kept')
  await drafts.flush(1)
  expect(drafts.of(1)).toMatchObject({ text: 'kept', problem: { message: 'no room' } })
  isBroken = false
  await drafts.flush(1)
  expect(drafts.of(1)).toBeNull()
})

it('keeps what was written while an earlier text was being saved', async () => {
  let finish = () => {}
  const drafts = new Drafts(() => new Promise((resolve) => (finish = resolve)))
  drafts.write(1, 'first')
  const saving = drafts.flush(1)
  drafts.write(1, 'second')
  finish()
  await saving
  expect(drafts.of(1)?.text).toBe('second')
})

it('saves every text at once when the page goes away', async () => {
  const saved: number[] = []
  const drafts = new Drafts((line) => Promise.resolve(void saved.push(line)))
  drafts.write(1, 'a')
  drafts.write(2, 'b')
  await drafts.flushAll()
  expect(saved).toEqual([1, 2])
})
