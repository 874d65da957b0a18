import { describe, expect, it } from 'vitest'
import { isLookedFor, languageEntries, languageName } from './language-names'

describe('languageEntries', () => {
  it('are in the order of the names that are read', () => {
    expect(languageEntries(['de', 'fr', 'en'], 'de').map((entry) => entry.name)).toEqual(['Deutsch', 'Englisch', 'Französisch'])
  })
})

describe('languageName', () => {
  it('begins with a capital, also where the language writes itself small', () => {
    expect(languageName('pt', 'pt')).toBe('Português')
  })

  it('is the code where nobody knows the language', () => {
    expect(languageName('not a tag', 'en')).toBe('not a tag')
  })
})

describe('isLookedFor', () => {
  const [french] = languageEntries(['fr'], 'en')
  const [norwegian] = languageEntries(['nb'], 'en')

  it.each(['fren', 'FRANÇ', 'franc', 'fr', '  fren '])('finds French by %j', (typed) => {
    expect(french !== undefined && isLookedFor(french, typed)).toBe(true)
  })

  it.each(['ench', 'xx', 'english'])('does not find French by %j', (typed) => {
    expect(french !== undefined && isLookedFor(french, typed)).toBe(false)
  })

  it('finds a language by a later word of its name', () => {
    expect(norwegian !== undefined && isLookedFor(norwegian, 'bokm')).toBe(true)
  })
})
