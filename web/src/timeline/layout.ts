export type Lane = 'original' | 'dub'
export type Row = 'ruler' | Lane

/** Where the lanes stand below the ruler, in CSS pixels. They share the height that there is. */
export interface Rows {
  readonly heightPx: number
  readonly lanePx: number
  readonly top: Readonly<Record<Lane, number>>
}

export const RULER_PX = 22
export const GAP_PX = 5
const LEAST_LANE_PX = 16

export function rowsOf(heightPx: number): Rows {
  const lanePx = Math.max(LEAST_LANE_PX, Math.floor((heightPx - RULER_PX - GAP_PX) / 2))
  return { heightPx, lanePx, top: { original: RULER_PX, dub: RULER_PX + lanePx + GAP_PX } }
}

export function rowAt(rows: Rows, y: number): Row {
  if (y < RULER_PX) return 'ruler'
  return y < rows.top.dub - GAP_PX / 2 ? 'original' : 'dub'
}
