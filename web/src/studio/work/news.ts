const QUIET_AFTER_S = 20

/** For how many seconds nothing was heard; null while that is nothing to mention. */
export function quietFor(lastNewsAt: string, nowMs: number): number | null {
  const passed = Math.floor((nowMs - Date.parse(lastNewsAt)) / 1000)
  return passed >= QUIET_AFTER_S ? passed : null
}
