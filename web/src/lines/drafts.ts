import { problemOf, type Problem } from '../api/problem'

/** A text that somebody wrote and the server does not have yet. `problem`: why it was refused. */
export interface Draft {
  text: string
  problem: Problem | null
}

type Save = (line: number, text: string) => Promise<void>

const QUIET_MS = 800

/** What is being written, kept outside of the list, so that nothing is lost when a row goes away. */
export class Drafts {
  readonly #save: Save
  readonly #quietMs: number
  readonly #drafts = new Map<number, Draft>()
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>()
  readonly #listeners = new Set<() => void>()

  constructor(save: Save, quietMs = QUIET_MS) {
    this.#save = save
    this.#quietMs = quietMs
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether anything is written that the server does not have. */
  get isEmpty(): boolean {
    return this.#drafts.size === 0
  }

  of = (line: number): Draft | null => this.#drafts.get(line) ?? null

  /** Takes what was written, and saves it after a while of quiet. */
  write = (line: number, text: string): void => {
    this.#put(line, { text, problem: null })
    clearTimeout(this.#timers.get(line))
    this.#timers.set(
      line,
      setTimeout(() => void this.flush(line), this.#quietMs),
    )
  }

  /** Saves what was written in a line now. What the server refuses stays here, with why. */
  flush = async (line: number): Promise<void> => {
    clearTimeout(this.#timers.get(line))
    const isWaiting = this.#timers.delete(line)
    const draft = this.#drafts.get(line)
    if (draft === undefined || (!isWaiting && draft.problem === null)) return
    try {
      await this.#save(line, draft.text)
      this.#forget(line, draft)
    } catch (thrown) {
      if (this.#drafts.get(line)?.text === draft.text) this.#put(line, { text: draft.text, problem: problemOf(thrown) })
    }
  }

  flushAll = async (): Promise<void> => {
    await Promise.all([...this.#timers.keys()].map((line) => this.flush(line)))
  }

  /** Gives up what was written and not saved. */
  drop = (line: number): void => {
    clearTimeout(this.#timers.get(line))
    this.#timers.delete(line)
    if (this.#drafts.delete(line)) this.#tell()
  }

  #forget(line: number, saved: Draft): void {
    if (this.#drafts.get(line)?.text === saved.text && !this.#timers.has(line)) this.drop(line)
  }

  #put(line: number, draft: Draft): void {
    this.#drafts.set(line, draft)
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
