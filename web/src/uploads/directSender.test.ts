import { afterEach, beforeEach, expect, it, vi } from 'vitest'

const PIECE = 8 * 1024 * 1024
const KEPT = 256 * 1024

/** A bucket that takes a file in pieces; the first piece it keeps only in part, as buckets may. */
class Bucket {
  arrived = 0
  ranges: string[] = []
  isDown = false

  request(): object {
    const headers = new Map<string, string>()
    const request = {
      upload: {},
      status: 0,
      onloadend: () => undefined as unknown,
      open: () => undefined,
      abort: () => undefined,
      setRequestHeader: (name: string, value: string) => headers.set(name, value),
      getResponseHeader: () => (this.arrived === 0 ? null : `bytes=0-${String(this.arrived - 1)}`),
      send: (body: Blob | null) => {
        request.status = this.#take(headers.get('Content-Range') ?? '', body)
        queueMicrotask(() => request.onloadend())
      },
    }
    return request
  }

  #take(range: string, body: Blob | null): number {
    if (this.isDown) return 0
    this.ranges.push(range)
    const total = Number(range.split('/')[1])
    if (body !== null) this.arrived = this.arrived === 0 ? KEPT : this.arrived + body.size
    return this.arrived === total ? 200 : 308
  }
}

let bucket: Bucket
let asked: string[]

beforeEach(() => {
  vi.resetModules()
  sessionStorage.clear()
  bucket = new Bucket()
  asked = []
  vi.stubGlobal('XMLHttpRequest', function make() {
    return bucket.request()
  })
  vi.stubGlobal('fetch', (request: Request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname}`)
    return Promise.resolve(Response.json({ id: 'upl_1', protocol: 'resumable', session_url: 'https://storage.example/s' }))
  })
})

afterEach(() => {
  vi.unstubAllGlobals()
})

async function sender(file: File) {
  const { directSender } = await import('./directSender')
  const news = { onSent: vi.fn(), onDone: vi.fn(), onStopped: vi.fn() }
  return { news, sender: await directSender(file, news) }
}

it('sends a file in pieces from where the bucket is, and completes it', async () => {
  const file = new File([new Uint8Array(PIECE + KEPT)], 'talk.mp4')
  const { news, sender: direct } = await sender(file)
  direct.begin()
  await vi.waitFor(() => {
    expect(news.onDone).toHaveBeenCalledWith('upl_1')
  })
  const total = String(file.size)
  expect(bucket.ranges).toEqual([
    `bytes */${total}`,
    `bytes 0-${String(PIECE - 1)}/${total}`,
    `bytes ${String(KEPT)}-${String(file.size - 1)}/${total}`,
  ])
  expect(asked).toEqual(['POST /v1/uploads', 'POST /v1/uploads/upl_1:complete'])
})

it('goes on with the same upload after it was stopped, also by a reload', async () => {
  const file = new File([new Uint8Array(PIECE)], 'talk.mp4', { lastModified: 1 })
  bucket.isDown = true
  const first = await sender(file)
  first.sender.begin()
  await vi.waitFor(() => {
    expect(first.news.onStopped).toHaveBeenCalledWith(expect.objectContaining({ status: 0 }))
  })
  bucket.isDown = false
  const again = await sender(file)
  again.sender.begin()
  await vi.waitFor(() => {
    expect(again.news.onDone).toHaveBeenCalledWith('upl_1')
  })
  expect(asked.filter((call) => call === 'POST /v1/uploads')).toHaveLength(1)
})
