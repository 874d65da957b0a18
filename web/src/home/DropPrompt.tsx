import { Button, FileTrigger } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import { acceptedTypes, type Dropped, type Limits } from '../uploads/checks'
import { sizeText } from '../uploads/sizes'
import buttons from '../ui/buttons.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { useStore } from '../ui/store'
import { newDub } from './current'
import styles from './home.module.css'

interface Props {
  limits: Limits | null
  isOver: boolean
  onTake: (dropped: Dropped) => void
}

/** Where a video is dropped or chosen, and why the server did not take the last one. */
export function DropPrompt({ limits, isOver, onTake }: Props) {
  const { t, locale } = useMessages()
  const { problem } = useStore(newDub.state)
  return (
    <section className={styles.source} aria-label={t('home.source')}>
      {problem !== null && <ProblemNotice problem={problem} />}
      <div className={styles.zone} data-over={isOver || undefined}>
        <p className={styles.drop}>{isOver ? t('home.letGo') : t('home.drop')}</p>
        <FileTrigger
          acceptedFileTypes={acceptedTypes(limits)}
          onSelect={(files) => {
            if (files !== null) onTake({ files: [...files], hasFolder: false })
          }}
        >
          <Button className={`${buttons.quiet} ${buttons.large}`}>{t('home.choose')}</Button>
        </FileTrigger>
        <p className={styles.formats}>
          {limits === null ? t('home.formats') : t('home.formatsUpTo', { size: sizeText(limits.max_bytes, locale) })}
        </p>
      </div>
    </section>
  )
}
