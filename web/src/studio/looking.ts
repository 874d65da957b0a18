import type { Line } from '../api/types'

/** Whether somebody should listen to this line before the dub goes out. */
export function needsLook(line: Line): boolean {
  return line.look.length > 0
}

/** The next line after `from` that needs a look; from the top again after the last one. */
export function nextToLook(lines: readonly Line[], from: number | null): Line | null {
  const here = lines.findIndex((line) => line.id === from)
  const following = [...lines.slice(here + 1), ...lines.slice(0, here + 1)]
  return following.find(needsLook) ?? null
}
