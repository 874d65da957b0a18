const FUTURE_DATA = 3
const NO_SOURCE = 3

/** What the player asks of a video or audio element. */
export type Medium = Pick<
  HTMLMediaElement,
  | 'currentTime'
  | 'playbackRate'
  | 'muted'
  | 'volume'
  | 'preload'
  | 'paused'
  | 'ended'
  | 'seeking'
  | 'duration'
  | 'readyState'
  | 'networkState'
  | 'play'
  | 'pause'
  | 'addEventListener'
  | 'removeEventListener'
> & { readonly videoWidth?: number }

/** Whether there is anything in it to play. */
export function isUsable(medium: Medium): boolean {
  return medium.networkState !== NO_SOURCE && !medium.ended
}

/** Whether it waits for more to arrive. */
export function isRunningDry(medium: Medium): boolean {
  return medium.readyState < FUTURE_DATA && !medium.ended
}
