import { DetailedError, Upload, type HttpRequest } from 'tus-js-client'
import { Problem } from '../api/problem'
import { keyStore } from '../session/key'
import type { Sender, SenderNews } from './sender'

const PLACE = '/v1/uploads'
const PIECE_BYTES = 8 * 1024 * 1024
const AGAIN_MS = [0, 1_000, 3_000, 5_000]
const STORAGE_FULL = 507
const PASSING = new Set([409, 423, 429])

/** Sends a file by tus, in pieces; one that was begun before, also before a reload, goes on. */
export async function tusSender(file: File, news: SenderNews): Promise<Sender> {
  const upload = new Upload(file, {
    endpoint: PLACE,
    chunkSize: PIECE_BYTES,
    retryDelays: AGAIN_MS,
    metadata: { filename: file.name, filetype: file.type },
    removeFingerprintOnSuccess: true,
    onBeforeRequest: addKey,
    onShouldRetry: (error) => navigator.onLine && isPassing(error.originalResponse?.getStatus() ?? 0),
    onProgress: news.onSent,
    onSuccess: () => {
      news.onDone(idOf(upload.url ?? ''))
    },
    onError: (error) => {
      news.onStopped(problemIn(error))
    },
  })
  const [begunBefore] = await upload.findPreviousUploads()
  if (begunBefore !== undefined) upload.resumeFromPreviousUpload(begunBefore)
  return {
    begin: () => {
      upload.start()
    },
    pause: () => {
      void upload.abort()
    },
    end: () => upload.abort(true),
  }
}

// A key may change between two pieces, so each request takes the one of its moment.
function addKey(request: HttpRequest): void {
  const key = keyStore.get()
  if (key !== null) request.setHeader('Authorization', `Bearer ${key}`)
}

function isPassing(status: number): boolean {
  return status === 0 || PASSING.has(status) || (status >= 500 && status !== STORAGE_FULL)
}

function idOf(url: string): string {
  return new URL(url, location.origin).pathname.split('/').at(-1) ?? ''
}

function problemIn(error: Error | DetailedError): Problem {
  const answer = 'originalResponse' in error ? error.originalResponse : null
  if (answer === null || answer.getStatus() === 0) return new Problem({ detail: error.message, retryable: true }, 0)
  return new Problem(bodyOf(answer.getBody()), answer.getStatus())
}

function bodyOf(text: string): object {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}
