import { Store } from '../ui/store'

const NAME = 'dubwright.key'

/** The key that calls carry; null in local mode or before signing in. */
export const keyStore = new Store<string | null>(sessionStorage.getItem(NAME) ?? localStorage.getItem(NAME))

/** Sign in. `remember` keeps the key on this device after the tab is closed. */
export function signIn(key: string, remember: boolean): void {
  ;(remember ? localStorage : sessionStorage).setItem(NAME, key)
  keyStore.set(key)
}

/** Forget the key. */
export function signOut(): void {
  sessionStorage.removeItem(NAME)
  localStorage.removeItem(NAME)
  keyStore.set(null)
}
