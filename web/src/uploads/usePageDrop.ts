import { useEffect, useState } from 'react'
import type { Dropped } from './checks'
import { carriesFiles, droppedIn } from './dropped'

/** Takes what is dropped or pasted anywhere on the page; whether a drag is over it now. */
export function usePageDrop(onDrop: (dropped: Dropped) => void): boolean {
  const [isOver, setIsOver] = useState(false)
  useEffect(() => {
    const over = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return
      event.preventDefault()
      setIsOver(true)
    }
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false)
    }
    const drop = (event: DragEvent) => {
      setIsOver(false)
      if (event.dataTransfer === null || !carriesFiles(event.dataTransfer)) return
      event.preventDefault()
      onDrop(droppedIn(event.dataTransfer))
    }
    const paste = (event: ClipboardEvent) => {
      if (event.clipboardData !== null && carriesFiles(event.clipboardData)) onDrop(droppedIn(event.clipboardData))
    }
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    addEventListener('paste', paste)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
      removeEventListener('paste', paste)
    }
  }, [onDrop])
  return isOver
}
