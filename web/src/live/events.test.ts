import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { OperationEvent } from '../api/types'
import { connectionStore, LiveEvents } from './events'

/** A stream that a test speaks into. */
class SpokenSource extends EventTarget {
  static opened: SpokenSource[] = []
  onopen: (() => void) | null = null
  onerror: (() => void) | null = null
  isClosed = false

  constructor(readonly url: string) {
    super()
    SpokenSource.opened.push(this)
  }

  close(): void {
    this.isClosed = true
  }

  say(event: Partial<OperationEvent> & { id: number; kind: string }): void {
    const told = { operation: 'op_1', at_ms: 0, state: 'running', progress: { percent: 5 }, ...event }
    this.dispatchEvent(new MessageEvent(event.kind, { data: JSON.stringify(told) }))
  }
}

const newestSource = (): SpokenSource => {
  const source = SpokenSource.opened.at(-1)
  if (source === undefined) throw new Error('no stream was opened')
  return source
}

beforeEach(() => {
  SpokenSource.opened = []
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', SpokenSource)
  let issued = 0
  vi.stubGlobal('fetch', () => {
    issued += 1
    return Promise.resolve(Response.json({ ticket: `ticket-${String(issued)}`, expires_at: '' }))
  })
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('LiveEvents', () => {
  test('tells its listeners, and keeps the newest progress of an operation', async () => {
    const queries = new QueryClient()
    queries.setQueryData(['operation', 'op_1'], { id: 'op_1', state: 'queued' })
    const live = new LiveEvents(queries)
    const told: number[] = []
    live.subscribe((event) => told.push(event.id))
    await live.start()
    newestSource().say({ id: 7, kind: 'stage' })
    expect(told).toEqual([7])
    expect(queries.getQueryData(['operation', 'op_1'])).toMatchObject({ state: 'running', progress: { percent: 5 } })
    live.stop()
  })

  test('asks for fresh data when an operation changes its state, and not for each step', async () => {
    const queries = new QueryClient()
    const invalidate = vi.spyOn(queries, 'invalidateQueries')
    const live = new LiveEvents(queries)
    await live.start()
    newestSource().say({ id: 1, kind: 'stage' })
    expect(invalidate).not.toHaveBeenCalled()
    newestSource().say({ id: 2, kind: 'state', state: 'succeeded' })
    expect(invalidate).toHaveBeenCalledWith({ queryKey: ['script'] })
    live.stop()
  })

  test('comes back with a new ticket, after the last event it heard', async () => {
    const live = new LiveEvents(new QueryClient())
    await live.start()
    const first = newestSource()
    first.say({ id: 41, kind: 'stage' })
    first.onerror?.()
    expect(connectionStore.get()).toBe('lost')
    expect(first.isClosed).toBe(true)
    await vi.advanceTimersByTimeAsync(2_500)
    const asked = new URL(newestSource().url, 'http://localhost').searchParams
    expect([asked.get('ticket'), asked.get('after')]).toEqual(['ticket-2', '41'])
    newestSource().onopen?.()
    expect(connectionStore.get()).toBe('open')
    live.stop()
  })

  test('is silent after it was stopped', async () => {
    const live = new LiveEvents(new QueryClient())
    await live.start()
    live.stop()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(SpokenSource.opened).toHaveLength(1)
  })
})
