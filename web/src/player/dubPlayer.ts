import { Store } from '../ui/store'
import { Drift } from './drift'
import { MediaClock } from './mediaClock'
import { isRunningDry, isUsable, type Medium } from './medium'
import type { Player, Voice } from './player'

/** What of the source this browser can show. `unknown` until it has tried. */
export type Picture = 'unknown' | 'shown' | 'soundOnly' | 'unplayable'

const END_MS = 50

/**
 * A picture with its original sound, and a dub's sound in a second element that is kept in step.
 *
 * Both run all the time and one of them is muted, so switching leaves no gap and no jump. What is heard leads; what is
 * muted follows it.
 */
export class DubPlayer implements Player {
  readonly clock = new MediaClock()
  readonly playing = new Store(false)
  readonly voice = new Store<Voice>('original')
  readonly rate = new Store(1)
  readonly volume = new Store(1)
  readonly hasDub = new Store(false)
  readonly picture = new Store<Picture>('unknown')
  /** Playing, and nothing to play has arrived yet. */
  readonly isWaiting = new Store(false)

  #video: Medium | null = null
  #sound: Medium | null = null
  #isVoiceChosen = false
  #stopAtMs: number | null = null
  readonly #drift = new Drift()
  #frame = 0

  /** Takes a video element; returns how to let go of it. */
  attachVideo = (video: Medium): (() => void) => {
    this.#video = video
    this.picture.set('unknown')
    const stop = this.#listenOn(video)
    const known = () => {
      this.picture.set(video.videoWidth === 0 ? 'soundOnly' : 'shown')
      if (this.clock.durationMs === 0 && Number.isFinite(video.duration)) this.clock.setDuration(video.duration * 1000)
    }
    const failed = () => {
      this.picture.set('unplayable')
      if (this.hasDub.get()) this.voice.set('dub')
      this.#settle()
      if (this.playing.get()) this.#start()
    }
    video.addEventListener('loadedmetadata', known)
    video.addEventListener('error', failed)
    this.#settle()
    return () => {
      stop()
      video.removeEventListener('loadedmetadata', known)
      video.removeEventListener('error', failed)
      this.#video = null
      this.#halt()
    }
  }

  /** Takes the audio element of the dub that can be switched to; returns how to let go of it. */
  attachSound = (sound: Medium): (() => void) => {
    this.#sound = sound
    this.hasDub.set(true)
    if (!this.#isVoiceChosen) this.voice.set('dub')
    sound.currentTime = this.clock.nowMs / 1000
    const stop = this.#listenOn(sound)
    this.#settle()
    if (this.playing.get()) this.#start()
    return () => {
      stop()
      sound.pause()
      this.#sound = null
      this.hasDub.set(false)
      this.#settle()
    }
  }

  play = (): void => {
    this.#stopAtMs = null
    if (this.clock.nowMs >= this.clock.durationMs - END_MS) this.seek(0)
    this.#start()
  }

  pause = (): void => {
    this.#stopAtMs = null
    this.#halt()
  }

  toggle = (): void => {
    if (this.playing.get()) this.pause()
    else this.play()
  }

  seek = (ms: number): void => {
    this.#stopAtMs = null
    const within = Math.max(0, Math.min(ms, this.clock.durationMs || ms))
    for (const medium of this.#media()) {
      // Loads the frame that is sought, where so far there was only the poster.
      if (medium === this.#video) medium.preload = 'auto'
      medium.currentTime = within / 1000
    }
    this.#drift.rest(performance.now())
    this.clock.set(within)
  }

  playSpan = (startMs: number, endMs: number): void => {
    this.seek(startMs)
    this.#stopAtMs = endMs
    this.#start()
  }

  listenTo = (voice: Voice): void => {
    this.#isVoiceChosen = true
    this.voice.set(voice)
    this.#drift.restAfterSwitch(performance.now())
    this.#settle()
  }

  setRate = (rate: number): void => {
    this.rate.set(rate)
    this.#settle()
  }

  setVolume = (volume: number): void => {
    this.volume.set(volume)
    this.#settle()
  }

  #lead(): Medium | null {
    const isDubHeard = this.voice.get() === 'dub' && this.#sound !== null
    return isDubHeard || this.picture.get() === 'unplayable' ? this.#sound : this.#video
  }

  #follower(): Medium | null {
    const other = this.#lead() === this.#sound ? this.#video : this.#sound
    return other !== null && isUsable(other) && !(other === this.#video && this.picture.get() === 'unplayable') ? other : null
  }

  #media(): Medium[] {
    return [this.#video, this.#sound].filter((medium) => medium !== null)
  }

  /** Gives both what was chosen: who is heard, how loud, how fast. */
  #settle(): void {
    const lead = this.#lead()
    for (const medium of this.#media()) {
      medium.muted = medium !== lead
      medium.volume = this.volume.get()
      medium.playbackRate = this.rate.get()
    }
  }

