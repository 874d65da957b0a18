import type { Palette } from './palette'
import type { Scene } from './scene'
import type { Paint } from './surface'
import { xOf } from './view'

const HEAD_PX = 6

/** Paints the time that is heard, and wipes only where it was. */
export function playheadPicture(scene: Scene, now: () => number, palette: () => Palette): Paint {
  let last = 0
  return (pen, widthPx, heightPx) => {
    pen.clearRect(last - HEAD_PX - 1, 0, 2 * HEAD_PX + 2, heightPx)
    const x = xOf(scene.view.get(), now())
    last = x
    if (x < -HEAD_PX || x > widthPx + HEAD_PX) return
    pen.fillStyle = palette().ink
    pen.fillRect(x - 0.75, 4, 1.5, heightPx - 4)
    pen.beginPath()
    pen.moveTo(x - HEAD_PX + 1, 0)
    pen.lineTo(x + HEAD_PX - 1, 0)
    pen.lineTo(x, 8)
    pen.fill()
  }
}
