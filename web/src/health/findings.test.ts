import { expect, test } from 'vitest'
import type { Provider, System } from '../api/types'
import { commandIn, findings, type Seen } from './findings'
import type { Readiness } from './queries'

const SYSTEM: System = {
  version: '1.0.0',
  needs_key: false,
  uploads: { max_bytes: 1, containers: ['mp4'], direct: false },
  links: true,
  disk: { free_bytes: 1, total_bytes: 2 },
  ffmpeg: '7.1',
  queue: { queued: 0, running: 0 },
  workers: 1,
  models: [{ id: 'whisper-base', licence: 'MIT', size_bytes: 1, state: 'missing', remedy: 'dubwright models fetch whisper-base' }],
  problems: [],
}
const READINESS: Readiness = {
  ready: true,
  parts: [{ part: 'worker', ok: true, needed: false, remedy: null }],
  youtube: { yt_dlp: '2026.03.01', age_days: 3, javascript_runtime: true },
}
const ENGINE: Provider = { kind: 'translator', name: 'google', package: 'dubwright', version: '1', chosen: false, ready: false, problem: 'no credentials', hint: 'run `gcloud auth application-default login`, or ask' }
const FINE: Seen = { system: SYSTEM, readiness: READINESS, providers: [ENGINE], account: { stored_bytes: 5, quota_bytes: null } }

const ids = (seen: Partial<Seen>) => findings({ ...FINE, ...seen }).map(({ id }) => id)

test('what nobody uses may be missing', () => {
  expect(findings(FINE)).toEqual([])
})

test('what is not known yet is not called wrong', () => {
  expect(findings({ system: undefined, readiness: undefined, providers: undefined, account: undefined })).toEqual([])
})

test('a chosen engine that is not ready comes with its cause, its remedy and a command', () => {
  const [found] = findings({ ...FINE, providers: [{ ...ENGINE, chosen: true }] })
  expect(found).toMatchObject({ isFailure: true, cause: 'no credentials', command: 'gcloud auth application-default login', title: { values: { name: 'google' }, kind: 'translator' } })
})

test('each part that does not work is found', () => {
  const parts: Readiness['parts'] = [
    { part: 'worker', ok: false, needed: false, remedy: 'Start `dubwright serve`.' },
    { part: 'disk', ok: false, needed: false, remedy: 'Make room.' },
  ]
  expect(ids({ readiness: { ...READINESS, parts } })).toEqual(['worker', 'disk'])
})

test('a missing ffmpeg and a damaged model are failures', () => {
  const models: System['models'] = [{ id: 'kokoro', licence: 'MIT', size_bytes: 1, state: 'damaged', remedy: 'dubwright models fetch kokoro' }]
  expect(ids({ system: { ...SYSTEM, ffmpeg: null, models } })).toEqual(['ffmpeg', 'kokoro'])
})

test.each([
  ['missing', { yt_dlp: null, age_days: null, javascript_runtime: true }, ['yt-dlp']],
  ['old', { yt_dlp: '2020.01.01', age_days: 90, javascript_runtime: true }, ['yt-dlp']],
  ['without a runtime', { yt_dlp: '2026.03.01', age_days: 3, javascript_runtime: false }, ['runtime']],
])('what fetches videos is told when it is %s', (_name, youtube, wanted) => {
  expect(ids({ readiness: { ...READINESS, youtube } })).toEqual(wanted)
})

test('a nearly full store is a warning, a full one a failure, and failures come first', () => {
  expect(findings({ ...FINE, account: { stored_bytes: 95, quota_bytes: 100 } })).toMatchObject([{ id: 'quota', isFailure: false }])
  const found = findings({ ...FINE, account: { stored_bytes: 100, quota_bytes: 100 }, readiness: { ...READINESS, youtube: { yt_dlp: null, age_days: null, javascript_runtime: false } } })
  expect(found.map(({ id }) => id)).toEqual(['quota', 'yt-dlp'])
})

test('only what can be run is a command', () => {
  expect(commandIn('check `database_url`, then run `dubwright serve` anew')).toBe('dubwright serve')
  expect(commandIn('check `database_url`')).toBeNull()
})
