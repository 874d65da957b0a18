import type { Catalogue } from './catalogue'

/** The languages of this page, by their own names. */
export const LOCALES = { en: 'English', pt: 'Português', es: 'Español', ar: 'العربية' } as const

export type Locale = keyof typeof LOCALES

const LOADERS: Record<Locale, () => Promise<{ default: Catalogue }>> = {
  en: () => import('../locales/en'),
  pt: () => import('../locales/pt'),
  es: () => import('../locales/es'),
  ar: () => import('../locales/ar'),
}

export async function loadCatalogue(locale: Locale): Promise<Catalogue> {
  return (await LOADERS[locale]()).default
}

export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  return locale === 'ar' ? 'rtl' : 'ltr'
}

/** The first of the browser's languages that this page speaks. */
export function browserLocale(wanted: readonly string[]): Locale {
  for (const tag of wanted) {
    const base = tag.split('-')[0] ?? ''
    if (base in LOCALES) return base as Locale
  }
  return 'en'
}
