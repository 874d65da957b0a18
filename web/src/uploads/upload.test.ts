import { describe, expect, it, vi } from 'vitest'
import { Problem } from '../api/problem'
import type { SenderNews } from './sender'
import { VideoUpload } from './upload'

/** A sender that does what the test says. */
class Wire {
  news: SenderNews | null = null
  begun = 0
  isPaused = false
  isEnded = false

  open = (_file: File, news: SenderNews) => {
    this.news = news
    return Promise.resolve({
      begin: () => {
        this.begun += 1
      },
      pause: () => {
        this.isPaused = true
      },
      end: () => {
        this.isEnded = true
        return Promise.resolve()
      },
    })
  }
}

async function begun() {
  const wire = new Wire()
  const upload = new VideoUpload(new File(['video'], 'talk.mp4'), wire.open)
  await upload.begin()
  return { wire, upload }
}

const OFFLINE = new Problem({ detail: 'no network' }, 0)

describe('VideoUpload', () => {
  it('tells how far it is, and the id once it is there', async () => {
    const { wire, upload } = await begun()
    wire.news?.onSent(3)
    expect(upload.status.get()).toMatchObject({ kind: 'sending', sent: 3 })
    wire.news?.onDone('upl_1')
    expect(upload.status.get()).toEqual({ kind: 'done', upload: 'upl_1' })
  })

  it('keeps what was sent while it is paused, and goes on', async () => {
    const { wire, upload } = await begun()
    wire.news?.onSent(3)
    upload.pause()
    expect(upload.status.get()).toMatchObject({ kind: 'paused', sent: 3 })
    await upload.begin()
    expect(wire.begun).toBe(2)
  })

  it('goes on by itself once the browser is online again', async () => {
    const { wire, upload } = await begun()
    wire.news?.onStopped(OFFLINE)
    expect(upload.status.get().kind).toBe('waiting')
    window.dispatchEvent(new Event('online'))
    await vi.waitFor(() => {
      expect(wire.begun).toBe(2)
    })
    expect(upload.status.get().kind).toBe('sending')
  })

  it('stays paused when the line comes back', async () => {
    const { wire, upload } = await begun()
    wire.news?.onStopped(OFFLINE)
    upload.pause()
    window.dispatchEvent(new Event('online'))
    await Promise.resolve()
    expect(wire.begun).toBe(1)
  })

  it('stops with the reason where the server refuses', async () => {
    const { wire, upload } = await begun()
    const problem = new Problem({ code: 'storage_full', detail: 'no room' }, 507)
    wire.news?.onStopped(problem)
    expect(upload.status.get()).toMatchObject({ kind: 'failed', problem })
  })

  it('says nothing more after its end', async () => {
    const { wire, upload } = await begun()
    await upload.end()
    wire.news?.onStopped(OFFLINE)
    expect(wire.isEnded).toBe(true)
    expect(upload.status.get().kind).toBe('sending')
  })
})
