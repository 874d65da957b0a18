import { mediaBytes } from '../api/media'
import { peaksOf, readHeader, type Peaks, type PeaksHeader } from './peaks'

const PAGE_MS = 60_000
const KEPT_PAGES = 12

/** The detailed peaks of a sound, loaded page by page where somebody looks, and forgotten long after. */
export class FinePeaks {
  readonly #path: string
  readonly #onPage: () => void
  readonly #pages = new Map<number, Peaks>()
  readonly #loading = new Map<number, AbortController>()
  readonly #failed = new Set<number>()
  #header: Promise<PeaksHeader | null> | null = null

  constructor(path: string, onPage: () => void) {
    this.#path = path
    this.#onPage = onPage
  }

  /** Loads what is missing between two times, and stops loading what is not asked for any more. */
  want(fromMs: number, toMs: number): void {
    const wanted = pagesBetween(fromMs, toMs)
    for (const [page, loading] of this.#loading) {
      if (wanted.includes(page)) continue
      loading.abort()
      this.#loading.delete(page)
    }
    for (const page of wanted) {
      if (this.#pages.has(page) || this.#loading.has(page) || this.#failed.has(page)) continue
      void this.#load(page)
    }
  }

  stop(): void {
    for (const loading of this.#loading.values()) loading.abort()
  }

  /** The pages between two times that are here, with the time each begins at. */
  between(fromMs: number, toMs: number): readonly { startMs: number; endMs: number; peaks: Peaks }[] {
    return pagesBetween(fromMs, toMs).flatMap((page) => {
      const peaks = this.#pages.get(page)
      return peaks === undefined ? [] : [{ startMs: page * PAGE_MS, endMs: (page + 1) * PAGE_MS, peaks }]
    })
  }

  async #load(page: number): Promise<void> {
    const stopping = new AbortController()
    this.#loading.set(page, stopping)
    try {
      const peaks = await this.#read(page, stopping.signal)
      if (peaks === null) this.#failed.add(page)
      else this.#keep(page, peaks)
    } catch {
      // The coarse picture stands in for a page that could not be loaded.
      if (!stopping.signal.aborted) this.#failed.add(page)
    } finally {
      if (this.#loading.get(page) === stopping) this.#loading.delete(page)
    }
  }

  async #read(page: number, signal: AbortSignal): Promise<Peaks | null> {
    this.#header ??= mediaBytes(this.#path, 'bytes=0-19').then(readHeader)
    const header = await this.#header
    if (header === null) return null
    const perPage = Math.round((PAGE_MS / 1_000) * header.pairsPerSecond)
    const firstPair = page * perPage
    const pairs = Math.min(perPage, header.pairs - firstPair)
    if (pairs <= 0) return null
    const first = header.headerBytes + 2 * firstPair
    const bytes = await mediaBytes(this.#path, `bytes=${String(first)}-${String(first + 2 * pairs - 1)}`, signal)
    if (bytes.byteLength !== 2 * pairs) return null
    return peaksOf(new Int8Array(bytes), header.pairsPerSecond, firstPair)
  }

  #keep(page: number, peaks: Peaks): void {
    this.#pages.set(page, peaks)
    const oldest = this.#pages.keys().next()
    if (this.#pages.size > KEPT_PAGES && !oldest.done) this.#pages.delete(oldest.value)
    this.#onPage()
  }
}

function pagesBetween(fromMs: number, toMs: number): readonly number[] {
  const first = Math.floor(Math.max(0, fromMs) / PAGE_MS)
  const last = Math.floor(Math.max(0, toMs) / PAGE_MS)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => first + at)
}
