import { expect, test } from 'vitest'
import type { Project } from '../api/types'
import { dubsOf } from './download'

function project(targets: Record<string, string[]>): Project {
  const resources = Object.entries(targets).map(([language, names]) => ({ language, artifacts: names.map((name) => ({ name })) }))
  return { targets: resources } as unknown as Project
}

test('each language offers its video, and nothing else of it', () => {
  const dubs = dubsOf(project({ pt: ['audio.m4a', 'video.mp4', 'subtitles.srt'], es: ['video.webm'] }))
  expect(dubs.map(({ language, file }) => [language, file.name])).toEqual([
    ['pt', 'video.mp4'],
    ['es', 'video.webm'],
  ])
})

test('a language that is not dubbed yet offers nothing', () => {
  expect(dubsOf(project({ pt: [], es: ['subtitles.srt'] }))).toEqual([])
})
