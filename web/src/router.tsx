import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { librarySearch } from './library/search'
import { NotFound } from './shell/NotFound'
import { PageProblem } from './shell/PageProblem'
import { Shell } from './shell/Shell'
import { fetchAhead } from './studio/opening'
import { studioSearch } from './studio/search'

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Shell, notFoundComponent: NotFound, errorComponent: PageProblem })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./home/Home'), 'Home'),
})
const library = createRoute({
  getParentRoute: () => root,
  path: '/library',
  validateSearch: librarySearch,
  component: lazyRouteComponent(() => import('./library/Library'), 'Library'),
})
const studio = createRoute({
  getParentRoute: () => root,
  path: '/p/$project',
  validateSearch: studioSearch,
  loader: ({ cause, context, params, location }) => {
    // Nothing waits for it: the page asks for the same, and shows what there is.
    if (cause === 'enter') void fetchAhead(context.queries, params.project, studioSearch(location.search).lang)
  },
  shouldReload: false,
  component: lazyRouteComponent(() => import('./studio/StudioPage'), 'StudioPage'),
})
const glossaries = createRoute({
  getParentRoute: () => root,
  path: '/glossaries',
  component: lazyRouteComponent(() => import('./glossaries/Glossaries'), 'Glossaries'),
})
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/Settings'), 'Settings'),
})
const health = createRoute({
  getParentRoute: () => root,
  path: '/health',
  component: lazyRouteComponent(() => import('./health/Health'), 'Health'),
})

const routes = root.addChildren([home, library, studio, glossaries, settings, health])

export function createStudioRouter(queries: QueryClient) {
  return createRouter({ routeTree: routes, defaultPreload: 'intent', context: { queries }, scrollRestoration: true })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createStudioRouter>
  }
}
