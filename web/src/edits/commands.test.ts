import { describe, expect, it } from 'vitest'
import * as commands from './commands'
import { History } from './history'
import { proportionalCut } from './cutting'
import { MemoryDesk } from './testing'

const WORDS = ['loom', 'thread', 'warp', 'weft', 'cloth', 'shuttle', 'comb', 'beam', 'مرحبا', 'naïve', '🧵']

describe('edits', () => {
  it.each(seeds(60))('of any kind, all undone, leave the lines as they were (%i)', async (seed) => {
    const { desk, work, start } = bench(seed)
    await work(30)
    await undoAll(desk)
    expect(plain(desk.desk.lines)).toEqual(start)
  })

  it.each(seeds(40))('that were undone and done again end the same (%i)', async (seed) => {
    const { desk, work } = bench(seed)
    await work(20)
    const end = plain(desk.desk.lines)
    await undoAll(desk)
    await redoAll(desk)
    expect(plain(desk.desk.lines)).toEqual(end)
  })

  it.each(seeds(40))('undone, done again and undone leave the lines as they were (%i)', async (seed) => {
    const { desk, work, start } = bench(seed)
    await work(15)
    for (let round = 0; round < 3; round += 1) {
      await undoAll(desk)
      await redoAll(desk)
    }
    await undoAll(desk)
    expect(plain(desk.desk.lines)).toEqual(start)
  })

  it('of a line that was deleted and came back are undone in the line that it is now', async () => {
    const { desk } = bench(1)
    const [line] = desk.desk.lines
    const before = line?.targets['es']?.target_text
    await run(desk, commands.changeLine({ language: 'es', line: line?.id ?? 0, before: { target_text: before }, after: { target_text: 'otra' } }))
    await run(desk, commands.deleteLine(line?.id ?? 0))
    await undo(desk)
    expect(desk.desk.lines[0]?.id).not.toBe(line?.id)
    expect(desk.desk.lines[0]?.targets['es']?.target_text).toBe('otra')
    await undo(desk)
    expect(desk.desk.lines[0]?.targets['es']?.target_text).toBe(before)
  })
})

interface Bench {
  desk: MemoryDesk
  names: commands.LineNames
  history: History
}

async function run(bench: Bench, command: commands.Command): Promise<void> {
  bench.history.push(command, 0)
  try {
    await command.apply(bench.desk, bench.names)
  } catch {
    bench.history.forget(command)
  }
}

async function undo(bench: Bench): Promise<void> {
  await bench.history.takeUndo()?.revert(bench.desk, bench.names)
}

async function undoAll(bench: Bench): Promise<void> {
  while (bench.history.canUndo) await undo(bench)
}

async function redoAll(bench: Bench): Promise<void> {
  while (bench.history.canRedo) await bench.history.takeRedo()?.apply(bench.desk, bench.names)
}

/** Lines without their numbers, which may be others after an undo. */
function plain(lines: readonly commands.WholeLine[]) {
  return lines.map((line) => ({ ...line, id: 0 }))
}

function seeds(count: number): number[] {
  return Array.from({ length: count }, (_, nth) => nth + 1)
}

function bench(seed: number) {
  const random = numbers(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const text = () => Array.from({ length: 1 + Math.floor(random() * 5) }, () => pick(WORDS)).join(' ')
  const target = (target_text: string): commands.TargetLine => ({
    target_text,
    voice: pick([null, 'alba', 'bruno']),
    speed: pick([null, 1.1]),
    locked: random() < 0.2,
    keep_original: random() < 0.2,
    accepted: random() < 0.2,
  })
  const lines = Array.from({ length: 6 }, (_, nth) => ({
    id: nth + 1,
    speaker: pick(['S1', 'S2']),
    startMs: nth * 2_000,
    endMs: nth * 2_000 + 1_500,
    sourceText: text(),
    targets: { es: target(text()), de: target(random() < 0.8 ? text() : '') },
  }))
  const desk: Bench = { desk: new MemoryDesk(lines), names: new commands.LineNames(), history: new History() }
  const edit = (): commands.Command | null => {
    const line = desk.desk.lines.length === 0 ? null : pick(desk.desk.lines)
    if (line === null || random() < 0.1) {
      const startMs = Math.floor(random() * 15_000)
      return commands.insertLine({ speaker: pick(['S1', 'S2']), startMs, endMs: startMs + 900, sourceText: text(), targets: { es: target(text()), de: target('') } })
    }
    const now = line.targets['es'] as commands.TargetLine
    const heard = { text: line.sourceText, speaker: line.speaker, start_ms: line.startMs, end_ms: line.endMs }
    const accepted = now.accepted ? { accepted: true } : {}
    const change = (before: object, after: object) => commands.changeLine({ language: 'es', line: line.id, before: { ...before, ...accepted }, after })
    const hear = (before: object, after: object) => commands.changeHeard({ line: line.id, before, after })
    return pick([
      () => change({ target_text: now.target_text }, { target_text: text() }),
      () => change({ voice: now.voice }, { voice: pick([null, 'alba', 'clara']) }),
      () => change({ speed: now.speed }, { speed: pick([null, 0.9, 1.2]) }),
      () => change({ locked: now.locked }, { locked: !now.locked }),
      () => hear({ text: heard.text }, { text: text() }),
      () => hear({ speaker: heard.speaker }, { speaker: pick(['S1', 'S2']) }),
      () => hear({ start_ms: heard.start_ms }, { start_ms: heard.start_ms + 100 }),
      () => commands.mergeWithNext(line.id),
      () => commands.deleteLine(line.id),
      () => {
        const atMs = line.startMs + Math.floor((line.endMs - line.startMs) * random())
        const where = { atMs, sourceCharacters: Math.floor(line.sourceText.length / 2), targetCharacters: Math.floor(now.target_text.length / 2) }
        return commands.splitLine(line.id, (whole) => proportionalCut(whole, 'es', where))
      },
    ])()
  }
  const work = async (steps: number) => {
    for (let step = 0; step < steps; step += 1) {
      const command = edit()
      if (command !== null) await run(desk, command)
    }
  }
  return { desk, work, start: plain(desk.desk.lines) }
}

/** Numbers from 0 to 1 that are the same for a seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