  #start(): void {
    const lead = this.#lead()
    if (lead === null) return
    this.playing.set(true)
    const follower = this.#follower()
    if (follower !== null) follower.currentTime = lead.currentTime
    this.#drift.rest(performance.now())
    lead.play().catch((refused: unknown) => {
      const isOver = refused instanceof DOMException && refused.name === 'NotAllowedError'
      if (isOver) this.#halt()
    })
    // A follower that may not play yet is brought along by the next step.
    follower?.play().catch(() => undefined)
    cancelAnimationFrame(this.#frame)
    this.#frame = requestAnimationFrame(this.#step)
  }

  #halt(): void {
    cancelAnimationFrame(this.#frame)
    this.playing.set(false)
    this.isWaiting.set(false)
    for (const medium of this.#media()) medium.pause()
    this.#settle()
    const [lead, follower] = [this.#lead(), this.#follower()]
    if (lead !== null && follower !== null) follower.currentTime = lead.currentTime
  }

  #step = (): void => {
    this.#look()
    if (this.playing.get()) this.#frame = requestAnimationFrame(this.#step)
  }

  /** Tells the time, stops where that was asked, and keeps both in step. */
  #look = (): void => {
    const lead = this.#lead()
    if (lead === null || !this.playing.get()) return
    const nowMs = lead.currentTime * 1000
    this.clock.set(nowMs)
    if (this.#stopAtMs !== null && nowMs >= this.#stopAtMs) this.pause()
    else this.#keepInStep(lead, this.#follower())
  }

  #keepInStep(lead: Medium, follower: Medium | null): void {
    const rate = this.rate.get()
    const isPictureLate = follower === this.#video && follower !== null && isRunningDry(follower)
    run(lead, isPictureLate ? 0 : rate)
    this.isWaiting.set(isRunningDry(lead) || isPictureLate)
    if (follower === null || isPictureLate) return
    if (isRunningDry(lead)) {
      run(follower, 0)
      return
    }
    if (follower.paused) follower.play().catch(() => undefined)
    if (lead.seeking || follower.seeking) return
    const aheadMs = (follower.currentTime - lead.currentTime) * 1000
    const correction = this.#drift.correct(aheadMs, rate, performance.now())
    if (correction.to === 'seek') follower.currentTime = lead.currentTime
    else run(follower, rate * correction.times)
  }

  /** Follows what keyboards, headsets and the system do to an element by themselves. */
  #listenOn(medium: Medium): () => void {
    const paused = () => {
      if (medium.paused && medium === this.#lead() && this.playing.get()) this.#halt()
    }
    const played = () => {
      if (!medium.paused && medium === this.#lead() && !this.playing.get()) this.#start()
    }
    const heard = { pause: paused, play: played, timeupdate: this.#look }
    for (const [name, listener] of Object.entries(heard)) medium.addEventListener(name, listener)
    return () => {
      for (const [name, listener] of Object.entries(heard)) medium.removeEventListener(name, listener)
    }
  }
}

// Browsers begin anew at every rate that they are given, even at the one that they have.
function run(medium: Medium, rate: number): void {
  if (medium.playbackRate !== rate) medium.playbackRate = rate
}
