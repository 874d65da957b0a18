/** Work that is done strictly one after another. A piece that fails does not stop the next. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve()

  add<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => undefined)
    return done
  }

  /** Resolves when everything that was added so far is done. */
  async idle(): Promise<void> {
    await this.#last
  }
}
