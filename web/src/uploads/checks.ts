import type { MessageKey } from '../i18n/catalogue'
import type { System } from '../api/types'

export type Limits = System['uploads']

/** Why something that was dropped or chosen is not sent. Each has a message with a way out. */
export type Refusal =
  | { why: 'nothing' | 'folder' | 'empty' }
  | { why: 'kind'; name: string }
  | { why: 'large'; bytes: number; most: number }

/** What was dropped: its files, and whether a folder was among it. */
export interface Dropped {
  files: readonly File[]
  hasFolder: boolean
}

/** What is taken of what was dropped, what is wrong with it, and how many files were left aside. */
export interface Taken {
  file: File | null
  refusal: Refusal | null
  others: number
}

const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  mp4: ['mp4', 'm4v'],
  mov: ['mov', 'qt'],
  mkv: ['mkv', 'mk3d'],
  webm: ['webm'],
}
const TYPES: Readonly<Record<string, readonly string[]>> = {
  mp4: ['video/mp4', 'video/x-m4v'],
  mov: ['video/quicktime'],
  mkv: ['video/x-matroska', 'video/matroska'],
  webm: ['video/webm'],
}

/** The first file that can be a video; with no such file the first, and what is wrong with it. */
export function takeOne({ files, hasFolder }: Dropped, limits: Limits | null): Taken {
  const file = files.find((one) => refusalOf(one, limits) === null) ?? files[0]
  if (file === undefined) return { file: null, refusal: { why: hasFolder ? 'folder' : 'nothing' }, others: 0 }
  const refusal = refusalOf(file, limits)
  return { file: refusal === null ? file : null, refusal, others: files.length - 1 }
}

/** What is wrong with a file, as far as that shows before it is sent; null: nothing. */
export function refusalOf(file: File, limits: Limits | null): Refusal | null {
  if (file.size === 0) return { why: 'empty' }
  const containers = limits?.containers ?? Object.keys(ENDINGS)
  if (!isVideo(file, containers)) return { why: 'kind', name: file.name }
  if (limits !== null && file.size > limits.max_bytes) return { why: 'large', bytes: file.size, most: limits.max_bytes }
  return null
}

/** The endings and types that a file dialogue offers. */
export function acceptedTypes(limits: Limits | null): string[] {
  const containers = limits?.containers ?? Object.keys(ENDINGS)
  return containers.flatMap((name) => [...(ENDINGS[name] ?? []).map((ending) => `.${ending}`), ...(TYPES[name] ?? [])])
}

export const REFUSALS: Readonly<Record<Refusal['why'], { what: MessageKey; hint: MessageKey }>> = {
  nothing: { what: 'home.refused.nothing', hint: 'home.refused.nothingHint' },
  folder: { what: 'home.refused.folder', hint: 'home.refused.folderHint' },
  empty: { what: 'home.refused.empty', hint: 'home.refused.emptyHint' },
  kind: { what: 'home.refused.kind', hint: 'home.refused.kindHint' },
  large: { what: 'home.refused.large', hint: 'home.refused.largeHint' },
}

function isVideo(file: File, containers: readonly string[]): boolean {
  const ending = file.name.includes('.') ? (file.name.split('.').at(-1) ?? '').toLowerCase() : ''
  return containers.some((name) =>
    ending === '' ? (TYPES[name] ?? []).includes(file.type) : (ENDINGS[name] ?? []).includes(ending),
  )
}
