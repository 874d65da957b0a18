import type { Query, QueryClient } from '@tanstack/react-query'
import { scriptQuery } from '../api/queries'
import type { Line, Script } from '../api/types'
import { withLine, withPending, type Pending } from './overlay'

/** The scripts of a project as the server has them, shown to the page with what is not saved yet. */
export class Scripts {
  readonly #queries: QueryClient
  readonly #project: string
  readonly #saved = new Map<string, Script>()
  #pending: Pending[] = []
  #openEdits = 0
  #stopListening: (() => void) | null = null

  constructor(queries: QueryClient, project: string) {
    this.#queries = queries
    this.#project = project
  }

  /** The newest script that the server answered with, if any. */
  newest(language: string): Script | null {
    const saved = this.#saved.get(language)
    if (this.#stopListening !== null && saved !== undefined) return saved
    return this.#cached(language) ?? null
  }

  /** Shows an edit that is on its way, unless only the server knows what comes of it; returns how to stop. */
  show(change: Pending | null): () => void {
    this.#listen()
    this.#openEdits += 1
    if (change !== null) this.#pending = [...this.#pending, change]
    this.#showAll()
    return () => {
      this.#openEdits -= 1
      this.#pending = this.#pending.filter((one) => one !== change)
      this.#showAll()
      this.#stopWhenSaved()
    }
  }

  take(script: Script): void {
    this.#saved.set(script.language, script)
    this.#write(script)
  }

  takeLine(language: string, line: Line, revision: number): void {
    const script = this.newest(language)
    if (script !== null) this.take({ ...withLine(script, line), revision, stale: true })
  }

  forgetOthers(language: string): void {
    for (const other of this.#saved.keys()) if (other !== language) this.#saved.delete(other)
  }

  // While something is not saved, the cache shows more than the server has, so both are kept apart.
  #listen(): void {
    if (this.#stopListening !== null) return
    this.#saved.clear()
    const [name] = scriptQuery(this.#project, '').queryKey
    const isScript = (query: Query) => query.queryKey[0] === name && query.queryKey[1] === this.#project && query.queryKey.length === 3
    for (const [, script] of this.#queries.getQueriesData<Script>({ predicate: isScript })) {
      if (script !== undefined) this.#saved.set(script.language, script)
    }
    this.#stopListening = this.#queries.getQueryCache().subscribe((event) => {
      if (event.type !== 'updated' || event.action.type !== 'success' || event.action.manual === true) return
      if (isScript(event.query)) this.#takeNews(event.query.state.data as Script)
    })
  }

  #takeNews(script: Script): void {
    const known = this.#saved.get(script.language)
    const isOld = known !== undefined && script.revision < known.revision && script.project_revision <= known.project_revision
    if (!isOld) this.#saved.set(script.language, script)
    // A query must not be written while it tells its own news.
    queueMicrotask(() => {
      this.#showAll()
    })
  }

  #showAll(): void {
    for (const script of this.#saved.values()) this.#write(script)
  }

  #write(script: Script): void {
    this.#queries.setQueryData(scriptQuery(this.#project, script.language).queryKey, withPending(script, this.#pending))
  }

  #stopWhenSaved(): void {
    if (this.#openEdits > 0) return
    this.#stopListening?.()
    this.#stopListening = null
  }

  #cached(language: string): Script | undefined {
    return this.#queries.getQueryData<Script>(scriptQuery(this.#project, language).queryKey)
  }
}
