import { useState } from 'react'
import { useMediaUrl } from '../api/media'
import type { Project } from '../api/types'
import { Waves } from './Waves'
import styles from './row.module.css'

/** A picture of the video; two waves until there is one. */
export function Poster({ project }: { project: Project }) {
  const url = useMediaUrl(project.poster_url)
  const [missing, setMissing] = useState<string | null>(null)
  return (
    <div className={styles.poster}>
      {url === null || missing === url ? (
        <Waves />
      ) : (
        <img
          src={url}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => {
            setMissing(url)
          }}
        />
      )}
    </div>
  )
}
