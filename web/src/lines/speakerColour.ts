const COLOURS = 8

/** The colour token of a speaker, the same in every part of the page: `S1` has the first. */
export function speakerColour(speaker: string): string {
  const number = Number(/\d+/.exec(speaker)?.[0] ?? 1)
  return `var(--speaker-${String(((Math.max(1, number) - 1) % COLOURS) + 1)})`
}
