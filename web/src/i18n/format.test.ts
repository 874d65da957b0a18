import { describe, expect, test } from 'vitest'
import { formatMessage } from './format'

describe('formatMessage', () => {
  test('puts values into their places', () => {
    expect(formatMessage('Hello {name}', { name: 'Ana' }, 'en')).toBe('Hello Ana')
  })

  test('leaves a place without a value as it is, so that the mistake is seen', () => {
    expect(formatMessage('Hello {name}', {}, 'en')).toBe('Hello {name}')
  })

  test.each([
    [0, '0 lines'],
    [1, '1 line'],
    [2000, '2,000 lines'],
  ])('counts %i in English', (n, text) => {
    expect(formatMessage('{n, plural, one {# line} other {# lines}}', { n }, 'en')).toBe(text)
  })

  test.each([
    [0, 'لا سطور'],
    [2, 'سطران'],
    [3, 'قليل'],
  ])('counts %i in Arabic, which has more forms', (n, text) => {
    const message = '{n, plural, zero {لا سطور} one {سطر} two {سطران} few {قليل} other {كثير}}'
    expect(formatMessage(message, { n }, 'ar')).toBe(text)
  })

  test('prefers an exact number to its form', () => {
    expect(formatMessage('{n, plural, =0 {none} other {#}}', { n: 0 }, 'en')).toBe('none')
  })

  test('chooses by a word', () => {
    const message = '{voice, select, dub {Dubbed} other {Original}}'
    expect(formatMessage(message, { voice: 'dub' }, 'en')).toBe('Dubbed')
    expect(formatMessage(message, { voice: 'source' }, 'en')).toBe('Original')
  })

  test('writes numbers as the language does', () => {
    expect(formatMessage('{n} min', { n: 1234.5 }, 'pt')).toBe('1.234,5 min')
  })
})
