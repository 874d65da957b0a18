import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Store } from '../ui/store'
import type { StudioSearch, StudioTab } from './search'

const SETTLED_MS = 250

interface Address {
  language: string | undefined
  tab: StudioTab | undefined
  setTab: (tab: StudioTab | undefined) => void
  /** The selected line, which the address follows once it has settled. */
  selection: Store<number | null>
}

/** What the address says is open, and how to change that. */
export function useAddress(): Address {
  const { lang: language, tab, line } = useSearch({ from: '/p/$project' })
  const navigate = useNavigate({ from: '/p/$project' })
  const [selection] = useState(() => new Store<number | null>(line ?? null))
  const written = useRef(line)

  const write = useCallback(
    (changes: StudioSearch) => void navigate({ search: (before) => ({ ...before, ...changes }), replace: true, resetScroll: false }),
    [navigate],
  )
  useEffect(() => {
    if (line === written.current) return
    written.current = line
    selection.set(line ?? null)
  }, [line, selection])
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = selection.subscribe(() => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        const settled = selection.get() ?? undefined
        if (settled === written.current) return
        written.current = settled
        write({ line: settled })
      }, SETTLED_MS)
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [selection, write])
  const setTab = useCallback(
    (tab: StudioTab | undefined) => {
      write({ tab })
    },
    [write],
  )
  return { language, tab, setTab, selection }
}
