/** What this browser can tell of a video without sending it. */
export interface Glimpse {
  durationMs: number | null
  width: number
  height: number
}

const PATIENCE_MS = 8_000

/** Looks into a file; null where this browser cannot play it, which says nothing about the server. */
export function glimpse(file: File): Promise<Glimpse | null> {
  const video = document.createElement('video')
  const address = URL.createObjectURL(file)
  return new Promise<Glimpse | null>((resolve) => {
    setTimeout(() => {
      resolve(null)
    }, PATIENCE_MS)
    video.onloadedmetadata = () => {
      resolve(seen(video))
    }
    video.onerror = () => {
      resolve(null)
    }
    video.preload = 'metadata'
    video.muted = true
    video.src = address
  }).finally(() => {
    video.removeAttribute('src')
    URL.revokeObjectURL(address)
  })
}

function seen(video: HTMLVideoElement): Glimpse {
  const isKnown = Number.isFinite(video.duration)
  return { durationMs: isKnown ? Math.round(video.duration * 1_000) : null, width: video.videoWidth, height: video.videoHeight }
}
