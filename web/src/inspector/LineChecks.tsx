import { Button } from 'react-aria-components'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import buttons from '../ui/buttons.module.css'
import styles from './inspector.module.css'

/** Why this line needs a look, in whole sentences, and the way to say that it is fine. */
export function LineChecks({ line }: { line: Line }) {
  const { t } = useMessages()
  const { edits, language } = useStudio()
  const change = useChanging()
  if (line.look.length === 0) return null
  return (
    <section className={styles.checks} aria-label={t('lines.inspector.checks')}>
      <ul className={styles.reasons}>
        {line.look.map(({ reason, detail }) => (
          <li key={reason}>
            {t(`lines.why.${reason}`, { detail })}
            {(reason === 'heard_differently' || reason === 'shorter_text') && detail !== '' && (
              <q className={styles.quote} lang={language} dir="auto">
                {detail}
              </q>
            )}
          </li>
        ))}
      </ul>
      {line.look.some(({ reason }) => reason !== 'untranslated') && (
        <Button
          className={buttons.plain}
          onPress={() => {
            change(() => edits.changeLine(line.id, { accepted: true }))
          }}
        >
          {t('lines.looksFine')}
        </Button>
      )}
    </section>
  )
}
