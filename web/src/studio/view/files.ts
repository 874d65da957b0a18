import type { FileResource } from '../../api/types'

/** The address of a file's newest content: the address alone stays the same when the file is made again. */
export function addressOf(files: readonly FileResource[], isWanted: (name: string) => boolean): string | null {
  const file = files.find(({ name }) => isWanted(name))
  return file === undefined ? null : `${file.url}?v=${file.sha256.slice(0, 12)}`
}

/** The dub's sound: a file of its own, or else that of its video. */
export function dubSound(files: readonly FileResource[]): string | null {
  return addressOf(files, (name) => name === 'audio.m4a') ?? addressOf(files, (name) => name.startsWith('video.'))
}

export function captionsIn(files: readonly FileResource[], language: string): string | null {
  return addressOf(files, (name) => name === `subtitles.${language}.vtt`)
}
