import type { Problem } from '../api/problem'

/** What a sender tells while it works. */
export interface SenderNews {
  onSent: (bytes: number) => void
  /** `upload` is the id that a project is made of. */
  onDone: (upload: string) => void
  /** It stopped. `begin` goes on from where the server is. */
  onStopped: (problem: Problem) => void
}

/** A way for one file to reach the server. */
export interface Sender {
  /** Begins, or goes on where it stopped. */
  begin: () => void
  /** Stops sending; what arrived stays. */
  pause: () => void
  /** Stops, and has the server forget what arrived. */
  end: () => Promise<void>
}
