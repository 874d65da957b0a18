import { answer, api } from '../api/client'
import { Problem, problemOf } from '../api/problem'
import type { Sender, SenderNews } from './sender'

const PIECE_BYTES = 32 * 256 * 1024
const INCOMPLETE = 308
const KEPT_UNDER = 'dubwright.upload:'

/** Where a file goes: its upload, and the secret address that takes its bytes. */
interface Session {
  upload: string
  address: string
}

/** Sends a file straight to Cloud Storage in pieces; after a reload of the tab it goes on where it was. */
export async function directSender(file: File, news: SenderNews): Promise<Sender> {
  const session = kept(file) ?? (await announced(file))
  let request = new XMLHttpRequest()
  let isPaused = false

  const send = async (): Promise<void> => {
    const next = () => (request = new XMLHttpRequest())
    let sent = await arrived(next(), session, file)
    while (sent < file.size && !isPaused) sent = await sendPiece(next(), session, file, sent, news.onSent)
    if (isPaused) return
    await answer(api.POST('/v1/uploads/{upload_id}:complete', { params: { path: { upload_id: session.upload } }, body: {} }))
    sessionStorage.removeItem(nameOf(file))
    news.onDone(session.upload)
  }

  return {
    begin: () => {
      isPaused = false
      send().catch((error: unknown) => {
        if (!isPaused) news.onStopped(problemOf(error))
      })
    },
    pause: () => {
      isPaused = true
      request.abort()
    },
    end: async () => {
      isPaused = true
      request.abort()
      sessionStorage.removeItem(nameOf(file))
      await answer(api.DELETE('/v1/uploads/{upload_id}', { params: { path: { upload_id: session.upload } } }))
    },
  }
}

async function announced(file: File): Promise<Session> {
  const told = await answer(
    api.POST('/v1/uploads', {
      params: {
        query: { direct: true },
        header: {
          'Tus-Resumable': '1.0.0',
          'Upload-Length': String(file.size),
          'Upload-Metadata': `filename ${inBase64(file.name)},filetype ${inBase64(file.type)}`,
        },
      },
    }),
  )
  if (typeof told.session_url !== 'string') throw new Problem({ detail: 'the server has no address for this file' }, 502)
  const session = { upload: told.id, address: told.session_url }
  sessionStorage.setItem(nameOf(file), JSON.stringify(session))
  return session
}

/** How many bytes are there already. */
async function arrived(request: XMLHttpRequest, { address }: Session, file: File): Promise<number> {
  return offsetAfter(await put(request, address, `bytes */${String(file.size)}`, null), file)
}

async function sendPiece(
  request: XMLHttpRequest,
  { address }: Session,
  file: File,
  from: number,
  onSent: (bytes: number) => void,
): Promise<number> {
  const end = Math.min(from + PIECE_BYTES, file.size)
  request.upload.onprogress = (event) => {
    onSent(from + event.loaded)
  }
  const range = `bytes ${String(from)}-${String(end - 1)}/${String(file.size)}`
  return offsetAfter(await put(request, address, range, file.slice(from, end)), file)
}

/** Reads how far the bucket is: https://cloud.google.com/storage/docs/performing-resumable-uploads */
function offsetAfter(request: XMLHttpRequest, file: File): number {
  if (request.status === 200 || request.status === 201) return file.size
  if (request.status === INCOMPLETE) {
    const last = /-(\d+)$/.exec(request.getResponseHeader('Range') ?? '')?.[1]
    return last === undefined ? 0 : Number(last) + 1
  }
  if (request.status === 0 || request.status === 429 || request.status >= 500) throw problemOf(new Error('the storage did not answer'))
  sessionStorage.removeItem(nameOf(file))
  throw new Problem({ detail: 'the storage does not take this upload any more', hint: 'cancel it and choose the file again' }, request.status)
}

function put(request: XMLHttpRequest, address: string, range: string, body: Blob | null): Promise<XMLHttpRequest> {
  return new Promise((resolve) => {
    request.onloadend = () => {
      resolve(request)
    }
    request.open('PUT', address)
    request.setRequestHeader('Content-Range', range)
    request.send(body)
  })
}

function kept(file: File): Session | null {
  const text = sessionStorage.getItem(nameOf(file))
  return text === null ? null : (JSON.parse(text) as Session)
}

function nameOf(file: File): string {
  return `${KEPT_UNDER}${file.name}:${String(file.size)}:${String(file.lastModified)}`
}

function inBase64(text: string): string {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(text)))
}
