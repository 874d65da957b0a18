import { Button } from 'react-aria-components'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import styles from './inspector.module.css'

/** Shorter ways to say the same, to be taken instead. */
export function Wordings({ line }: { line: Line }) {
  const { t } = useMessages()
  const { edits, language } = useStudio()
  const change = useChanging()
  const wordings = (line.variants ?? []).filter((text) => text !== line.target_text)
  if (wordings.length === 0) return null
  return (
    <section className={styles.section} aria-label={t('lines.wordings')}>
      <h3 className={styles.groupName}>{t('lines.wordings')}</h3>
      {[...new Set(wordings)].map((text) => (
        <Button
          key={text}
          className={styles.wording}
          onPress={() => {
            change(() => edits.changeLine(line.id, { target_text: text }))
          }}
        >
          <span lang={language} dir="auto">
            {text}
          </span>
          <span className={styles.use}>{t('lines.use')}</span>
        </Button>
      ))}
    </section>
  )
}
