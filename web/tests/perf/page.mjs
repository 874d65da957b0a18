import { chromium } from 'playwright-core'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
]

/** A window of a desktop that keeps what the browser tells of its own speed in `window.measured`. */
export async function openPage() {
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ARGUMENTS })
  const context = await browser.newContext({ viewport: { width: 1360, height: 860 }, locale: 'en' })
  const page = await context.newPage()
  await page.addInitScript(watch)
  return { browser, page }
}

function watch() {
  const measured = { lcp: 0, interactions: [], paints: [] }
  window.measured = measured
  const observe = (type, options, take) => {
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...options })
  }
  observe('largest-contentful-paint', {}, (entry) => { measured.lcp = entry.startTime })
  observe('event', { durationThreshold: 16 }, (entry) => { if (entry.interactionId > 0) measured.interactions.push(entry.duration) })
  observe('measure', {}, (entry) => { if (entry.name === 'timeline.paint') measured.paints.push(entry.duration) })
}

/** How much longer the same sum takes in the middle of its tries than at its quickest: 1 where nothing else runs. */
export async function slowness(page) {
  return page.evaluate(async () => {
    const sum = () => {
      const began = performance.now()
      let total = 0
      for (let each = 0; each < 3e6; each++) total += Math.sqrt(each)
      return total > 0 ? performance.now() - began : 0
    }
    const tries = []
    for (let each = 0; each < 60; each++) {
      tries.push(sum())
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    tries.sort((one, other) => one - other)
    return tries[Math.floor(tries.length * 0.75)] / tries[0]
  })
}

/** The intervals of frames while `step` runs once in each, for `ms`. */
export async function frames(page, step, ms = 3000) {
  return page.evaluate(
    ([source, lasting]) =>
      new Promise((resolve) => {
        const act = new Function(`return (${source})`)()
        const intervals = []
        let last = performance.now()
        const end = last + lasting
        const frame = (now) => {
          intervals.push(now - last)
          last = now
          act()
          if (now < end) requestAnimationFrame(frame)
          else resolve(intervals.slice(2))
        }
        requestAnimationFrame(frame)
      }),
    [step.toString(), ms],
  )
}
