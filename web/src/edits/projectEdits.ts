import type { QueryClient } from '@tanstack/react-query'
import { answer, api } from '../api/client'
import { problemOf } from '../api/problem'
import { projectQuery, scriptQuery } from '../api/queries'
import type { Line } from '../api/types'
import { Store } from '../ui/store'
import * as commands from './commands'
import { TheirsKept } from './conflict'
import type { Edits, EditsState } from './edits'
import { History } from './history'
import { before } from './lineView'
import type { Pending } from './overlay'
import { persist } from './persisting'
import { Queue } from './queue'
import { Scripts } from './scripts'
import { ServerDesk } from './serverDesk'
import { proportionalCut } from './cutting'

/** The edits of one project in one language, saved on the server one after another. */
export function createEdits(queries: QueryClient, project: string, language: string): Edits {
  const state = new Store<EditsState>({ saving: 0, canUndo: false, canRedo: false })
  const scripts = new Scripts(queries, project)
  const desk = new ServerDesk(queries, project, language, scripts)
  const names = new commands.LineNames()
  const history = new History()
  const queue = new Queue()

  const show = (saving: number) => {
    state.set({ saving, canUndo: history.canUndo, canRedo: history.canRedo })
  }
  const lineOf = (line: number): Line | undefined =>
    queries.getQueryData(scriptQuery(project, language).queryKey)?.utterances.find((one) => one.id === names.now(line))

  /** Carries a part of a command out after everything before it; meanwhile shows what it will be. */
  const carryOut = async (command: commands.Command, how: 'apply' | 'revert') => {
    const stopShowing = scripts.show(pendingOf(command, how, names))
    show(state.get().saving + 1)
    try {
      await queue.add(() => command[how](desk, names))
    } catch (thrown) {
      history.forget(command)
      // The project itself may be gone: its page finds out and says so.
      if (problemOf(thrown).status === 404) void queries.invalidateQueries({ queryKey: projectQuery(project).queryKey })
      if (!(thrown instanceof TheirsKept)) throw thrown
    } finally {
      stopShowing()
      show(state.get().saving - 1)
    }
  }
  const run = (command: commands.Command) => {
    history.push(command, Date.now())
    return carryOut(command, 'apply')
  }
  const carryOutIfAny = async (command: commands.Command | null, how: 'apply' | 'revert') => {
    if (command !== null) await carryOut(command, how)
  }

  return {
    state,
    changeLine: async (line, changes) => {
      const now = lineOf(line)
      if (now !== undefined) await run(commands.changeLine({ language, line, before: before(now, changes), after: changes }))
    },
    changeHeard: async (line, changes) => {
      const now = lineOf(line)
      if (now === undefined) return
      const values = { text: now.source_text, speaker: now.speaker, start_ms: now.span.start_ms, end_ms: now.span.end_ms }
      const names = Object.keys(changes) as (keyof typeof values)[]
      const earlier = Object.fromEntries(names.map((name) => [name, values[name]]))
      await run(commands.changeHeard({ line, before: earlier, after: changes }))
    },
    splitLine: (line, where) => run(commands.splitLine(line, (whole) => proportionalCut(whole, language, where))),
    mergeWithNext: (line) => run(commands.mergeWithNext(line)),
    insertLine: (spoken) =>
      run(
        commands.insertLine({
          speaker: spoken.speaker,
          startMs: spoken.startMs,
          endMs: spoken.endMs,
          sourceText: spoken.sourceText,
          targets: { [language]: { target_text: spoken.targetText, voice: null, speed: null, locked: false, keep_original: false, accepted: false } },
        }),
      ),
    deleteLine: (line) => run(commands.deleteLine(line)),
    undo: () => carryOutIfAny(history.takeUndo(), 'revert'),
    redo: () => carryOutIfAny(history.takeRedo(), 'apply'),
    speak: async () => {
      await queue.idle()
      await persist(() => answer(api.POST('/v1/projects/{project}/targets/{language}:run', { params: { path: { project, language } } })))
      await queries.invalidateQueries({ queryKey: ['operations', project] })
      void queries.invalidateQueries({ queryKey: projectQuery(project).queryKey })
    },
  }
}

function pendingOf(command: commands.Command, how: 'apply' | 'revert', names: commands.LineNames): Pending | null {
  const change = command.change
  // Which lines there will be is the server's to say.
  if (change === undefined) return null
  return { ...change, line: names.now(change.line), after: how === 'apply' ? change.after : change.before } as Pending
}
