import { describe, expect, test } from 'vitest'
import { countHolding, holdsTerm, linesWithout } from './occurrences'

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

describe('linesWithout', () => {
  const line = (id: number, source_text: string, target_text: string, locked = false) => ({ id, source_text, target_text, locked })

  test('names the lines that were translated without the wanted wording', () => {
    const lines = [line(1, 'The loom is old.', 'A máquina é velha.'), line(2, 'The loom works.', 'O tear funciona.'), line(3, 'Nothing.', 'Nada.')]
    expect(linesWithout(lines, 'loom', 'tear')).toEqual([1])
  })

  test('leaves alone what is locked, or waits for its translation anyway', () => {
    const lines = [line(1, 'The loom is old.', 'A máquina é velha.', true), line(2, 'The loom works.', '')]
    expect(linesWithout(lines, 'loom', 'tear')).toEqual([])
  })
})
