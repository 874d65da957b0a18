import { describe, expect, it } from 'vitest'
import { Drift } from './drift'

const FRAME_MS = 16

/** Runs a follower beside what is heard, as a browser does: a new rate counts only `lateMs` later. */
function run(aheadMs: number, forMs: number, how: { rate?: number; lateMs?: number; frameMs?: number } = {}): number {
  const { rate = 1, lateMs = 120, frameMs = FRAME_MS } = how
  const drift = new Drift()
  const asked: { atMs: number; rate: number }[] = [{ atMs: -lateMs, rate }]
  let ahead = aheadMs
  for (let nowMs = 0; nowMs < forMs; nowMs += frameMs) {
    const correction = drift.correct(ahead, rate, nowMs)
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
