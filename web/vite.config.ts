import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import optimizeLocales from '@react-aria/optimize-locales-plugin'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { licences } from './licences.ts'

const COMPRESSED = /\.(js|css|html|svg|json)$/
const SMALLEST_BYTES = 1024

/** Writes `.gz` and `.br` beside every text, so that the server compresses nothing. */
function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    writeBundle(options, bundle) {
      for (const name of [...Object.keys(bundle), 'icon.svg']) {
        const file = path.join(options.dir ?? 'dist', name)
        const text = COMPRESSED.test(name) ? readFileSync(file) : null
        if (text === null || text.length < SMALLEST_BYTES) continue
        writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }))
        writeFileSync(`${file}.br`, brotliCompressSync(text))
      }
    },
  }
}

/** React Aria's own texts, for the languages of this page only. */
const ariaLocales = optimizeLocales.vite({ locales: ['en-US', 'pt-BR', 'es-ES', 'ar-AE'] })

export default defineConfig({
  plugins: [{ ...(ariaLocales as Plugin), enforce: 'pre' }, react(), licences(), precompress()],
  build: { target: 'baseline-widely-available', assetsInlineLimit: 0, manifest: true },
  server: { proxy: { '/v1': process.env['DUBWRIGHT_SERVER'] ?? 'http://127.0.0.1:8000' } },
})
