import { lazy } from 'react'

/** The parts of the studio. They load beside the frame, not before it. */

export const Lines = lazy(async () => ({ default: (await import('../lines/Lines')).Lines }))
export const Inspector = lazy(async () => ({ default: (await import('../inspector/Inspector')).Inspector }))
export const Speakers = lazy(async () => ({ default: (await import('../inspector/Speakers')).Speakers }))
export const Sound = lazy(async () => ({ default: (await import('../inspector/Sound')).Sound }))
export const ProjectGlossaries = lazy(async () => ({ default: (await import('../glossaries/ProjectGlossaries')).ProjectGlossaries }))
export const Timeline = lazy(async () => ({ default: (await import('../timeline/Timeline')).Timeline }))
