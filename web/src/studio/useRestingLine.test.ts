import { act, renderHook } from '@testing-library/react'
import { createElement, type ReactNode } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Store } from '../ui/store'
import { StudioContext, type Studio } from './context'
import { useRestingLine } from './useRestingLine'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function followed(selection: Store<number | null>) {
  const wrapper = ({ children }: { children: ReactNode }) => createElement(StudioContext, { value: { selection } as Studio }, children)
  return renderHook(() => useRestingLine(), { wrapper }).result
}

test('a line that is chosen after a pause is shown at once', () => {
  const selection = new Store<number | null>(null)
  const resting = followed(selection)
  act(() => { selection.set(3) })
  expect(resting.current).toBe(3)
  act(() => vi.advanceTimersByTime(1_000))
  act(() => { selection.set(8) })
  expect(resting.current).toBe(8)
})

test('lines that are passed by are not shown, the last of them is', () => {
  const selection = new Store<number | null>(1)
  const resting = followed(selection)
  for (const line of [2, 3, 4, 5]) {
    act(() => { selection.set(line) })
    act(() => vi.advanceTimersByTime(50))
  }
  expect(resting.current).toBe(2)
  act(() => vi.advanceTimersByTime(200))
  expect(resting.current).toBe(5)
})
