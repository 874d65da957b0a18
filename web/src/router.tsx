import type { QueryClient } from '@tanstack/react-query'
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { librarySearch } from './library/search'
import { NotFound } from './shell/NotFound'
import { PageProblem } from './shell/PageProblem'
import { Shell } from './shell/Shell'
import { studioSearch } from './studio/search'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: PageProblem })

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
