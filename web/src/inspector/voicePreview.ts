import { answer, api } from '../api/client'
import { mediaUrl } from '../api/media'
import { Problem, problemOf } from '../api/problem'
import type { Operation } from '../api/types'
import { Store } from '../ui/store'

/** A text in a voice, to be listened to. */
export interface Sample {
  text: string
  language: string
  voice: string
  speed: number
  engines: Readonly<Record<string, string>>
}

export interface Preview {
  key: string
  state: 'working' | 'playing' | 'failed'
  problem: Problem | null
}

const LOOK_AGAIN_MS = 300
const LONGEST_MS = 120_000

/** What is being made or heard; null: nothing. */
export const previewStore = new Store<Preview | null>(null)

const made = new Map<string, string>()
let sound: HTMLAudioElement | null = null

export function sampleKey(sample: Sample): string {
  return JSON.stringify([sample.language, sample.voice, sample.speed, sample.text])
}

/** Speaks a sample and plays it; the same one is spoken once. Stops what was heard before. */
export async function preview(sample: Sample): Promise<void> {
  const key = sampleKey(sample)
  stopPreview()
  previewStore.set({ key, state: 'working', problem: null })
  try {
    const path = made.get(key) ?? (await spoken(sample))
    made.set(key, path)
    const url = await mediaUrl(path)
    if (previewStore.get()?.key === key) await play(key, url)
  } catch (thrown) {
    if (previewStore.get()?.key === key) previewStore.set({ key, state: 'failed', problem: problemOf(thrown) })
  }
}

/** Plays a file that is there already, such as a take. */
export async function listen(path: string): Promise<void> {
  stopPreview()
  previewStore.set({ key: path, state: 'working', problem: null })
  try {
    await play(path, await mediaUrl(path))
  } catch (thrown) {
    previewStore.set({ key: path, state: 'failed', problem: problemOf(thrown) })
  }
}

export function stopPreview(): void {
  sound?.pause()
  sound = null
  previewStore.set(null)
}

async function play(key: string, url: string): Promise<void> {
  const audio = new Audio(url)
  sound = audio
  audio.onended = () => {
    if (sound === audio) stopPreview()
  }
  await audio.play()
  previewStore.set({ key, state: 'playing', problem: null })
}

async function spoken(sample: Sample): Promise<string> {
  const asked = await answer(api.POST('/v1/stages/synthesize', { body: { ...sample, engines: { ...sample.engines } } }))
  const done = await finished(asked)
  const file = done.artifacts.find((artifact) => artifact.content_type.startsWith('audio/'))
  if (file === undefined) throw new Problem({ code: done.error?.code, detail: done.error?.message, hint: done.error?.hint ?? '' }, 500)
  return file.url
}

async function finished(operation: Operation): Promise<Operation> {
  const until = Date.now() + LONGEST_MS
  let now = operation
  while (!now.done && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    now = await answer(api.GET('/v1/operations/{operation}', { params: { path: { operation: now.id } } }))
  }
  return now
}
