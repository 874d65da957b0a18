import { expect, it } from 'vitest'
import { sizeText } from './sizes'

it.each([
  [0, '0 byte'],
  [1_500, '2 kB'],
  [38_260_676, '38.3 MB'],
  [210_400_000, '210 MB'],
  [10_737_418_240, '10.7 GB'],
])('shows %d bytes as %s', (bytes, text) => {
  expect(sizeText(bytes, 'en')).toBe(text)
})

it('speaks the language of the page', () => {
  expect(sizeText(1_259_063, 'pt')).toBe('1,3 MB')
})
