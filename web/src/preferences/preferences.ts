import { browserLocale, LOCALES, type Locale } from '../i18n/locales'
import { Store } from '../ui/store'

export type Theme = 'system' | 'light' | 'dark'

/** What this browser remembers of a person's choices. */
export const localeStore = remembered<Locale>('dubwright.locale', isLocale, browserLocale(navigator.languages))
export const themeStore = remembered<Theme>('dubwright.theme', isTheme, 'system')
export const shortcutsStore = remembered<'on' | 'off'>('dubwright.shortcuts', isSwitch, 'on')
export const notificationsStore = remembered<'on' | 'off'>('dubwright.notifications', isSwitch, 'off')

/** Shows the chosen theme now and after each change. */
export function applyTheme(): void {
  const show = () => {
    const theme = themeStore.get()
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
  }
  themeStore.subscribe(show)
  show()
}

function remembered<T extends string>(name: string, isValid: (text: string) => text is T, otherwise: T): Store<T> {
  const kept = localStorage.getItem(name)
  const store = new Store<T>(kept !== null && isValid(kept) ? kept : otherwise)
  store.subscribe(() => {
    localStorage.setItem(name, store.get())
  })
  return store
}

function isLocale(text: string): text is Locale {
  return text in LOCALES
}

function isTheme(text: string): text is Theme {
  return ['system', 'light', 'dark'].includes(text)
}

function isSwitch(text: string): text is 'on' | 'off' {
  return ['on', 'off'].includes(text)
}
