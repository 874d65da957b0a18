import '@fontsource-variable/atkinson-hyperlegible-next'
import '@fontsource-variable/atkinson-hyperlegible-mono'
import './tokens.css'
import './base.css'
import { QueryClient } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { startTransition, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { problemOf } from './api/problem'
import { loadCatalogue } from './i18n/locales'
import { LiveEvents } from './live/events'
import { applyTheme, localeStore } from './preferences/preferences'
import { createStudioRouter } from './router'
import { Providers } from './shell/Providers'

const MOST_RETRIES = 2

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) => problemOf(error).retryable && failures < MOST_RETRIES,
    },
  },
})

async function start(): Promise<void> {
  applyTheme()
  const locale = localeStore.get()
  const catalogue = await loadCatalogue(locale)
  const root = document.getElementById('root')
  if (root === null) throw new Error('the page has no root')
  const page = (
    <StrictMode>
      <Providers queries={queries} live={new LiveEvents(queries)} first={{ locale, catalogue }}>
        <RouterProvider router={createStudioRouter(queries)} />
      </Providers>
    </StrictMode>
  )
  // In small steps, so that it answers while it is still being drawn.
  startTransition(() => {
    createRoot(root).render(page)
  })
}

void start()
