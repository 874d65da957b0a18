import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Sender, SenderNews } from '../uploads/sender'
import type { Wanted } from './wanted'

/** The server's answers, at the edge: what is asked of it is written down, and a project is kept. */
class Server {
  asked: string[] = []
  project = { id: 'prj_1', name: 'talk', revision: 1, source_language: null as string | null, budget: null, settings: SETTINGS, targets: [] as { language: string }[] }
  failure: object | null = null

  fetch = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    this.asked.push(`${request.method} ${pathname}`)
    const body = request.method === 'POST' || request.method === 'PATCH' ? ((await request.json().catch(() => ({}))) as Record<string, unknown>) : {}
    return this.#answer(`${request.method} ${pathname}`, body)
  }

  #answer(call: string, body: Record<string, unknown>): Response {
    if (call === 'POST /v1/projects') {
      this.project.source_language = body['source_language'] as string | null
      this.project.targets = (body['targets'] as string[]).map((language) => ({ language }))
    }
    if (call === 'POST /v1/projects/prj_1/targets') this.project.targets = [...this.project.targets, { language: String(body['language']) }]
    if (call.includes(':ingest')) return Response.json({ id: 'op_1', done: true, state: this.failure ? 'failed' : 'succeeded', error: this.failure, progress: {} })
    if (call.includes(':estimate')) return Response.json({ wall_s: 720, cost: 0 })
    if (call.startsWith('GET /v1/operations')) return Response.json({ items: [] })
    if (call.startsWith('DELETE')) return new Response(null, { status: 204 })
    return Response.json(this.project)
  }
}

const SETTINGS = { engines: {}, glossaries: [], keep_background: true, background_db: 0, voice_over: false, speakers: null }
const INTO_PORTUGUESE: Wanted = { spoken: null, targets: ['pt'], settings: SETTINGS, budget: null }

let server: Server

async function newDub() {
  // The client keeps the `fetch` that it found, so it is loaded after the server stands.
  const { NewDub } = await import('./newDub')
  const wire: { news: SenderNews | null; isEnded: boolean } = { news: null, isEnded: false }
  const dub = new NewDub((_file, news): Promise<Sender> => {
    wire.news = news
    const end = () => {
      wire.isEnded = true
      return Promise.resolve()
    }
    return Promise.resolve({ begin: () => undefined, pause: () => undefined, end })
  })
  dub.want(INTO_PORTUGUESE)
  dub.take(new File(['video'], 'talk.mp4'))
  await vi.waitFor(() => {
    expect(wire.news).not.toBeNull()
  })
  return { dub, wire }
}

beforeEach(() => {
  vi.resetModules()
  server = new Server()
  vi.stubGlobal('fetch', server.fetch)
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:none', revokeObjectURL: () => undefined }))
})

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('NewDub', () => {
  it('looks into a video that arrived, and tells what the dub would take', async () => {
    const { dub, wire } = await newDub()
    wire.news?.onDone('upl_1')
    await vi.waitFor(() => {
      expect(dub.state.get()).toMatchObject({ step: 'ready', estimate: { wall_s: 720, cost: 0 } })
    })
    expect(server.asked).not.toContain('POST /v1/projects/prj_1:run')
  })

  it('begins by itself once the upload is done, where that was asked for before', async () => {
    const { dub, wire } = await newDub()
    const onBegun = vi.fn()
    dub.onBegun = onBegun
    dub.begin()
    expect(server.asked).toEqual([])
    wire.news?.onDone('upl_1')
    await vi.waitFor(() => {
      expect(onBegun).toHaveBeenCalledOnce()
    })
    expect(server.asked.at(-1)).toBe('POST /v1/projects/prj_1:run')
    expect(dub.state.get().step).toBe('empty')
  })

  it('adds a language that was chosen later before it runs', async () => {
    const { dub, wire } = await newDub()
    wire.news?.onDone('upl_1')
    await vi.waitFor(() => {
      expect(dub.state.get().estimate).not.toBeNull()
    })
    dub.want({ ...INTO_PORTUGUESE, targets: ['pt', 'es'] })
    dub.begin()
    await vi.waitFor(() => {
      expect(server.asked.at(-1)).toBe('POST /v1/projects/prj_1:run')
    })
    expect(server.project.targets.map((target) => target.language)).toEqual(['pt', 'es'])
  })

  it('says why the server cannot dub a video, and leaves nothing of it there', async () => {
    const { dub, wire } = await newDub()
    server.failure = { code: 'nothing_to_dub', message: 'no sound track', hint: 'choose another', retryable: false }
    wire.news?.onDone('upl_1')
    await vi.waitFor(() => {
      expect(dub.state.get()).toMatchObject({ step: 'empty', problem: { code: 'nothing_to_dub' } })
    })
    await vi.waitFor(() => {
      expect(server.asked.slice(-2)).toEqual(['DELETE /v1/projects/prj_1', 'DELETE /v1/uploads/upl_1'])
    })
  })

  it('keeps a video that the server could not look into just now, to try again', async () => {
    const { dub, wire } = await newDub()
    server.failure = { code: 'worker_crashed', message: 'it ended', hint: 'try again', retryable: true }
    wire.news?.onDone('upl_1')
    await vi.waitFor(() => {
      expect(dub.state.get().step).toBe('stuck')
    })
    server.failure = null
    dub.tryAgain()
    await vi.waitFor(() => {
      expect(dub.state.get().step).toBe('ready')
    })
  })

  it('ends an upload that is given up', async () => {
    const { dub, wire } = await newDub()
    await dub.drop()
    expect(wire.isEnded).toBe(true)
    expect(dub.state.get().step).toBe('empty')
  })
})
