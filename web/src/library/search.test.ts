import { expect, test } from 'vitest'
import { librarySearch } from './search'

test('a name and a state are taken from the address', () => {
  expect(librarySearch({ q: 'loom', state: 'failed' })).toEqual({ q: 'loom', state: 'failed' })
})

test('a name of digits is a name', () => {
  expect(librarySearch({ q: 1984 })).toEqual({ q: '1984', state: undefined })
})

test.each([[{}], [{ q: '', state: 'lost' }], [{ q: ['a'], state: 3 }]])('what no library can show is left out of %j', (asked) => {
  expect(librarySearch(asked)).toEqual({ q: undefined, state: undefined })
})

test('a name is no longer than the API takes', () => {
  expect(librarySearch({ q: 'x'.repeat(500) }).q).toHaveLength(200)
})
