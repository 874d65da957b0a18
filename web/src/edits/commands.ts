import type { HeardChanges, LineChanges } from './edits'

/** What may be chosen for a line in one language, all of it. */
export type TargetLine = Required<LineChanges>

/** A line with its texts and choices in every language that has some. */
export interface WholeLine {
  id: number
  speaker: string
  startMs: number
  endMs: number
  sourceText: string
  targets: Readonly<Record<string, TargetLine>>
}

/** Where a line is cut: in time, and in each of its texts after so many UTF-16 units. */
export interface Cut {
  atMs: number
  sourceCharacters: number
  targetCharacters: Readonly<Record<string, number>>
}

/** Where edits are carried out, one after another. */
export interface Desk {
  wholeLine: (line: number) => Promise<WholeLine>
  /** The line after one, or null. */
  lineAfter: (line: number) => Promise<WholeLine | null>
  changeTarget: (language: string, line: number, changes: LineChanges) => Promise<void>
  changeHeard: (line: number, changes: HeardChanges) => Promise<void>
  /** Returns the id of the second part. */
  split: (line: number, cut: Cut) => Promise<number>
  /** Joins a line and the next; the texts of `whole`, where it is given, take the place of both. */
  merge: (line: number, whole?: WholeLine) => Promise<void>
  /** Returns the id of the new line; the one in `line` means nothing. */
  insert: (line: WholeLine) => Promise<number>
  remove: (line: number) => Promise<void>
}

/** Ids of lines that came back under another id after they were gone. */
export class LineNames {
  readonly #newer = new Map<number, number>()

  now = (line: number): number => {
    const newer = this.#newer.get(line)
    return newer === undefined ? line : this.now(newer)
  }

  rename = (line: number, to: number): void => {
    const from = this.now(line)
    if (from !== to) this.#newer.set(from, to)
  }
}

/** An edit that can be taken back. `apply` after `revert` does it again. */
export interface Command {
  apply: (desk: Desk, names: LineNames) => Promise<void>
  revert: (desk: Desk, names: LineNames) => Promise<void>
  /** For changes of one line: what they are, so that a list can show them before they are saved. */
  readonly change?: LineCommandChange | HeardCommandChange
}

export interface LineCommandChange {
  kind: 'line'
  language: string
  line: number
  before: LineChanges
  after: LineChanges
}

export interface HeardCommandChange {
  kind: 'heard'
  line: number
  before: HeardChanges
  after: HeardChanges
}

export function changeLine(change: Omit<LineCommandChange, 'kind'>): Command {
  const { language, line, before, after } = change
  return {
    change: { kind: 'line', ...change },
    apply: (desk, names) => desk.changeTarget(language, names.now(line), after),
    revert: (desk, names) => desk.changeTarget(language, names.now(line), before),
  }
}

export function changeHeard(change: Omit<HeardCommandChange, 'kind'>): Command {
  const { line, before, after } = change
  let whole: WholeLine | null = null
  return {
    change: { kind: 'heard', ...change },
    apply: async (desk, names) => {
      // Another source text takes the translations with it, in every language.
      whole = await desk.wholeLine(names.now(line))
      await desk.changeHeard(names.now(line), after)
    },
    revert: async (desk, names) => {
      await desk.changeHeard(names.now(line), before)
      if (whole !== null) await restore(desk, names.now(line), whole)
    },
  }
}

export function splitLine(line: number, cutOf: (whole: WholeLine) => Cut): Command {
  let whole: WholeLine | null = null
  let second: number | null = null
  return {
    apply: async (desk, names) => {
      whole = await desk.wholeLine(names.now(line))
      const made = await desk.split(whole.id, cutOf(whole))
      second = renamed(names, second, made)
    },
    revert: async (desk, names) => {
      if (whole === null || second === null) return
      const [first, rest] = [names.now(line), names.now(second)]
      // Where people talk at once, another line may stand between the parts by now.
      if ((await desk.lineAfter(first))?.id === rest) await desk.merge(first, whole)
      else await desk.remove(rest)
      await restore(desk, first, whole)
    },
  }
}

export function mergeWithNext(line: number): Command {
  let parts: [WholeLine, WholeLine] | null = null
  return {
    apply: async (desk, names) => {
      const first = await desk.wholeLine(names.now(line))
      const second = await desk.lineAfter(first.id)
      await desk.merge(first.id)
      if (second !== null) parts = [first, second]
    },
    revert: async (desk, names) => {
      if (parts === null) return
      const [first, second] = parts
      const made = await desk.split(names.now(line), cutBetween(first, second))
      names.rename(second.id, made)
      await restore(desk, names.now(line), first)
      await restore(desk, made, second)
    },
  }
}

export function insertLine(line: Omit<WholeLine, 'id'>): Command {
  let id: number | null = null
  return {
    apply: async (desk, names) => {
      id = renamed(names, id, await desk.insert({ ...line, id: 0 }))
    },
    revert: async (desk, names) => {
      if (id !== null) await desk.remove(names.now(id))
    },
  }
}

export function deleteLine(line: number): Command {
  let gone: WholeLine | null = null
  return {
    apply: async (desk, names) => {
      gone = await desk.wholeLine(names.now(line))
      await desk.remove(gone.id)
    },
    revert: async (desk, names) => {
      if (gone === null) return
      const made = await desk.insert(gone)
      names.rename(gone.id, made)
      await restore(desk, made, gone)
    },
  }
}

/** Makes a line what it was, whatever carried it here left different. */
async function restore(desk: Desk, line: number, wanted: WholeLine): Promise<void> {
  const heard = heardDifferences(await desk.wholeLine(line), wanted)
  if (Object.keys(heard).length > 0) await desk.changeHeard(line, heard)
  const now = await desk.wholeLine(line)
  for (const [language, target] of Object.entries(wanted.targets)) {
    const there = now.targets[language]
    const changes = there === undefined ? {} : targetDifferences(there, target)
    if (Object.keys(changes).length > 0) await desk.changeTarget(language, line, changes)
  }
}

function heardDifferences(now: WholeLine, wanted: WholeLine): HeardChanges {
  const changes: HeardChanges = {}
  if (now.sourceText !== wanted.sourceText) changes.text = wanted.sourceText
  if (now.speaker !== wanted.speaker) changes.speaker = wanted.speaker
  if (now.startMs !== wanted.startMs) changes.start_ms = wanted.startMs
  if (now.endMs !== wanted.endMs) changes.end_ms = wanted.endMs
  return changes
}

function targetDifferences(now: TargetLine, wanted: TargetLine): LineChanges {
  const names = (Object.keys(wanted) as (keyof TargetLine)[]).filter((name) => now[name] !== wanted[name])
  return Object.fromEntries(names.map((name) => [name, wanted[name]]))
}

function cutBetween(first: WholeLine, second: WholeLine): Cut {
  const lengths = Object.entries(first.targets).map(([language, target]) => [language, target.target_text.length])
  const inside = Math.max(first.startMs + 1, second.startMs)
  return {
    atMs: Math.min(inside, Math.max(first.endMs, second.endMs) - 1),
    sourceCharacters: first.sourceText.length,
    targetCharacters: Object.fromEntries(lengths) as Record<string, number>,
  }
}

function renamed(names: LineNames, before: number | null, made: number): number {
  if (before === null) return made
  names.rename(before, made)
  return before
}
