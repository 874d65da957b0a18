import type { QueryClient } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import type { Operation, OperationEvent } from '../api/types'
import { Store } from '../ui/store'

type Connection = 'connecting' | 'open' | 'lost'
type Listener = (event: OperationEvent) => void

const AGAIN_MS = 2_000
const KINDS = ['state', 'stage', 'log'] as const

/** Whether news arrive; `lost` while the server cannot be reached. */
export const connectionStore = new Store<Connection>('connecting')

/** One stream of news for the whole tab. It comes back by itself and misses nothing. */
export class LiveEvents {
  readonly #queries: QueryClient
  readonly #listeners = new Set<Listener>()
  #source: EventSource | null = null
  #newest: number | null = null
  #again: ReturnType<typeof setTimeout> | undefined

  constructor(queries: QueryClient) {
    this.#queries = queries
  }

  /** Calls `listener` for each event, also of other tabs' work; returns how to stop that. */
  subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  start = async (): Promise<void> => {
    this.stop()
    try {
      const { ticket } = await answer(api.POST('/v1/events:ticket'))
      this.#listen(ticket)
    } catch {
      this.#startAgain()
    }
  }

  stop = (): void => {
    clearTimeout(this.#again)
    this.#source?.close()
    this.#source = null
  }

  #listen(ticket: string | null): void {
    const asked = new URLSearchParams()
    if (ticket !== null) asked.set('ticket', ticket)
    if (this.#newest !== null) asked.set('after', String(this.#newest))
    const source = new EventSource(`/v1/events?${asked.toString()}`)
    source.onopen = () => {
      if (connectionStore.get() === 'lost') void this.#queries.invalidateQueries()
      connectionStore.set('open')
    }
    source.onerror = () => {
      this.#startAgain()
    }
    for (const kind of KINDS) source.addEventListener(kind, this.#take)
    this.#source = source
  }

  // A ticket serves once, so the browser's own way of coming back would be refused.
  #startAgain(): void {
    connectionStore.set('lost')
    this.stop()
    this.#again = setTimeout(() => void this.start(), AGAIN_MS)
  }

  #take = (message: MessageEvent<string>): void => {
    const event = JSON.parse(message.data) as OperationEvent
    this.#newest = event.id
    this.#keep(event)
    for (const listener of this.#listeners) listener(event)
  }

  #keep(event: OperationEvent): void {
    const news = { state: event.state, progress: event.progress, last_news_at: new Date(event.at_ms).toISOString() }
    this.#queries.setQueryData<Operation>(['operation', event.operation], (known) => known && { ...known, ...news })
    if (event.kind !== 'state') return
    for (const name of ['projects', 'project', 'operations', 'operation', 'script', 'speakers', 'files']) {
      void this.#queries.invalidateQueries({ queryKey: [name] })
    }
  }
}
