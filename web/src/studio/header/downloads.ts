import { mediaUrl } from '../../api/media'
import type { FileResource, Target } from '../../api/types'

/** A file to take away, in people's words. */
export interface Download {
  kind: 'video' | 'sound' | 'subtitlesSrt' | 'subtitlesVtt'
  /** Of subtitles: which language they are in. */
  language: string | null
  file: FileResource
}

const SUBTITLES = /^subtitles\.(.+)\.(srt|vtt)$/

/** What can be downloaded of a language, the video first. */
export function downloadsOf(target: Target): Download[] {
  const found = target.artifacts.map(downloadOf).filter((download) => download !== null)
  const order: readonly Download['kind'][] = ['video', 'sound', 'subtitlesSrt', 'subtitlesVtt']
  return found.sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind))
}

/** Whether a package of all languages was made of what they are now. */
export function isFresh(file: FileResource, targets: readonly Target[]): boolean {
  return targets.every(({ artifacts }) => artifacts.every((made) => !made.name.startsWith('video.') || made.created_at <= file.created_at))
}

/** Has the browser save a file under the name that the server gives it. Throws `Problem`. */
export async function save(path: string): Promise<void> {
  const link = document.createElement('a')
  link.href = await mediaUrl(path)
  link.download = ''
  link.click()
}

/** Has the browser save a text of this page. */
export function saveText(text: string, fileName: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
  link.download = fileName
  link.click()
  URL.revokeObjectURL(link.href)
}

function downloadOf(file: FileResource): Download | null {
  if (file.name.startsWith('video.')) return { kind: 'video', language: null, file }
  if (file.name === 'audio.m4a') return { kind: 'sound', language: null, file }
  const subtitles = SUBTITLES.exec(file.name)
  if (subtitles === null) return null
  return { kind: subtitles[2] === 'srt' ? 'subtitlesSrt' : 'subtitlesVtt', language: subtitles[1] ?? null, file }
}
