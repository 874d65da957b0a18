import { queryOptions } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { systemQuery } from '../api/queries'
import { Problem } from '../api/problem'
import type { components } from '../api/schema'

export type Readiness = components['schemas']['Readiness']

const EVERY_MS = 15_000

/** What the health page asks for, again and again while it is looked at. */

export const systemHealthQuery = queryOptions({ ...systemQuery, refetchInterval: EVERY_MS })

export const readinessQuery = queryOptions({
  queryKey: ['readiness'],
  queryFn: readiness,
  refetchInterval: EVERY_MS,
})

export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: () => answer(api.GET('/v1/providers')),
  refetchInterval: EVERY_MS,
})

export const usageQuery = queryOptions({
  queryKey: ['usage'],
  queryFn: () => answer(api.GET('/v1/usage')),
  refetchInterval: EVERY_MS,
})

export const accountQuery = queryOptions({
  queryKey: ['account', 'health'],
  queryFn: () => answer(api.GET('/v1/account')),
})

/** A service that is not ready answers 503, with the same body. */
async function readiness(): Promise<Readiness> {
  const { data, error, response } = await api.GET('/readyz')
  if (data !== undefined) return data
  const told: unknown = error
  if (isReadiness(told)) return told
  throw new Problem({}, response.status)
}

function isReadiness(told: unknown): told is Readiness {
  return typeof told === 'object' && told !== null && 'parts' in told
}
