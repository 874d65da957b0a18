import { useState } from 'react'
import { useMediaUrl } from '../api/media'
import { LocalPicture } from '../uploads/LocalPicture'
import styles from './home.module.css'

interface Props {
  /** Where the server has a picture; null while it has none. */
  address: string | null
  /** Shown until the server has a picture. */
  file?: File | null
}

/** A picture of the video; a quiet pane where there is none. */
export function Poster({ address, file = null }: Props) {
  const url = useMediaUrl(address)
  const [missing, setMissing] = useState<string | null>(null)
  const isShown = url !== null && missing !== url
  return (
    <div className={styles.poster} aria-hidden="true">
      {!isShown && file !== null && <LocalPicture file={file} />}
      {isShown && (
        <img
          src={url}
          alt=""
          onError={() => {
            setMissing(url)
          }}
        />
      )}
    </div>
  )
}
