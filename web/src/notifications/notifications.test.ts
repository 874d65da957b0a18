import { expect, test } from 'vitest'
import type { Operation, OperationEvent, Project } from '../api/types'
import { progressOf, withEvent } from './progress'
import { isEnd, newsText } from './telling'
import { titleWith } from './title'

function event(operation: string, state: OperationEvent['state'], percent: number, kind: OperationEvent['kind'] = 'state'): OperationEvent {
  return { id: 1, at_ms: 0, kind, operation, state, message: '', progress: { percent, done: 0, total: 0, stage: null, eta_s: null } }
}

const t = (key: string, values = {}) => `${key} ${JSON.stringify(values)}`

test('the title tells how far the work is, and is itself again afterwards', () => {
  const working = titleWith('Looms', new Map([['op_1', 62.9]]))
  expect(working).toBe('62 % · Looms')
  expect(titleWith(working, new Map([['op_1', 70]]))).toBe('70 % · Looms')
  expect(titleWith(working, new Map())).toBe('Looms')
})

test('the title tells of several together', () => {
  expect(titleWith('Looms', new Map([['op_1', 50], ['op_2', 100]]))).toBe('75 % · Looms')
})

test('events move the work on until it ends', () => {
  const begun = withEvent(new Map(), event('op_1', 'running', 10, 'stage'))
  expect([...begun]).toEqual([['op_1', 10]])
  expect([...withEvent(begun, event('op_1', 'succeeded', 100))]).toEqual([])
})

test('work that was done before the page was opened is no work', () => {
  const operations = [{ id: 'op_1', done: true, progress: { percent: 100 } }, { id: 'op_2', done: false, progress: {} }] as Operation[]
  expect([...progressOf(operations)]).toEqual([['op_2', 0]])
})

test('only an end is called out, and a cancelled one is known to whoever cancelled', () => {
  expect(isEnd(event('op_1', 'succeeded', 100))).toBe(true)
  expect(isEnd(event('op_1', 'failed', 30))).toBe(true)
  expect(isEnd(event('op_1', 'cancelled', 30))).toBe(false)
  expect(isEnd(event('op_1', 'running', 30, 'stage'))).toBe(false)
})

test('a failure is told with its reason', () => {
  const operation = { id: 'op_1', state: 'failed', error: { code: 'x', message: 'the disk is full' } } as Operation
  const news = newsText(operation, { id: 'prj_1', name: 'Looms' } as Project, t)
  expect(news).toEqual({ project: 'prj_1', title: 'settings.told.failed {"name":"Looms"}', body: 'the disk is full', tag: 'op_1' })
})
