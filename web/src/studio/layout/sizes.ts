import { Store } from '../../ui/store'

/** How the studio's room is shared out: the lines' share of the width, and the timeline's height. */
export interface Sizes {
  linesPercent: number
  timelinePx: number
  isVideoShown: boolean
}

export const LINES_PERCENT = { least: 30, most: 75 } as const
export const TIMELINE_PX = { least: 96, most: 420 } as const

const NAME = 'dubwright.layout'
const USUAL: Sizes = { linesPercent: 60, timelinePx: 236, isVideoShown: true }

/** Sizes within their bounds, whatever was kept or asked. */
export function sizesOf(kept: unknown): Sizes {
  const asked = typeof kept === 'object' && kept !== null ? (kept as Partial<Record<keyof Sizes, unknown>>) : {}
  return {
    linesPercent: within(asked.linesPercent, LINES_PERCENT, USUAL.linesPercent),
    timelinePx: within(asked.timelinePx, TIMELINE_PX, USUAL.timelinePx),
    isVideoShown: typeof asked.isVideoShown === 'boolean' ? asked.isVideoShown : USUAL.isVideoShown,
  }
}

/** The sizes that this browser remembers. */
export const sizesStore = new Store<Sizes>(sizesOf(remembered()))
sizesStore.subscribe(() => {
  localStorage.setItem(NAME, JSON.stringify(sizesStore.get()))
})

export function resize(changes: Partial<Sizes>): void {
  sizesStore.set(sizesOf({ ...sizesStore.get(), ...changes }))
}

function within(asked: unknown, { least, most }: { least: number; most: number }, usual: number): number {
  return typeof asked === 'number' && Number.isFinite(asked) ? Math.min(most, Math.max(least, Math.round(asked))) : usual
}

function remembered(): unknown {
  try {
    return JSON.parse(localStorage.getItem(NAME) ?? 'null')
  } catch {
    return null
  }
}
