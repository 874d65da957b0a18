import { useCallback } from 'react'

const AT_S = 1

/** A picture out of a file that is still here; nothing where this browser cannot play it. */
export function LocalPicture({ file }: { file: File }) {
  const show = useCallback(
    (video: HTMLVideoElement) => {
      const address = URL.createObjectURL(file)
      video.src = `${address}#t=${String(AT_S)}`
      return () => {
        URL.revokeObjectURL(address)
      }
    },
    [file],
  )
  return <video ref={show} preload="metadata" muted playsInline tabIndex={-1} />
}
