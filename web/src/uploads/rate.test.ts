import { describe, expect, it } from 'vitest'
import { RateMeter, timeLeftMs } from './rate'

describe('RateMeter', () => {
  it('tells nothing before half a second has passed', () => {
    const meter = new RateMeter()
    meter.note(0, 0)
    meter.note(400, 1_000_000)
    expect(meter.perSecond).toBeNull()
  })

  it('is the mean of the last seconds, so that a stall shows', () => {
    const meter = new RateMeter()
    meter.note(0, 0)
    meter.note(2_000, 4_000)
    expect(meter.perSecond).toBe(2_000)
    meter.note(9_000, 4_000)
    meter.note(10_000, 4_000)
    expect(meter.perSecond).toBe(0)
  })

  it('begins anew where the server has less than was sent', () => {
    const meter = new RateMeter()
    meter.note(0, 9_000)
    meter.note(1_000, 500)
    expect(meter.perSecond).toBeNull()
  })
})

describe('timeLeftMs', () => {
  it('is what is left at this rate', () => {
    expect(timeLeftMs(3_000, 2_000)).toBe(1_500)
  })

  it.each([null, 0])('is unknown at a rate of %j', (rate) => {
    expect(timeLeftMs(3_000, rate)).toBeNull()
  })
})
