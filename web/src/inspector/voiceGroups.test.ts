import { expect, it } from 'vitest'
import type { Voice } from '../api/types'
import { matching, voiceGroups } from './voiceGroups'

const voice = (name: string, gender: Voice['gender'], provider = 'kokoro') => ({ id: name, name, gender, provider, language: 'es', style_tags: ['warm'] }) as Voice
const VOICES = [voice('Alba', 'female'), voice('Bruno', 'male'), voice('Carla', 'female', 'other')]
const names = (groups: ReturnType<typeof voiceGroups>) => groups.map((group) => [group.name, group.voices.map(({ name }) => name)])

it('puts voices of the speaker’s gender first', () => {
  expect(names(voiceGroups(VOICES, 'male', undefined))).toEqual([
    ['recommended', ['Bruno']],
    ['others', ['Alba', 'Carla']],
  ])
})

it('recommends none for a speaker whose gender nobody knows, and only offers those of the engine', () => {
  expect(names(voiceGroups(VOICES, 'unknown', 'other'))).toEqual([['others', ['Carla']]])
})

it('finds a voice by parts of its name and its style', () => {
  expect(matching(VOICES, 'war alb').map(({ name }) => name)).toEqual(['Alba'])
})
