import { expect, it } from 'vitest'
import { wordBoundary } from './cutting'

it.each([
  ['one two three four', 0.5, 'one two '],
  ['one two three four', 0.01, 'one '],
  ['one two three four', 0.99, 'one two three '],
  ['Ven. ¿Quieres?', 0.5, 'Ven. '],
  ['a (b c) d', 0.3, 'a '],
  ['word', 0.5, ''],
  ['', 0.5, ''],
])('cuts %j at %f between two words', (text, share, head) => {
  expect(text.slice(0, wordBoundary(text, share, 'es'))).toBe(head)
})

it('cuts Japanese between words, though it has no blanks', () => {
  const text = '今日は天気がいいです'
  const place = wordBoundary(text, 0.5, 'ja')
  expect(place).toBeGreaterThan(0)
  expect(place).toBeLessThan(text.length)
})
