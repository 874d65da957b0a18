const PATHS = {
  play: 'M5 3v14l12-7z',
  pause: 'M5 3h4v14H5zM11 3h4v14h-4z',
  undo: 'M4 8h8a4.5 4.5 0 0 1 0 9H8M4 8l4-4M4 8l4 4',
  redo: 'M16 8H8a4.5 4.5 0 0 0 0 9h4M16 8l-4-4M16 8l-4 4',
  volume: 'M3 8v4h3l4 3.5v-11L6 8zM13 7.5a3.5 3.5 0 0 1 0 5M15 5a7 7 0 0 1 0 10',
  muted: 'M3 8v4h3l4 3.5v-11L6 8zM13.5 8l4 4M17.5 8l-4 4',
  fullscreen: 'M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4',
  smaller: 'M7 3v4H3M17 7h-4V3M13 17v-4h4M3 13h4v4',
  download: 'M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13',
  up: 'M4 12l6-6 6 6',
  down: 'M4 8l6 6 6-6',
  more: 'M10 4.5v.01M10 10v.01M10 15.5v.01',
  captions: 'M2.5 4.5h15v11h-15zM8 9.2a1.6 1.6 0 1 0 0 1.6M14 9.2a1.6 1.6 0 1 0 0 1.6',
} as const
const FILLED: readonly string[] = ['play', 'pause']

/** A drawing beside, or in place of, words that are said elsewhere. */
export function Icon({ name, size = 18 }: { name: keyof typeof PATHS; size?: number }) {
  const isFilled = FILLED.includes(name)
  return (
    <svg viewBox="0 0 20 20" width={size} height={size} aria-hidden="true" fill={isFilled ? 'currentColor' : 'none'} stroke={isFilled ? 'none' : 'currentColor'} strokeWidth={name === 'more' ? 2.6 : 1.6} strokeLinecap="round" strokeLinejoin="round">
      <path d={PATHS[name]} />
    </svg>
  )
}
