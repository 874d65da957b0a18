import { expect, test } from 'vitest'
import { countHolding, holdsTerm } from './occurrences'

test.each([
  ['The Loom is old.', 'loom'],
  ['LOOM!', 'loom'],
  ["Ada's idea", 'Ada'],
  ["l'ami Pierre", 'ami'],
  ['我们用织机织布', '织机'],
  ['a  weaving\nloom', 'weaving loom'],
  ['C++ (the language)', 'C++'],
  ['Cafe\u0301 noir', 'Caf\u00e9'],
])('%j holds %j', (text, term) => {
  expect(holdsTerm(text, term)).toBe(true)
})

test.each([
  ['heirloom', 'loom'],
  ['come to us', 'US'],
  ['the cross-loom', 'loom'],
  ['loom-state cloth', 'loom'],
  ["they can't", 'can'],
  ["they can't", 't'],
  ['anything', ' '],
])('%j does not hold %j', (text, term) => {
  expect(holdsTerm(text, term)).toBe(false)
})

test('lines are counted once, however often they hold a term', () => {
  expect(countHolding(['loom, loom', 'warp', 'a loom'], 'loom')).toBe(2)
})
