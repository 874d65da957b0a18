import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DubPlayer } from './dubPlayer'
import type { Medium } from './medium'

/** A media element that is moved by hand: it plays when told, and its time goes on with `pass`. */
class HandMedium extends EventTarget implements Omit<Medium, keyof EventTarget> {
  currentTime = 0
  playbackRate = 1
  muted = false
  volume = 1
  preload: 'none' | 'auto' = 'none'
  paused = true
  ended = false
  seeking = false
  duration = 60
  readyState = 4
  networkState = 1
  videoWidth = 640

  play(): Promise<void> {
    this.paused = false
    this.dispatchEvent(new Event('play'))
    return Promise.resolve()
  }

  pause(): void {
    if (this.paused) return
    this.paused = true
    this.dispatchEvent(new Event('pause'))
  }

  pass(ms: number): void {
    if (!this.paused && this.readyState >= 3) this.currentTime += (this.playbackRate * ms) / 1000
  }
}

const FRAME_MS = 16
let player: DubPlayer
let video: HandMedium
let sound: HandMedium

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['requestAnimationFrame', 'cancelAnimationFrame', 'performance'] })
  player = new DubPlayer()
  player.clock.setDuration(60_000)
  video = new HandMedium()
  sound = new HandMedium()
  player.attachVideo(video as unknown as Medium)
})

afterEach(() => {
  vi.useRealTimers()
})

function withDub(): void {
  player.attachSound(sound as unknown as Medium)
}

function pass(ms: number): void {
  for (let passed = 0; passed < ms; passed += FRAME_MS) {
    for (const medium of [video, sound]) medium.pass(FRAME_MS)
    vi.advanceTimersByTime(FRAME_MS)
  }
}

describe('DubPlayer', () => {
  it('plays the original until there is a dub, and then the dub', () => {
    expect([player.voice.get(), video.muted]).toEqual(['original', false])
    withDub()
    expect([player.voice.get(), video.muted, sound.muted]).toEqual(['dub', true, false])
  })

  it('stays with the original where somebody chose it', () => {
    player.listenTo('original')
    withDub()
    expect([video.muted, sound.muted]).toEqual([false, true])
  })

  it('switches between the voices without moving', () => {
    withDub()
    player.seek(5_000)
    player.play()
    pass(480)
    player.listenTo('original')
    expect([video.muted, sound.muted]).toEqual([false, true])
    expect(video.currentTime).toBeCloseTo(5.48, 2)
    expect(sound.currentTime).toBeCloseTo(5.48, 2)
  })

  it('brings a picture that lags back into step with the dub that is heard', () => {
    withDub()
    player.play()
    pass(400)
    video.currentTime -= 0.15
    pass(2_500)
    expect(Math.abs(video.currentTime - sound.currentTime)).toBeLessThan(0.06)
    expect(sound.playbackRate).toBe(1)
  })

  it('holds the sound while the picture has nothing to show', () => {
    withDub()
    player.play()
    pass(160)
    video.readyState = 2
    pass(800)
    expect(player.isWaiting.get()).toBe(true)
    expect(sound.currentTime).toBeLessThan(0.3)
    video.readyState = 4
    pass(160)
    expect([player.isWaiting.get(), sound.playbackRate]).toEqual([false, 1])
  })

  it('plays a span and stops at its end', () => {
    withDub()
    player.playSpan(10_000, 10_500)
    pass(1_000)
    expect(player.playing.get()).toBe(false)
    expect(player.clock.nowMs).toBeGreaterThanOrEqual(10_500)
    expect(player.clock.nowMs).toBeLessThan(10_600)
    player.play()
    pass(1_000)
    expect(player.playing.get()).toBe(true)
  })

  it('tells the time once for each frame, and once for a seek', () => {
    const told = vi.fn()
    player.clock.subscribe(told)
    player.seek(3_000)
    expect(told).toHaveBeenCalledTimes(1)
    player.play()
    pass(FRAME_MS * 5)
    expect(told.mock.calls.length).toBeLessThanOrEqual(1 + 5)
    expect(player.clock.nowMs).toBeGreaterThan(3_050)
  })

  it('lets the dub be heard where the picture cannot be played', () => {
    withDub()
    player.listenTo('original')
    video.dispatchEvent(new Event('error'))
    expect([player.picture.get(), player.voice.get()]).toEqual(['unplayable', 'dub'])
    player.play()
    pass(480)
    expect(player.clock.nowMs).toBeGreaterThan(400)
  })

  it('follows a headset that pauses what is heard', () => {
    withDub()
    player.play()
    pass(160)
    sound.pause()
    expect([player.playing.get(), video.paused]).toEqual([false, true])
  })

  it('takes the dub of another language at the same place, playing on', () => {
    const leave = player.attachSound(sound as unknown as Medium)
    player.play()
    pass(480)
    leave()
    const other = new HandMedium()
    player.attachSound(other as unknown as Medium)
    expect(other.paused).toBe(false)
    expect(other.currentTime).toBeCloseTo(video.currentTime, 1)
    expect(video.muted).toBe(true)
  })

  it('starts from the beginning after the end', () => {
    player.seek(60_000)
    player.play()
    expect(video.currentTime).toBe(0)
  })
})
