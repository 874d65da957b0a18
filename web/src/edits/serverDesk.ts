import type { QueryClient } from '@tanstack/react-query'
import { answer, api, ifMatch, tagged } from '../api/client'
import { Problem, problemOf } from '../api/problem'
import { projectQuery } from '../api/queries'
import type { Line, Script } from '../api/types'
import type { Cut, Desk, WholeLine } from './commands'
import { ask, isConflict, TheirsKept } from './conflict'
import type { HeardChanges, LineChanges } from './edits'
import { characters, targetOf, wholeOf } from './lineView'
import { persist } from './persisting'
import type { Scripts } from './scripts'

const CHANGED_MEANWHILE = 412

/** Carries edits out on the server, from the newest revision, as often as it takes. */
export class ServerDesk implements Desk {
  readonly #queries: QueryClient
  readonly #project: string
  readonly #language: string
  readonly #scripts: Scripts

  constructor(queries: QueryClient, project: string, language: string, scripts: Scripts) {
    this.#queries = queries
    this.#project = project
    this.#language = language
    this.#scripts = scripts
  }

  wholeLine = async (line: number): Promise<WholeLine> => {
    const shown = await this.#line(this.#language, line)
    return wholeOf(shown, await this.#allScripts())
  }

  lineAfter = async (line: number): Promise<WholeLine | null> => {
    const { utterances } = await this.#script(this.#language)
    const following = utterances[utterances.findIndex((one) => one.id === line) + 1]
    return following === undefined ? null : wholeOf(following, await this.#allScripts())
  }

  changeTarget = async (language: string, line: number, changes: LineChanges): Promise<void> => {
    const began = await this.#line(language, line)
    const path = { project: this.#project, language, utterance: line }
    const send = (revision: number) =>
      tagged(
        api.PATCH('/v1/projects/{project}/targets/{language}/utterances/{utterance}', {
          params: { path, header: ifMatch(revision) },
          body: changes,
        }),
      )
    const changed = await this.#sent(language, (script) => send(script.revision), async () => {
      const theirs = await this.#line(language, line)
      if (!isConflict(began, theirs, changes)) return
      const texts = { mine: changes.target_text ?? '', theirs: targetOf(theirs).target_text }
      if ((await ask({ line, language, ...texts })) === 'theirs') throw new TheirsKept()
    })
    this.#scripts.takeLine(language, changed.body, Number(/\d+/.exec(changed.etag)?.[0] ?? 0))
  }

  changeHeard = async (line: number, changes: HeardChanges): Promise<void> => {
    const path = { project: this.#project, segment: line }
    await this.#sent(this.#language, (script) =>
      answer(
        api.PATCH('/v1/projects/{project}/transcript/segments/{segment}', {
          params: { path, header: ifMatch(script.project_revision) },
          body: changes,
        }),
      ),
    )
    await this.#structureChanged()
  }

  split = async (line: number, cut: Cut): Promise<number> => {
    const whole = await this.wholeLine(line)
    const path = { project: this.#project, segment: line }
    const body = {
      after_characters: characters(whole.sourceText, cut.sourceCharacters),
      at_ms: Math.round(cut.atMs),
      targets: insideTexts(whole, cut),
    }
    return this.#madeBy(line, (script) =>
      answer(
        api.POST('/v1/projects/{project}/transcript/segments/{segment}:split', {
          params: { path, header: ifMatch(script.project_revision) },
          body,
        }),
      ),
    )
  }

  merge = async (line: number, whole?: WholeLine): Promise<void> => {
    const path = { project: this.#project, segment: line }
    const body = whole === undefined ? {} : { text: whole.sourceText, targets: textsOf(whole) }
    await this.#madeBy(line, (script) =>
      answer(
        api.POST('/v1/projects/{project}/transcript/segments/{segment}:merge', {
          params: { path, header: ifMatch(script.project_revision) },
          body,
        }),
      ),
    )
  }

  insert = async (line: WholeLine): Promise<number> => {
    const body = {
      speaker: line.speaker,
      start_ms: line.startMs,
      end_ms: line.endMs,
      text: line.sourceText,
      targets: textsOf(line),
    }
    return this.#madeBy(null, (script) =>
      answer(
        api.POST('/v1/projects/{project}/transcript/segments', {
          params: { path: { project: this.#project }, header: ifMatch(script.project_revision) },
          body,
        }),
      ),
    )
  }

  remove = async (line: number): Promise<void> => {
    const path = { project: this.#project, segment: line }
    await this.#madeBy(line, (script) =>
      answer(
        api.DELETE('/v1/projects/{project}/transcript/segments/{segment}', {
          params: { path, header: ifMatch(script.project_revision) },
        }),
      ),
    )
  }

  /** Changes which lines there are, unless `line` is not what it was. Returns the id of the newest line. */
  async #madeBy(line: number | null, send: (script: Script) => Promise<unknown>): Promise<number> {
    const ids = new Set((await this.#script(this.#language)).utterances.map((one) => one.id))
    const began = line === null ? null : await this.#line(this.#language, line)
    await this.#sent(this.#language, send, async () => {
      if (began !== null) refuseOther(began, await this.#line(this.#language, began.id))
    })
    const { utterances } = await this.#structureChanged()
    return utterances.find((one) => !ids.has(one.id))?.id ?? line ?? 0
  }

  /** Sends from the newest revision. After somebody else's edit `look` decides, then it is sent again. */
  async #sent<T>(language: string, send: (script: Script) => Promise<T>, look?: () => Promise<void>): Promise<T> {
    for (;;) {
      const script = await this.#script(language)
      try {
        return await persist(() => send(script))
      } catch (thrown) {
        if (problemOf(thrown).status !== CHANGED_MEANWHILE) throw thrown
        await this.#load(language)
        await look?.()
      }
    }
  }

  async #line(language: string, line: number): Promise<Line> {
    const found = (await this.#script(language)).utterances.find((one) => one.id === line)
    if (found === undefined) throw new Problem({ code: 'not_found', detail: 'this line is gone', hint: 'Somebody else may have taken it away.' }, 404)
    return found
  }

  async #allScripts(): Promise<Script[]> {
    const project = await this.#queries.fetchQuery({ ...projectQuery(this.#project), staleTime: 60_000 })
    const scripts = await Promise.all(project.targets.map((target) => this.#scriptOrNone(target.language)))
    return scripts.filter((script) => script !== null)
  }

  /** Null for a language that was never translated. */
  async #scriptOrNone(language: string): Promise<Script | null> {
    try {
      return language === this.#language ? await this.#script(language) : await this.#load(language)
    } catch (thrown) {
      if (problemOf(thrown).status === 404) return null
      throw thrown
    }
  }

  async #script(language: string): Promise<Script> {
    return this.#scripts.newest(language) ?? (await this.#load(language))
  }

