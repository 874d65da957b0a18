import { Store } from './store'

export interface Toast {
  id: number
  text: string
  /** What can be done about it, such as undoing it. */
  action?: { label: string; run: () => void }
}

const LASTS_MS = 8_000

export const toastStore = new Store<readonly Toast[]>([])
let newest = 0

/** Tells something that needs no answer. It goes by itself. */
export function tell(text: string, action?: Toast['action']): void {
  newest += 1
  const id = newest
  toastStore.set([...toastStore.get(), { id, text, action }])
  setTimeout(() => {
    dismiss(id)
  }, LASTS_MS)
}

export function dismiss(id: number): void {
  toastStore.set(toastStore.get().filter((toast) => toast.id !== id))
}
