import { useQuery } from '@tanstack/react-query'
import { keyStore } from '../session/key'
import { useStore } from '../ui/store'
import { Problem, unreachable } from './problem'

/**
 * The address that a media element, a download or a canvas loads `path` from; null while it is not known.
 *
 * A media element cannot send a key, so with one the server is asked for an address that works without.
 */
export function useMediaUrl(path: string | null): string | null {
  const key = useStore(keyStore)
  const asked = useQuery({
    queryKey: ['media-url', path, key],
    queryFn: () => signedUrl(path ?? ''),
    enabled: path !== null && key !== null,
    staleTime: 30 * 60_000,
  })
  if (path === null) return null
  return key === null ? path : (asked.data ?? null)
}

/** As `useMediaUrl`, once, for a click. Throws `Problem`. */
export async function mediaUrl(path: string): Promise<string> {
  return keyStore.get() === null ? path : signedUrl(path)
}

/** The bytes of a file, such as peaks or a take. Throws `Problem`. */
export async function mediaBytes(path: string, range?: string, signal?: AbortSignal): Promise<ArrayBuffer> {
  const headers: Record<string, string> = range === undefined ? {} : { Range: range }
  const response = await load(path, headers, signal)
  return response.arrayBuffer()
}

async function signedUrl(path: string): Promise<string> {
  const response = await load(`${path}${path.includes('?') ? '&' : '?'}link=true`, {})
  const link = (await response.json()) as { url: string }
  return link.url
}

async function load(path: string, headers: Record<string, string>, signal?: AbortSignal): Promise<Response> {
  const key = keyStore.get()
  if (key !== null) headers['Authorization'] = `Bearer ${key}`
  const response = await answered(path, { headers, signal })
  if (!response.ok) throw new Problem(await problemBody(response), response.status)
  return response
}

// Files have no generated client: their addresses come from the API's answers.
async function answered(path: string, how: RequestInit): Promise<Response> {
  try {
    return await globalThis.fetch(path, how)
  } catch (thrown) {
    if (how.signal?.aborted === true) throw thrown
    throw unreachable(thrown)
  }
}

async function problemBody(response: Response): Promise<object> {
  const isProblem = response.headers.get('Content-Type')?.startsWith('application/problem+json') === true
  return isProblem ? ((await response.json()) as object) : {}
}
