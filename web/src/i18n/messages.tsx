import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react'
import { I18nProvider } from 'react-aria-components'
import { localeStore } from '../preferences/preferences'
import { useStore } from '../ui/store'
import type { Catalogue, MessageKey } from './catalogue'
import { formatMessage, type Values } from './format'
import { directionOf, loadCatalogue, type Locale } from './locales'

export type Translate = (key: MessageKey, values?: Values) => string

interface Messages {
  locale: Locale
  t: Translate
}

const MessagesContext = createContext<Messages | null>(null)

/** Gives its children the page's language, and the document its `lang` and `dir`. */
export function MessagesProvider({ first, children }: { first: { locale: Locale; catalogue: Catalogue }; children: ReactNode }) {
  const wanted = useStore(localeStore)
  const [loaded, setLoaded] = useState(first)
  useEffect(() => {
    let isWanted = true
    void loadCatalogue(wanted).then((catalogue) => {
      if (isWanted) setLoaded({ locale: wanted, catalogue })
    })
    return () => {
      isWanted = false
    }
  }, [wanted])
  useEffect(() => {
    document.documentElement.lang = loaded.locale
    document.documentElement.dir = directionOf(loaded.locale)
  }, [loaded.locale])
  const messages = useMemo(() => messagesOf(loaded.locale, loaded.catalogue), [loaded])
  return (
    <I18nProvider locale={loaded.locale}>
      <MessagesContext value={messages}>{children}</MessagesContext>
    </I18nProvider>
  )
}

export function useMessages(): Messages {
  const messages = use(MessagesContext)
  if (messages === null) throw new Error('useMessages stands outside of MessagesProvider')
  return messages
}

function messagesOf(locale: Locale, catalogue: Catalogue): Messages {
  return { locale, t: (key, values = {}) => formatMessage(catalogue[key], values, locale) }
}
