import { afterEach, expect, test, vi } from 'vitest'
import { FinePeaks } from './finePeaks'

const PATH = '/v1/projects/prj_a/artifacts/peaks-100.dat'

/** A server that serves parts of a file, and remembers which. */
function serve(pairs: number, version = 1) {
  const file = new Uint8Array(20 + 2 * pairs).fill(9, 20)
  const header = new DataView(file.buffer)
  for (const [at, value] of [version, 1, 8_000, 80, pairs].entries()) header.setInt32(4 * at, value, true)
  const asked: string[] = []
  vi.stubGlobal('fetch', (_path: string, { headers, signal }: RequestInit) => {
    const range = (headers as Record<string, string>)['Range'] ?? ''
    asked.push(range)
    const [from, to] = range.replace('bytes=', '').split('-').map(Number)
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => {
        asked.push(`${range} stopped`)
        reject(new DOMException('stopped', 'AbortError'))
      })
      setTimeout(() => {
        resolve(new Response(file.slice(from, (to ?? 0) + 1), { status: 206 }))
      })
    })
  })
  return asked
}

afterEach(() => {
  vi.unstubAllGlobals()
})

async function arrived(fine: FinePeaks, atMs: number) {
  await vi.waitFor(() => {
    expect(fine.between(atMs, atMs)).toHaveLength(1)
  })
}

test('only the minutes that are looked at are loaded, and only once', async () => {
  const asked = serve(60_000)
  const onPage = vi.fn()
  const fine = new FinePeaks(PATH, onPage)
  fine.want(65_000, 90_000)
  await arrived(fine, 65_000)
  fine.want(65_000, 90_000)
  expect(asked).toEqual(['bytes=0-19', 'bytes=12020-24019'])
  expect(onPage).toHaveBeenCalledTimes(1)
})

test('the last minute ends where the file ends', async () => {
  const asked = serve(6_500)
  const fine = new FinePeaks(PATH, vi.fn())
  fine.want(62_000, 64_000)
  await arrived(fine, 62_000)
  expect(asked).toContain('bytes=12020-13019')
})

test('a minute that nobody looks at any more is not loaded to its end', async () => {
  const asked = serve(600_000)
  const fine = new FinePeaks(PATH, vi.fn())
  fine.want(0, 10_000)
  await arrived(fine, 0)
  fine.want(600_000, 610_000)
  await Promise.resolve()
  await Promise.resolve()
  fine.want(1_200_000, 1_210_000)
  await arrived(fine, 1_200_000)
  expect(fine.between(600_000, 610_000)).toEqual([])
  expect(asked.some((range) => range.endsWith('stopped'))).toBe(true)
})

test('a file of another kind is asked for once and never drawn', async () => {
  const asked = serve(6_000, 2)
  const fine = new FinePeaks(PATH, vi.fn())
  for (let times = 0; times < 3; times++) {
    fine.want(0, 10_000)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  expect(asked).toEqual(['bytes=0-19'])
  expect(fine.between(0, 10_000)).toEqual([])
})
