import { Problem } from '../api/problem'
import type { Cut, Desk, TargetLine, WholeLine } from './commands'
import type { HeardChanges, LineChanges } from './edits'

/** A desk that does in memory what the server does with the lines of a project. */
export class MemoryDesk implements Desk {
  lines: WholeLine[]
  #highest: number
  /** What a line was when somebody found it fine, by language and id. */
  readonly #fine = new Map<string, string>()

  constructor(lines: readonly WholeLine[]) {
    this.lines = [...lines]
    for (const line of lines) {
      for (const [language, target] of Object.entries(line.targets)) if (target.accepted) this.#accept(language, line, true)
    }
    this.#highest = Math.max(0, ...lines.map((line) => line.id))
  }

  wholeLine = (line: number): Promise<WholeLine> => Promise.resolve(this.#find(line))

  lineAfter = (line: number): Promise<WholeLine | null> => Promise.resolve(this.lines[this.lines.indexOf(this.#find(line)) + 1] ?? null)

  changeTarget = (language: string, line: number, changes: LineChanges): Promise<void> => {
    const whole = this.#find(line)
    const target = whole.targets[language]
    if (target === undefined) throw new Problem({ code: 'not_found' }, 404)
    const changed = { ...whole, targets: { ...whole.targets, [language]: { ...target, ...changes } } }
    if (changes.accepted !== undefined) this.#accept(language, changed, changes.accepted)
    this.#put([changed])
    return Promise.resolve()
  }

  changeHeard = (line: number, changes: HeardChanges): Promise<void> => {
    const whole = this.#find(line)
    const isOtherText = changes.text !== undefined && changes.text !== whole.sourceText
    this.#put([
      {
        ...whole,
        sourceText: changes.text ?? whole.sourceText,
        speaker: changes.speaker ?? whole.speaker,
        startMs: changes.start_ms ?? whole.startMs,
        endMs: changes.end_ms ?? whole.endMs,
        targets: eachTarget(whole, (target) => ({ ...target, target_text: isOtherText && !target.locked ? '' : target.target_text })),
      },
    ])
    return Promise.resolve()
  }

  split = (line: number, cut: Cut): Promise<number> => {
    const whole = this.#find(line)
    if (cut.atMs <= whole.startMs || cut.atMs >= whole.endMs) throw new Problem({ code: 'invalid_input' }, 422)
    const second = this.#newId()
    const part = (id: number, side: 0 | 1): WholeLine => ({
      ...whole,
      id,
      startMs: side === 0 ? whole.startMs : cut.atMs,
      endMs: side === 0 ? cut.atMs : whole.endMs,
      sourceText: cutIn(whole.sourceText, cut.sourceCharacters)[side],
      targets: eachTarget(whole, (target, language) => carried(target, cut.targetCharacters[language], side)),
    })
    this.#put([part(line, 0), part(second, 1)])
    return Promise.resolve(second)
  }

  merge = async (line: number, texts?: WholeLine): Promise<void> => {
    const first = this.#find(line)
    const second = await this.lineAfter(line)
    if (second?.speaker !== first.speaker) throw new Problem({ code: 'invalid_input' }, 422)
    this.lines = this.lines.filter((one) => one.id !== second.id)
    this.#put([
      {
        ...first,
        endMs: Math.max(first.endMs, second.endMs),
        sourceText: texts?.sourceText ?? joined(first.sourceText, second.sourceText),
        targets: eachTarget(first, (target, language) => ({
          ...target,
          target_text: texts?.targets[language]?.target_text ?? joined(target.target_text, second.targets[language]?.target_text ?? ''),
        })),
      },
    ])
  }

  insert = (line: WholeLine): Promise<number> => {
    const id = this.#newId()
    const fresh = eachTarget(line, (target) => ({ target_text: target.target_text, voice: null, speed: null, locked: false, keep_original: false, accepted: false }))
    this.#put([{ ...line, id, targets: fresh }])
    return Promise.resolve(id)
  }

  remove = (line: number): Promise<void> => {
    const gone = this.#find(line)
    this.lines = this.lines.filter((one) => one !== gone)
    return Promise.resolve()
  }

  #find(line: number): WholeLine {
    const found = this.lines.find((one) => one.id === line)
    if (found === undefined) throw new Problem({ code: 'not_found' }, 404)
    return found
  }

  #put(lines: readonly WholeLine[]): void {
    const ids = new Set(lines.map((line) => line.id))
    const judged = lines.map((line) => ({ ...line, targets: eachTarget(line, (target, language) => ({ ...target, accepted: this.#isFine(language, line) })) }))
    this.lines = [...this.lines.filter((line) => !ids.has(line.id)), ...judged].sort((one, other) => one.startMs - other.startMs || one.id - other.id)
  }

  #accept(language: string, line: WholeLine, isFine: boolean): void {
    const name = `${language} ${String(line.id)}`
    if (isFine) this.#fine.set(name, markOf(language, line))
    else this.#fine.delete(name)
  }

  #isFine(language: string, line: WholeLine): boolean {
    return this.#fine.get(`${language} ${String(line.id)}`) === markOf(language, line)
  }

  #newId(): number {
    this.#highest += 1
    return this.#highest
  }
}

/** Everything that a person looks at in a line. */
function markOf(language: string, line: WholeLine): string {
  const { target_text, voice, speed, keep_original } = line.targets[language] ?? {}
  return JSON.stringify([line.speaker, line.startMs, line.endMs, line.sourceText, target_text, voice, speed, keep_original])
}

function eachTarget(line: WholeLine, change: (target: TargetLine, language: string) => TargetLine): Record<string, TargetLine> {
  return Object.fromEntries(Object.entries(line.targets).map(([language, target]) => [language, change(target, language)]))
}

function carried(target: TargetLine, after: number | undefined, side: 0 | 1): TargetLine {
  const text = after === undefined ? '' : cutIn(target.target_text, after)[side]
  return { ...target, target_text: text, locked: target.locked && text !== '' }
}

function cutIn(text: string, after: number): [string, string] {
  return [text.slice(0, after).trim(), text.slice(after).trim()]
}

function joined(first: string, second: string): string {
  return `${first} ${second}`.trim()
}
