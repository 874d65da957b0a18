import { startTransition, useEffect, useState } from 'react'
import { useStudio } from './context'

const HURRIED_MS = 200

/**
 * The selected line, for what is costly to show; to somebody who moves quickly through the lines, the one where they
 * come to rest.
 */
export function useRestingLine(): number | null {
  const { selection } = useStudio()
  const [resting, setResting] = useState(selection.get)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let lastAt = -Infinity
    const rest = () => {
      startTransition(() => {
        setResting(selection.get())
      })
    }
    const stop = selection.subscribe(() => {
      const isHurried = performance.now() - lastAt < HURRIED_MS
      lastAt = performance.now()
      clearTimeout(timer)
      if (isHurried) timer = setTimeout(rest, HURRIED_MS)
      else rest()
    })
    rest()
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [selection])
  return resting
}
