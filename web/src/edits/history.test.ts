import { expect, it } from 'vitest'
import { changeLine, deleteLine } from './commands'
import { History } from './history'

const typed = (line: number, before: string, after: string) => changeLine({ language: 'es', line, before: { target_text: before }, after: { target_text: after } })

it('makes one edit of typing that goes on', () => {
  const history = new History()
  history.push(typed(1, 'a', 'ab'), 0)
  history.push(typed(1, 'ab', 'abc'), 1_000)
  expect(history.takeUndo()?.change).toMatchObject({ before: { target_text: 'a' }, after: { target_text: 'abc' } })
  expect(history.canUndo).toBe(false)
})

it('keeps typing apart after a pause, in another line, and after another kind of change', () => {
  const history = new History()
  history.push(typed(1, 'a', 'ab'), 0)
  history.push(typed(1, 'ab', 'abc'), 60_000)
  history.push(typed(2, 'x', 'xy'), 60_100)
  history.push(changeLine({ language: 'es', line: 2, before: { voice: null }, after: { voice: 'alba' } }), 60_200)
  history.push(typed(2, 'xy', 'xyz'), 60_300)
  let edits = 0
  while (history.takeUndo() !== null) edits += 1
  expect(edits).toBe(5)
})

it('does not join typing with an edit that was done again', () => {
  const history = new History()
  history.push(typed(1, 'a', 'ab'), 0)
  history.takeUndo()
  history.takeRedo()
  history.push(typed(1, 'ab', 'abc'), 10)
  expect(history.takeUndo()?.change).toMatchObject({ before: { target_text: 'ab' } })
})

it('has nothing to do again after a new edit', () => {
  const history = new History()
  history.push(typed(1, 'a', 'ab'), 0)
  history.takeUndo()
  history.push(deleteLine(2), 10)
  expect(history.canRedo).toBe(false)
})

it('forgets what was refused, also in the middle of typing', () => {
  const history = new History()
  const refused = typed(1, 'ab', 'ab\0')
  history.push(typed(1, 'a', 'ab'), 0)
  history.push(refused, 100)
  history.forget(refused)
  expect(history.takeUndo()?.change).toMatchObject({ before: { target_text: 'a' }, after: { target_text: 'ab' } })
})
