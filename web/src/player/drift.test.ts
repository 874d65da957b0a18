import { describe, expect, it } from 'vitest'
import { Drift } from './drift'

const FRAME_MS = 16

/** Runs a follower beside what is heard, as a browser does: a new rate counts only `lateMs` later, and costs `lossMs`. */
function run(aheadMs: number, forMs: number, how: { rate?: number; lateMs?: number; lossMs?: number; frameMs?: number } = {}): number {
  const { rate = 1, lateMs = 120, lossMs = 0, frameMs = FRAME_MS } = how
  const drift = new Drift()
  const asked: { atMs: number; rate: number }[] = [{ atMs: -lateMs, rate }]
  let ahead = aheadMs
  for (let nowMs = 0; nowMs < forMs; nowMs += frameMs) {
    const correction = drift.correct(ahead, rate, nowMs)
    const isNew = correction.to === 'rate' && rate * correction.times !== asked.at(-1)?.rate
    if (isNew && correction.times !== 1) ahead -= lossMs
    if (correction.to === 'seek') ahead = 0
    else asked.push({ atMs: nowMs, rate: rate * correction.times })
    const inForce = asked.findLast(({ atMs }) => atMs + lateMs <= nowMs)?.rate ?? rate
    ahead += (inForce - rate) * frameMs
  }
  return ahead
}

describe('Drift', () => {
  it.each([-200, -60, 45, 120, 400])('brings a follower that is %d ms off into step within three seconds', (aheadMs) => {
    expect(Math.abs(run(aheadMs, 3_000))).toBeLessThanOrEqual(20)
  })

  it.each([0, 15, 30, 50])('does so in a browser that loses %d ms at every new rate', (lossMs) => {
    for (const aheadMs of [-90, -30, 30, 90]) expect(Math.abs(run(aheadMs, 5_000, { lossMs }))).toBeLessThanOrEqual(20)
  })

  it('goes on sooner after a switch than after a start', () => {
    const drift = new Drift()
    drift.restAfterSwitch(0)
    expect(drift.correct(100, 1, 130)).toEqual({ to: 'rate', times: 0.75 })
    drift.rest(1_000)
    expect(drift.correct(100, 1, 1_130)).toEqual({ to: 'rate', times: 1 })
  })

  it.each([0.75, 1.5, 2])('does so at a rate of %d', (rate) => {
    expect(Math.abs(run(150, 3_000, { rate }))).toBeLessThanOrEqual(25)
  })

  it('does not swing on a page that is busy and draws seldom', () => {
    expect(Math.abs(run(150, 4_000, { frameMs: 120, lateMs: 200 }))).toBeLessThanOrEqual(45)
  })

  it('leaves alone what no eye can tell', () => {
    expect(new Drift().correct(15, 1.25, 0)).toEqual({ to: 'rate', times: 1 })
  })

  it('puts a follower in its place that is too far off to be brought along', () => {
    expect(new Drift().correct(-2_000, 1, 0)).toEqual({ to: 'seek' })
  })

  it('waits for a seek to take effect before it measures again', () => {
    const drift = new Drift()
    drift.correct(2_000, 1, 0)
    expect(drift.correct(2_000, 1, 200)).toEqual({ to: 'rate', times: 1 })
    expect(drift.correct(2_000, 1, 900)).toEqual({ to: 'seek' })
  })
})
