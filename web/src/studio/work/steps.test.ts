import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { currentStep, stepOf, stepsOf, stepsShown, STEPS, type Count } from './steps'

const PIPELINE = path.resolve(import.meta.dirname, '../../../../src/dubwright/pipeline')

function heard(...stages: [string, number, number][]): ReadonlyMap<string, Count> {
  return new Map(stages.map(([stage, done, total]) => [stage, { done, total }]))
}

/** Every name that the server's pipeline can report, as its source has them. */
function reportedStages(): string[] {
  const sources = readdirSync(PIPELINE).filter((name) => name.endsWith('.py'))
  return sources.flatMap((name) => {
    const source = readFileSync(path.join(PIPELINE, name), 'utf8')
    const stages = [...source.matchAll(/@stage\(.*\)\ndef (\w+)\(/g)]
    const counted = [...source.matchAll(/tally\.(?:expect|advance)\("(\w+)"/g)]
    return [...stages, ...counted].map((match) => match[1] ?? '').filter((stage) => !stage.startsWith('_'))
  })
}

describe('stepOf', () => {
  it('knows every stage that the server reports', () => {
    const stages = reportedStages()
    expect(stages.length).toBeGreaterThan(20)
    expect(stages.filter((stage) => stepOf(stage) === null)).toEqual([])
  })

  it('takes no step for a stage that nobody knows', () => {
    expect(stepOf('polish')).toBeNull()
    expect(stepOf(null)).toBeNull()
  })
})

describe('stepsShown', () => {
  it('begins with the first step when nothing was heard yet', () => {
    const shown = stepsShown(STEPS, heard(), null)
    expect(shown.map(({ state }) => state)).toEqual(['now', ...Array<string>(9).fill('next')])
  })

  it('counts what was skipped as done as soon as a later step has begun', () => {
    expect(stepsShown(STEPS, heard(['mix', 1, 4]), 'mix').map(({ state }) => state)).toEqual([...Array<string>(7).fill('done'), 'now', 'next', 'next'])
  })

  it('leaves speaking open while more lines may come from listening', () => {
    const shown = stepsShown(STEPS, heard(['transcribe', 1, 2], ['translate', 1, 1], ['speak', 3, 3]), 'speak')
    expect(shown.filter(({ state }) => state === 'now').map(({ step }) => step)).toEqual(['listen', 'translate', 'speak'])
  })

  it('lets nothing wait for separating, which goes on beside', () => {
    const shown = stepsShown(STEPS, heard(['separate', 1, 3], ['transcribe', 2, 2], ['translate', 1, 1], ['speak', 1, 5]), 'speak')
    expect(shown.find(({ step }) => step === 'separate')).toEqual({ step: 'separate', state: 'now', share: 1 / 3 })
    expect(shown.find(({ step }) => step === 'translate')?.state).toBe('done')
  })

  it('has the steps of a short piece of work only', () => {
    expect(stepsOf('diarize')).toEqual(['read', 'extract', 'listen'])
    expect(stepsOf('run')).toEqual(STEPS)
  })
})

describe('currentStep', () => {
  it('speaks of the newest news', () => {
    expect(currentStep(stepsShown(STEPS, heard(['separate', 0, 2], ['transcribe', 1, 4]), 'separate'), 'separate')).toBe('separate')
  })

  it('does not go back to a step that is done', () => {
    const stages = heard(['extract_mix', 1, 1], ['transcribe', 1, 4])
    expect(currentStep(stepsShown(STEPS, stages, 'extract_mix'), 'extract_mix')).toBe('listen')
  })
})
