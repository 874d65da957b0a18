import type { MessageKey } from '../i18n/catalogue'

/** A link as it is written, and what was said of it. */
export interface LinkDraft {
  text: string
  hasRights: boolean
  useCaptions: boolean
}

export const NO_LINK: LinkDraft = { text: '', hasRights: false, useCaptions: false }

/** A link as the server takes it, what is wrong with it, or neither: it is not written to its end. */
export type ReadLink =
  | { kind: 'unfinished' }
  | { kind: 'refused'; why: MessageKey }
  | { kind: 'youtube' | 'web'; url: string }

const LONGEST = 2_048
const WATCHED_AT = /^((www|m|music)\.)?youtube\.com$|^(www\.)?youtube-nocookie\.com$/
const SHORT = /^(www\.)?youtu\.be$/
const OF_YOUTUBE = /(^|\.)(youtube\.com|youtube-nocookie\.com|youtu\.be)$/
const VIDEO_ID = /^[0-9A-Za-z_-]{11}$/
const NO_VIDEO_IDS = ['videoseries', 'live_stream']
const PLAYERS = ['shorts', 'embed', 'v', 'live']
const LISTS = ['playlist', 'channel', 'c', 'user', 'feed', 'hashtag', 'results']
const NEVER_PUBLIC = ['localhost', 'local', 'internal', 'intranet', 'lan', 'onion']
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/
const OF_A_NETWORK = /^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\.|^\[/

/** Early advice on a link as it is typed; the server looks again. */
export function readLink(text: string): ReadLink {
  const written = text.trim()
  if (written === '' || 'https://'.startsWith(written.toLowerCase())) return { kind: 'unfinished' }
  if (written.length > LONGEST) return { kind: 'refused', why: 'home.link.tooLong' }
  const url = parsed(SCHEME.test(written) ? written : `https://${written}`)
  if (url === null) return { kind: 'refused', why: 'home.link.unreadable' }
  if (!['https:', 'http:'].includes(url.protocol)) return { kind: 'refused', why: 'home.link.scheme' }
  if (!url.hostname.includes('.')) return unfinishedOr(url)
  if (url.username !== '' || url.password !== '') return { kind: 'refused', why: 'home.link.user' }
  return OF_YOUTUBE.test(url.hostname) ? ofYoutube(url) : ofTheWeb(url)
}

// Some browsers read a blank as a part of the name.
function parsed(text: string): URL | null {
  if (/\s/.test(text)) return null
  return URL.canParse(text) ? new URL(text) : null
}

function unfinishedOr(url: URL): ReadLink {
  const isPlace = NEVER_PUBLIC.includes(url.hostname) || url.pathname !== '/'
  return isPlace ? { kind: 'refused', why: 'home.link.private' } : { kind: 'unfinished' }
}

function ofYoutube(url: URL): ReadLink {
  if (url.port !== '') return { kind: 'refused', why: 'home.link.port' }
  const path = url.pathname.split('/').filter((part) => part !== '')
  const video = videoIn(url, path)
  if (video !== null && VIDEO_ID.test(video) && !NO_VIDEO_IDS.includes(video)) return { kind: 'youtube', url: url.href }
  const first = path[0] ?? ''
  const isList = url.searchParams.has('list') || LISTS.includes(first) || first.startsWith('@') || path[1] === 'videoseries'
  if (isList) return { kind: 'refused', why: 'home.link.list' }
  return path.length === 0 ? { kind: 'unfinished' } : { kind: 'refused', why: 'home.link.noVideo' }
}

function videoIn(url: URL, path: readonly string[]): string | null {
  const [first, second] = path
  if (SHORT.test(url.hostname)) return path.length === 1 ? (first ?? null) : null
  if (!WATCHED_AT.test(url.hostname)) return null
  if (first === 'watch' && path.length === 1) return url.searchParams.get('v')
  return path.length === 2 && PLAYERS.includes(first ?? '') ? (second ?? null) : null
}

function ofTheWeb(url: URL): ReadLink {
  if (url.protocol !== 'https:') return { kind: 'refused', why: 'home.link.scheme' }
  if (url.port !== '') return { kind: 'refused', why: 'home.link.port' }
  const last = url.hostname.split('.').at(-1) ?? ''
  if (NEVER_PUBLIC.includes(last) || OF_A_NETWORK.test(url.hostname)) return { kind: 'refused', why: 'home.link.private' }
  if (url.pathname === '/' && url.search === '') return { kind: 'unfinished' }
  return { kind: 'web', url: url.href }
}
