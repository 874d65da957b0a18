import type { Problem } from '../api/problem'
import { problemOf } from '../api/problem'
import { Store } from '../ui/store'
import { RateMeter } from './rate'
import type { Sender, SenderNews } from './sender'

/** How far an upload is. `waiting`: the server is out of reach, and it goes on by itself. */
export type UploadStatus =
  | { kind: 'sending' | 'paused' | 'waiting'; sent: number; perSecond: number | null }
  | { kind: 'done'; upload: string }
  | { kind: 'failed'; sent: number; problem: Problem }

export type OpenSender = (file: File, news: SenderNews) => Promise<Sender>

const AGAIN_MS = 10_000
const SHOWN_EVERY_MS = 200

/** One file on its way to the server. It can pause, and it outlives a broken connection. */
export class VideoUpload {
  readonly file: File
  readonly status: Store<UploadStatus>
  readonly #open: OpenSender
  readonly #rate = new RateMeter()
  #sender: Sender | null = null
  #again: ReturnType<typeof setTimeout> | undefined
  #shownAt = -Infinity
  #sent = 0
  #isEnded = false

  constructor(file: File, open: OpenSender) {
    this.file = file
    this.#open = open
    this.status = new Store<UploadStatus>({ kind: 'sending', sent: 0, perSecond: null })
  }

  /** Begins, or goes on after a pause or a failure. */
  begin = async (): Promise<void> => {
    this.#forgetWaiting()
    this.#rate.clear()
    this.#show('sending')
    try {
      this.#sender ??= await this.#open(this.file, this.#news)
      if (this.status.get().kind === 'sending' && !this.#isEnded) this.#sender.begin()
    } catch (error) {
      this.#stopped(problemOf(error))
    }
  }

  pause = (): void => {
    this.#forgetWaiting()
    this.#sender?.pause()
    this.#show('paused')
  }

  /** Ends it for good. What arrived is deleted on the server as well. */
  end = async (): Promise<void> => {
    this.#isEnded = true
    this.#forgetWaiting()
    await this.#sender?.end()
  }

  readonly #news: SenderNews = {
    onSent: (bytes) => {
      this.#sent = bytes
      const now = performance.now()
      this.#rate.note(now, bytes)
      if (this.status.get().kind !== 'sending' || now - this.#shownAt < SHOWN_EVERY_MS) return
      this.#shownAt = now
      this.#show('sending')
    },
    onDone: (upload) => {
      if (!this.#isEnded) this.status.set({ kind: 'done', upload })
    },
    onStopped: (problem) => {
      this.#stopped(problem)
    },
  }

  #stopped(problem: Problem): void {
    if (this.#isEnded) return
    if (problem.status === 0) this.#wait()
    else this.status.set({ kind: 'failed', sent: this.#sent, problem })
  }

  #wait(): void {
    this.#show('waiting')
    addEventListener('online', this.#goOn, { once: true })
    this.#again = setTimeout(this.#goOn, AGAIN_MS)
  }

  #goOn = (): void => {
    void this.begin()
  }

  #forgetWaiting(): void {
    removeEventListener('online', this.#goOn)
    clearTimeout(this.#again)
  }

  #show(kind: 'sending' | 'paused' | 'waiting'): void {
    this.status.set({ kind, sent: this.#sent, perSecond: kind === 'sending' ? this.#rate.perSecond : null })
  }
}
