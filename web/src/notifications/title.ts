const SHOWN = /^\d{1,3} % · /

/** How far each operation that works is, in percent, in the order in which they began. */
export type Progress = ReadonlyMap<string, number>

/** The title of a page, with how far the work is before it; as it was where nothing works. */
export function titleWith(title: string, progress: Progress): string {
  const plain = title.replace(SHOWN, '')
  if (progress.size === 0) return plain
  const [sum, count] = [[...progress.values()].reduce((total, percent) => total + percent, 0), progress.size]
  return `${String(Math.floor(sum / count))} % · ${plain}`
}
