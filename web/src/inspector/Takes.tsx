import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'react-aria-components'
import { voicesQuery } from '../api/queries'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import buttons from '../ui/buttons.module.css'
import { applyTake, takePath, takesQuery } from './calls'
import { PreviewButton } from './PreviewButton'
import { listen } from './voicePreview'
import styles from './inspector.module.css'

/** The last recordings of a line, to listen to and to go back to. */
export function Takes({ line }: { line: Line }) {
  const { t, locale } = useMessages()
  const { project, language } = useStudio()
  const queries = useQueryClient()
  const change = useChanging()
  const takes = useQuery(takesQuery(project.id, language, line.id)).data?.items ?? []
  const voices = useQuery(voicesQuery(language)).data?.items ?? []
  if (takes.length === 0) return null
  const spokenAt = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', day: 'numeric', month: 'short' })
  const seconds = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, style: 'unit', unit: 'second', unitDisplay: 'narrow' })
  return (
    <section className={styles.section} aria-label={t('lines.takes')}>
      <h3 className={styles.groupName}>{t('lines.takes')}</h3>
      <ul className={styles.takes}>
        {takes.map((take) => (
          <li key={take.name} className={styles.take}>
            <PreviewButton
              playing={takePath(project.id, language, line.id, take.name)}
              label={t('lines.takes.listen', { at: spokenAt.format(new Date(take.created_at)) })}
              onPlay={() => void listen(takePath(project.id, language, line.id, take.name))}
            />
            <div className={styles.takeText}>
              {take.text !== line.target_text && (
                <p lang={language} dir="auto">
                  {take.text}
                </p>
              )}
              <p className={styles.about}>
                {[
                  take.current ? t('lines.takes.current') : spokenAt.format(new Date(take.created_at)),
                  voices.find((voice) => voice.id === take.voice)?.name ?? take.voice,
                  take.speed === null ? null : `${new Intl.NumberFormat(locale).format(take.speed)}×`,
                  seconds.format(take.duration_ms / 1_000),
                ]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </p>
            </div>
            {!take.current && (
              <Button
                className={`${buttons.plain} ${styles.nudge}`}
                onPress={() => {
                  change(() => applyTake(queries, project.id, language, line.id, take.name))
                }}
              >
                {t('lines.takes.use')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
