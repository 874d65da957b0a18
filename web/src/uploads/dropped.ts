import type { Dropped } from './checks'

/** What a drop or a paste carries. A folder is told from a file where the browser can tell. */
export function droppedIn(transfer: DataTransfer): Dropped {
  const entries = [...transfer.items].filter((item) => item.kind === 'file')
  const files: File[] = []
  let hasFolder = false
  for (const entry of entries) {
    const file = entry.getAsFile()
    if (entry.webkitGetAsEntry()?.isDirectory === true) hasFolder = true
    else if (file !== null) files.push(file)
  }
  return { files, hasFolder }
}

/** Whether a drag carries files, and not a text or a link. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false
}
