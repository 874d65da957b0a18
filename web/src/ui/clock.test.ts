import { describe, expect, it } from 'vitest'
import { clock, parseClock } from './clock'

describe('clock', () => {
  it.each([
    [0, '0:00'],
    [75_540, '1:15'],
    [3_600_000, '1:00:00'],
    [-5, '0:00'],
  ])('shows %d ms as %s', (ms, text) => {
    expect(clock(ms)).toBe(text)
  })

  it('shows tenths that were reached, never rounded up', () => {
    expect(clock(59_999, { tenths: true })).toBe('0:59.9')
  })
})

describe('parseClock', () => {
  it.each([
    ['75.5', 75_500],
    ['1:15.54', 75_540],
    [' 1:02:03 ', 3_723_000],
    ['0:05,3', 5_300],
    ['90:00', 5_400_000],
  ])('reads %s', (text, ms) => {
    expect(parseClock(text)).toBe(ms)
  })

  it.each(['', 'soon', '1:75', '1:75:00', '-3', '1:2:3:4'])('does not take %j for a time', (text) => {
    expect(parseClock(text)).toBeNull()
  })

  it('reads back what is shown', () => {
    expect(parseClock(clock(7_384_500, { tenths: true }))).toBe(7_384_500)
  })
})
