import { useEffect, useEffectEvent, useState } from 'react'

const EVERY_MS = 5_000

/** Says how it stands to screen readers, not more often than they can speak. */
export function StatusLine({ text }: { text: string }) {
  const [said, setSaid] = useState(text)
  const say = useEffectEvent(() => {
    setSaid(text)
  })
  useEffect(() => {
    const timer = setInterval(say, EVERY_MS)
    return () => {
      clearInterval(timer)
    }
  }, [])
  return (
    <p role="status" className="visually-hidden">
      {said}
    </p>
  )
}
