import { useMessages } from '../i18n/messages'
import { clock } from '../ui/clock'
import { useStore } from '../ui/store'
import { sizeText } from '../uploads/sizes'
import { newDub } from './current'
import styles from './home.module.css'

/** Length, resolution and size of the video: the server's word, or what this browser saw. */
export function Facts() {
  const { t, locale } = useMessages()
  const { upload, glimpse, project } = useStore(newDub.state)
  const source = project?.source ?? null
  const durationMs = source?.duration_ms ?? glimpse?.durationMs ?? null
  const width = source?.video.width ?? glimpse?.width ?? 0
  const height = source?.video.height ?? glimpse?.height ?? 0
  const bytes = source?.size_bytes ?? upload?.file.size ?? null
  return (
    <dl className={styles.facts}>
      {durationMs !== null && <Fact name={t('home.fact.length')} value={clock(durationMs)} />}
      {height > 0 && <Fact name={t('home.fact.picture')} value={`${String(width)} × ${String(height)}`} />}
      {bytes !== null && <Fact name={t('home.fact.size')} value={sizeText(bytes, locale)} />}
    </dl>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="visually-hidden">{name}</dt>
      <dd dir="auto">{value}</dd>
    </div>
  )
}
