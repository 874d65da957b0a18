import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { Plugin } from 'vite'

const TEXT = /^(licen[cs]e|notice|copying)/i

/** Writes `licences.txt`: the licence of every package that is part of what is built. */
export function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []))
      const folders = new Set([...modules, ...this.getModuleIds()].map(packageFolder).filter((folder) => folder !== null))
      const source = [...folders].sort().map(describe).join('\n\n')
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source })
    },
  }
}

/** The folder of the package that a module is in; null for our own. */
function packageFolder(module: string): string | null {
  const match = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module.replace(/^\0/, ''))
  return match !== null && existsSync(path.join(match[0], 'package.json')) ? match[0] : null
}

function describe(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<string, string>
  const texts = readdirSync(folder)
    .filter((file) => TEXT.test(file))
    .map((file) => readFileSync(path.join(folder, file), 'utf8').trim())
  return [`${name ?? ''} ${version ?? ''} (${license ?? 'see below'})`, '-'.repeat(60), ...texts].join('\n')
}
