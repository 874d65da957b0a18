import { expect, it } from 'vitest'
import type { Line, Script } from '../api/types'
import { withLine, withPending } from './overlay'

const line = (id: number, changes: Partial<Line> = {}) =>
  ({ id, speaker: 'S1', span: { start_ms: id * 1_000, end_ms: id * 1_000 + 800 }, source_text: 'said', target_text: 'dicho', stale: false, accepted: false, look: [], ...changes }) as unknown as Line
const script = (...utterances: Line[]) => ({ project: 'p', language: 'es', source_language: 'en', revision: 3, project_revision: 1, output_revision: 3, stale: false, to_look_at: 0, utterances }) as Script

it('shows a text that is not saved yet, as one that is not spoken yet', () => {
  const shown = withPending(script(line(1), line(2)), [{ kind: 'line', language: 'es', line: 2, after: { target_text: 'otro' } }])
  expect(shown.utterances.map(({ target_text, stale }) => [target_text, stale])).toEqual([
    ['dicho', false],
    ['otro', true],
  ])
})

it('leaves the scripts of other languages alone', () => {
  const before = script(line(1))
  expect(withPending(before, [{ kind: 'line', language: 'de', line: 1, after: { target_text: 'x' } }])).toBe(before)
})

it('keeps lines in order of time when one is moved', () => {
  const shown = withPending(script(line(1), line(2)), [{ kind: 'heard', line: 1, after: { start_ms: 5_000, end_ms: 6_000 } }])
  expect(shown.utterances.map(({ id }) => id)).toEqual([2, 1])
})

it('takes a line that was accepted off those that need a look, and keeps it spoken', () => {
  const looked = line(1, { look: [{ reason: 'review', detail: '' }] })
  const shown = withPending(script(looked), [{ kind: 'line', language: 'es', line: 1, after: { accepted: true } }])
  expect([shown.to_look_at, shown.utterances[0]?.look, shown.utterances[0]?.stale]).toEqual([0, [], false])
})

it('counts what needs a look in what the server answered', () => {
  expect(withLine(script(line(1), line(2)), line(2, { look: [{ reason: 'top_speed', detail: '1.3' }] })).to_look_at).toBe(1)
})
