import createClient, { type Middleware } from 'openapi-fetch'
import { keyStore, signOut } from '../session/key'
import { Problem, unreachable } from './problem'
import type { paths } from './schema'

const withKey: Middleware = {
  onRequest({ request }) {
    const key = keyStore.get()
    if (key !== null) request.headers.set('Authorization', `Bearer ${key}`)
    return request
  },
  onResponse({ response }) {
    if (response.status === 401 && keyStore.get() !== null) signOut()
  },
  onError({ error }) {
    return unreachable(error)
  },
}

/** Typed calls of the API. Use `answer` round each to get its body or a thrown `Problem`. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => globalThis.fetch(request),
})
api.use(withKey)

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

/** The body of a successful answer. Throws `Problem` for every other. */
export async function answer<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await tagged(call)).body
}

/** The body with its `ETag`, which `If-Match` of an edit repeats. Throws `Problem`. */
export async function tagged<T>(call: Promise<Answer<T>>): Promise<{ body: T; etag: string }> {
  const { data, error, response } = await call
  if (!response.ok) throw new Problem(typeof error === 'object' && error !== null ? error : {}, response.status)
  return { body: data as T, etag: response.headers.get('ETag') ?? '' }
}

/** The `If-Match` header of a revision. */
export function ifMatch(revision: number): { 'if-match': string } {
  return { 'if-match': `"r${String(revision)}"` }
}
