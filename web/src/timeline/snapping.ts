import { pairCount, type Peaks } from './peaks'

const QUIET = 6

/** The nearest of `edges` within `reachMs` of `ms`; else `ms` itself. */
export function snapped(ms: number, edges: readonly number[], reachMs: number): number {
  let nearest = ms
  let distance = reachMs
  for (const edge of edges) {
    if (Math.abs(edge - ms) > distance) continue
    nearest = edge
    distance = Math.abs(edge - ms)
  }
  return nearest
}

/** Where sound begins or ends between two times. */
export function quietEdges(peaks: Peaks, fromMs: number, toMs: number): readonly number[] {
  const finest = peaks.levels[0]
  if (finest === undefined) return []
  const pairAt = (ms: number) => Math.floor((ms / 1_000) * peaks.pairsPerSecond) - peaks.firstPair
  const first = Math.max(1, pairAt(fromMs))
  const last = Math.min(pairCount(peaks) - 1, pairAt(toMs) + 1)
  const edges = []
  for (let at = first; at <= last; at++) {
    const isQuiet = (finest.body[at] ?? 0) <= QUIET
    const wasQuiet = (finest.body[at - 1] ?? 0) <= QUIET
    if (isQuiet !== wasQuiet) edges.push(((at + peaks.firstPair) / peaks.pairsPerSecond) * 1_000)
  }
  return edges.filter((ms) => ms >= fromMs && ms <= toMs).map(Math.round)
}
