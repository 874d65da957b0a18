import type { Store } from '../ui/store'

/** Which of the two voices is heard. */
export type Voice = 'original' | 'dub'

/** Where playback is, outside of React: told on every animation frame while playing, and on every seek. */
export interface Clock {
  readonly nowMs: number
  readonly durationMs: number
  subscribe: (listener: () => void) => () => void
}

/** One picture with two sounds in step. */
export interface Player {
  readonly clock: Clock
  readonly playing: Store<boolean>
  readonly voice: Store<Voice>
  readonly rate: Store<number>
  play: () => void
  pause: () => void
  toggle: () => void
  seek: (ms: number) => void
  /** Plays from `startMs` and stops at `endMs`. */
  playSpan: (startMs: number, endMs: number) => void
  listenTo: (voice: Voice) => void
}
