import { expect, test } from 'vitest'
import { newDubsOf } from './newDubs'

test('what was chosen comes back', () => {
  expect(newDubsOf('{"targets":["pt-BR","es"],"keepBackground":false}')).toEqual({ targets: ['pt-BR', 'es'], keepBackground: false })
})

test.each([[null], ['nonsense'], ['null'], ['[]'], ['{"targets":"pt","keepBackground":1}'], ['{"targets":[1,"<b>"]}']])('%s begins as without choices', (kept) => {
  expect(newDubsOf(kept)).toEqual({ targets: null, keepBackground: true })
})
