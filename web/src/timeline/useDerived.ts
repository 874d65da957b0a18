import { useSyncExternalStore } from 'react'
import type { Store } from '../ui/store'

/** What `derive` makes of a store's value; the component renders only when that changes. */
export function useDerived<T, R extends string | number | boolean | null>(store: Store<T>, derive: (value: T) => R): R {
  return useSyncExternalStore(store.subscribe, () => derive(store.get()))
}
