import { changeLine, type Command, type LineCommandChange } from './commands'

/** Typing that pauses for less than this is one edit. */
const ONE_EDIT_MS = 5_000

/** Commands that are one edit to a person. */
interface Edit {
  parts: readonly Command[]
  atMs: number
}

/** What was done and can be undone, and what was undone and can be done again. */
export class History {
  #done: Edit[] = []
  #undone: Edit[] = []

  get canUndo(): boolean {
    return this.#done.length > 0
  }

  get canRedo(): boolean {
    return this.#undone.length > 0
  }

  /** Remembers a command that was done. Typing on in one text joins with what was typed before. */
  push(command: Command, atMs: number): void {
    this.#undone = []
    const newest = this.#done.at(-1)
    const isTypedOn = newest !== undefined && atMs - newest.atMs < ONE_EDIT_MS && goesOn(newest, command)
    if (isTypedOn) this.#done.pop()
    this.#done.push({ parts: isTypedOn ? [...newest.parts, command] : [command], atMs })
  }

  /** The newest command, to be reverted; null when there is none. */
  takeUndo(): Command | null {
    const newest = this.#done.pop()
    if (newest === undefined) return null
    const whole = wholeOf(newest)
    this.#undone.push(whole)
    return whole.parts[0] ?? null
  }

  /** The command that was undone last, to be applied again; null when there is none. */
  takeRedo(): Command | null {
    const newest = this.#undone.pop()
    if (newest === undefined) return null
    // Typing goes on in a new edit after something was done again.
    this.#done.push({ ...newest, atMs: -Infinity })
    return newest.parts[0] ?? null
  }

  /** Forgets a command that could not be carried out. */
  forget(command: Command): void {
    const without = (edits: Edit[]) =>
      edits.map((edit) => ({ ...edit, parts: edit.parts.filter((part) => part !== command) })).filter((edit) => edit.parts.length > 0)
    this.#done = without(this.#done)
    this.#undone = without(this.#undone)
  }
}

function wholeOf(edit: Edit): Edit {
  const [first, last] = [typed(edit.parts[0]), typed(edit.parts.at(-1))]
  if (edit.parts.length === 1 || first === null || last === null) return edit
  return { ...edit, parts: [changeLine({ ...last, before: first.before })] }
}

function goesOn(before: Edit, after: Command): boolean {
  const [first, second] = [typed(before.parts.at(-1)), typed(after)]
  return first !== null && second !== null && first.line === second.line && first.language === second.language
}

function typed(command: Command | undefined): LineCommandChange | null {
  const change = command?.change
  if (change?.kind !== 'line') return null
  return Object.keys(change.after).every((name) => name === 'target_text') ? change : null
}
