import { lazy } from 'react'

/** The parts of the studio. They load beside the frame, not before it. */

const lines = () => import('../lines/Lines')

export const Lines = lazy(async () => ({ default: (await lines()).Lines }))
export const Inspector = lazy(async () => ({ default: (await import('../inspector/Inspector')).Inspector }))
export const Speakers = lazy(async () => ({ default: (await import('../inspector/Speakers')).Speakers }))
export const Sound = lazy(async () => ({ default: (await import('../inspector/Sound')).Sound }))
export const ProjectGlossaries = lazy(async () => ({ default: (await import('../glossaries/ProjectGlossaries')).ProjectGlossaries }))
export const Timeline = lazy(async () => ({ default: (await import('../timeline/Timeline')).Timeline }))

/** Begins to load what is shown first, so that it is there when the lines are. */
export function loadLines(): void {
  // Who shows it tells why it could not be loaded.
  lines().catch(() => undefined)
}
