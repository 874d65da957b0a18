import { speakerColour } from '../lines/speakerColour'
import '../lines/speakers.css'

/** The colours of the page as a canvas takes them. */
export type Palette = Readonly<Record<ColourName, string>> & { readonly speaker: (speaker: string) => string }

const TOKENS = {
  ink: ['var(--ink)', 'CanvasText'],
  mute: ['var(--ink-3)', 'CanvasText'],
  line: ['var(--line)', 'CanvasText'],
  strong: ['var(--line-strong)', 'CanvasText'],
  surface: ['var(--surface)', 'Canvas'],
  sunk: ['var(--sunk)', 'Canvas'],
  original: ['var(--original)', 'CanvasText'],
  originalSoft: ['var(--original-soft)', 'Canvas'],
  dub: ['var(--dub)', 'CanvasText'],
  dubSoft: ['var(--dub-soft)', 'Canvas'],
  warn: ['var(--warn)', 'LinkText'],
  warnSoft: ['var(--warn-soft)', 'Canvas'],
  focus: ['var(--focus)', 'Highlight'],
} as const

type ColourName = keyof typeof TOKENS

/** Reads the colours as they are now: a canvas knows nothing of themes. */
export function readPalette(at: HTMLElement): Palette {
  const isForced = matchMedia('(forced-colors: active)').matches
  const named = Object.entries(TOKENS).map(([name, [own, forced]]) => [name, resolved(at, isForced ? forced : own)])
  const known = new Map<string, string>()
  const speaker = (id: string) => {
    const token = isForced ? 'CanvasText' : speakerColour(id)
    const colour = known.get(token) ?? resolved(at, token)
    known.set(token, colour)
    return colour
  }
  return { ...(Object.fromEntries(named) as Record<ColourName, string>), speaker }
}

function resolved(at: HTMLElement, colour: string): string {
  const probe = document.createElement('span')
  probe.style.setProperty('forced-color-adjust', 'none')
  probe.style.color = colour
  at.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

/** Calls `listener` when the look of the page changes; returns how to stop that. */
export function onLookChange(listener: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) => matchMedia(query))
  for (const query of queries) query.addEventListener('change', listener)
  const watching = new MutationObserver(listener)
  watching.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme', 'class', 'style'] })
  return () => {
    watching.disconnect()
    for (const query of queries) query.removeEventListener('change', listener)
  }
}
