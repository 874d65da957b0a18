import { describe, expect, it } from 'vitest'
import type { Languages } from '../api/types'
import { sorted, spokenLanguages, targetsFrom, usualTarget } from './pairs'

const LANGUAGES: Languages = {
  heard: ['de', 'en', 'fr', 'pt'],
  translated: [
    { source: 'en', target: 'pt' },
    { source: 'pt', target: 'en' },
    { source: 'de', target: 'en' },
    { source: 'fr', target: 'it' },
    { source: 'ja', target: 'es' },
  ],
  spoken: ['en', 'es', 'pt'],
}

describe('spokenLanguages', () => {
  it('leaves out what no voice could answer in', () => {
    expect(spokenLanguages(LANGUAGES)).toEqual(['de', 'en', 'pt'])
  })
})

describe('targetsFrom', () => {
  it('offers only what is translated into from there, and spoken', () => {
    expect(targetsFrom(LANGUAGES, 'en')).toEqual(['pt'])
    expect(targetsFrom(LANGUAGES, 'fr')).toEqual([])
  })

  it('reads a region as its language', () => {
    expect(targetsFrom(LANGUAGES, 'en-GB')).toEqual(['pt'])
  })

  it('offers what is possible from any language that is understood, where none is named', () => {
    expect(targetsFrom(LANGUAGES, null)).toEqual(['en', 'pt'])
  })
})

describe('usualTarget', () => {
  it("is the reader's own language where that is possible", () => {
    expect(usualTarget(['en', 'pt'], ['pt-BR', 'en'], null)).toBe('pt')
  })

  it('is not the language that the video says it is in', () => {
    expect(usualTarget(['en', 'pt'], ['en-US'], 'en')).toBe('pt')
  })

  it('is the first possible one for everybody else, if there is any', () => {
    expect(usualTarget(['en', 'pt'], ['ar'], null)).toBe('en')
    expect(usualTarget([], ['ar'], null)).toBeNull()
  })
})

it('keeps apart what was chosen and cannot be done', () => {
  expect(sorted(['pt', 'fr'], ['pt', 'es'])).toEqual({ taken: ['pt'], left: ['fr'] })
})
