// Prints what the first load of each page weighs, compressed, and fails over the budget.
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'

const DIST = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, '../dist'))
const BUDGETS_KB = { 'src/home/Home.tsx': 190, 'src/studio/StudioPage.tsx': 170 }
const LAZY_KB = 60

const manifest = JSON.parse(readFileSync(path.join(DIST, '.vite/manifest.json'), 'utf8'))
const entry = Object.values(manifest).find((chunk) => chunk.isEntry)

let failed = false
const first = new Set()
for (const [page, budget] of Object.entries(BUDGETS_KB)) {
  const chunks = new Set([...closure(entry), ...closure(manifest[page]), ...closure(manifest['src/locales/en/index.ts'])])
  for (const chunk of chunks) first.add(chunk.file)
  report(page, total([...chunks].map((chunk) => chunk.file)), budget)
}
for (const chunk of Object.values(manifest)) {
  if (chunk.file.endsWith('.js') && !first.has(chunk.file)) report(chunk.file, total([chunk.file]), LAZY_KB)
}
process.exit(failed ? 1 : 0)

function closure(chunk, seen = new Set()) {
  if (chunk === undefined || seen.has(chunk)) return seen
  seen.add(chunk)
  for (const name of chunk.imports ?? []) closure(manifest[name], seen)
  return seen
}

function total(files) {
  return files.filter((file) => file.endsWith('.js')).reduce((sum, file) => sum + compressedBytes(file), 0) / 1000
}

function compressedBytes(file) {
  const whole = path.join(DIST, file)
  const compressed = statSync(`${whole}.gz`, { throwIfNoEntry: false })
  return (compressed ?? statSync(whole)).size
}

function report(name, kb, budget) {
  const fits = kb <= budget
  failed ||= !fits
  console.log(`${fits ? 'ok  ' : 'OVER'} ${kb.toFixed(1).padStart(6)} of ${budget} KB  ${name}`)
}