  async #load(language: string): Promise<Script> {
    const script = await persist(() => answer(api.GET('/v1/projects/{project}/targets/{language}/utterances', { params: { path: { project: this.#project, language } } })))
    this.#scripts.take(script)
    return script
  }

  async #structureChanged(): Promise<Script> {
    const script = await this.#load(this.#language)
    const isOther = (key: readonly unknown[]) => key[0] === 'script' && key[1] === this.#project && key[2] !== this.#language
    this.#scripts.forgetOthers(this.#language)
    void this.#queries.invalidateQueries({ predicate: (query) => isOther(query.queryKey) })
    void this.#queries.invalidateQueries({ queryKey: projectQuery(this.#project).queryKey })
    void this.#queries.invalidateQueries({ queryKey: ['speakers', this.#project] })
    return script
  }
}

/** The texts of the languages that have one; the others are translated by the server. */
function textsOf(line: WholeLine): Record<string, string> {
  const texts = Object.entries(line.targets).map(([language, target]) => [language, target.target_text] as const)
  return Object.fromEntries(texts.filter(([, text]) => text.trim() !== ''))
}

/** The cuts that leave words on both sides; elsewhere the texts are made again. */
function insideTexts(whole: WholeLine, cut: Cut): Record<string, number> {
  const inside = Object.entries(cut.targetCharacters).flatMap(([language, units]) => {
    const text = whole.targets[language]?.target_text ?? ''
    const hasBoth = text.slice(0, units).trim() !== '' && text.slice(units).trim() !== ''
    return hasBoth ? [[language, characters(text, units)] as const] : []
  })
  return Object.fromEntries(inside)
}

function refuseOther(began: Line, now: Line): void {
  const isSame = began.source_text === now.source_text && began.span.start_ms === now.span.start_ms && began.span.end_ms === now.span.end_ms
  if (isSame) return
  throw new Problem({ code: 'conflict', detail: 'this line was changed meanwhile', hint: 'Look at it, then do it again.' }, CHANGED_MEANWHILE)
}

