import { expect, test } from 'vitest'
import type { Glossary } from '../api/types'
import { offered } from './fitting'

function glossary(id: string, source_language: string, target_language: string): Glossary {
  return { id, name: id, source_language, target_language, terms: {}, revision: 1, created_at: '', updated_at: '' }
}

const ALL = [glossary('fits', 'en-GB', 'pt-BR'), glossary('other target', 'en', 'es'), glossary('other source', 'de', 'pt')]
const ids = (found: readonly Glossary[]) => found.map(({ id }) => id)

test('a project is offered the glossaries for its languages, whatever the region', () => {
  expect(ids(offered(ALL, 'en', ['pt'], []))).toEqual(['fits'])
})

test('a glossary that is used stays in sight', () => {
  expect(ids(offered(ALL, 'en', ['pt'], ['other target']))).toEqual(['fits', 'other target'])
})

test('before the spoken language is known any may be the one', () => {
  expect(ids(offered(ALL, null, ['pt'], []))).toEqual(['fits', 'other source'])
})
