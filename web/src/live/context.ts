import { createContext, use, useEffect } from 'react'
import type { OperationEvent } from '../api/types'
import type { LiveEvents } from './events'

export const LiveContext = createContext<LiveEvents | null>(null)

/** Calls `listener` for each event while the component is there. Keep `listener` stable (`useCallback`). */
export function useLiveEvents(listener: (event: OperationEvent) => void): void {
  const live = use(LiveContext)
  useEffect(() => live?.subscribe(listener), [live, listener])
}
