import { useSyncExternalStore } from 'react'
import type { Clock } from './player'

/** What `derive` makes of the time; the component renders only when that changes, not on every frame. */
export function useClock<T extends string | number | boolean | null>(clock: Clock, derive: (clock: Clock) => T): T {
  return useSyncExternalStore(clock.subscribe, () => derive(clock))
}
