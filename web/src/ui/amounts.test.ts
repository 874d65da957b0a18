import { expect, test } from 'vitest'
import { age, percentage, size, span } from './amounts'

const NOW = Date.parse('2026-03-10T12:00:00Z')

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1_000, '1 kB'],
  [1_260_000, '1.3 MB'],
  [81_723_465_728, '82 GB'],
  [9_007_199_254_740_991, '9,007 TB'],
])('%i bytes read as %s', (bytes, text) => {
  expect(size(bytes, 'en')).toBe(text)
})

test.each([
  [0.2, '1 sec'],
  [45, '45 sec'],
  [200, '3 min'],
  [3_599, '1 hr'],
  [4_800, '1 hr 20 min'],
])('%d seconds read as %s', (seconds, text) => {
  expect(span(seconds, 'en')).toBe(text)
})

test.each([
  ['2026-03-10T11:59:30Z', 'now'],
  ['2026-03-10T11:55:00Z', '5 minutes ago'],
  ['2026-03-09T11:00:00Z', 'yesterday'],
  ['2024-03-01T00:00:00Z', '2 years ago'],
  ['2026-03-10T12:00:05Z', 'now'],
])('%s was %s', (at, text) => {
  expect(age(at, NOW, 'en')).toBe(text)
})

test('a share is whole only when all of it is done', () => {
  expect(percentage(99.9, 'en')).toBe('99%')
  expect(percentage(100, 'es')).toBe('100\u00a0%')
})
