import { expect, test } from 'vitest'
import { keyIdOf } from './keyId'

test('a key tells its id, and nothing of its secret', () => {
  expect(keyIdOf(`dw_${'a2'.repeat(10)}_${'b'.repeat(52)}`)).toBe(`key_${'a2'.repeat(10)}`)
  expect(keyIdOf('something else')).toBeNull()
})
