import { useSyncExternalStore } from 'react'

const WIDE = matchMedia('(min-width: 900px) and (min-height: 520px)')

/** Whether lines, video and timeline fit beside each other; else they share one column. */
export function useIsWide(): boolean {
  return useSyncExternalStore(subscribe, () => WIDE.matches)
}

function subscribe(listener: () => void): () => void {
  WIDE.addEventListener('change', listener)
  return () => {
    WIDE.removeEventListener('change', listener)
  }
}
