import { useMemo, useSyncExternalStore } from 'react'
import type { Line } from '../api/types'
import type { Player, Voice } from '../player/player'
import { useStore } from '../ui/store'

interface Stretch {
  line: number
  startMs: number
  endMs: number
}

/** When a line is heard: as it was said, or where the dub says it. */
export function stretchOf(line: Line, voice: Voice): Stretch {
  const { start_ms, end_ms } = line.span
  if (voice === 'original') return { line: line.id, startMs: start_ms, endMs: end_ms }
  return { line: line.id, startMs: line.placed_start_ms ?? start_ms, endMs: line.placed_end_ms ?? end_ms }
}

/** When all lines are heard, in order of start. */
export function stretches(lines: readonly Line[], voice: Voice): readonly Stretch[] {
  return lines.map((line) => stretchOf(line, voice)).sort((one, other) => one.startMs - other.startMs)
}

/** The line that began last and is still heard at a time; null in a pause. */
export function lineAt(heard: readonly Stretch[], ms: number): number | null {
  let [low, high] = [0, heard.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((heard[middle]?.startMs ?? Infinity) <= ms) low = middle + 1
    else high = middle
  }
  const newest = heard[low - 1]
  return newest !== undefined && ms < newest.endMs ? newest.line : null
}

/** The line that is heard now. Renders again only when it is another one. */
export function usePlayingLine(lines: readonly Line[], player: Player): number | null {
  const voice = useStore(player.voice)
  const heard = useMemo(() => stretches(lines, voice), [lines, voice])
  const { clock } = player
  return useSyncExternalStore(clock.subscribe, () => lineAt(heard, clock.nowMs))
}
