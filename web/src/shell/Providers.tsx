import { QueryClientProvider, type QueryClient } from '@tanstack/react-query'
import { useEffect, type ReactNode } from 'react'
import type { Catalogue } from '../i18n/catalogue'
import type { Locale } from '../i18n/locales'
import { MessagesProvider } from '../i18n/messages'
import { LiveContext } from '../live/context'
import type { LiveEvents } from '../live/events'
import { keyStore } from '../session/key'
import { useStore } from '../ui/store'

interface Props {
  queries: QueryClient
  live: LiveEvents
  first: { locale: Locale; catalogue: Catalogue }
  children: ReactNode
}

/** What every page may ask for: server state, live news, and the page's language. */
export function Providers({ queries, live, first, children }: Props) {
  const key = useStore(keyStore)
  useEffect(() => {
    void live.start()
    return live.stop
  }, [live, key])
  return (
    <QueryClientProvider client={queries}>
      <LiveContext value={live}>
        <MessagesProvider first={first}>{children}</MessagesProvider>
      </LiveContext>
    </QueryClientProvider>
  )
}
