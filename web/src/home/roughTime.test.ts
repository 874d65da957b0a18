import { expect, it } from 'vitest'
import { roughTime } from './roughTime'

it.each([
  [70, '1 minute'],
  [290, '5 minutes'],
  [1_430, '25 minutes'],
  [3_580, '1 hour'],
  [7_800, '2 hours, 10 minutes'],
])('says of %d seconds: %s', (seconds, text) => {
  expect(roughTime(seconds, 'en')).toBe(text)
})
