import { memo } from 'react'
import { Button } from 'react-aria-components'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { clock } from '../ui/clock'
import buttons from '../ui/buttons.module.css'
import { badgesOf } from './badges'
import { LineText } from './LineText'
import { useLineWork } from './lineWork'
import { speakerColour } from './speakerColour'
import styles from './row.module.css'

interface Props {
  line: Line
  /** From 0, in what is shown of all `of` lines. */
  place: number
  of: number
  isSelected: boolean
  isPlaying: boolean
  isFound: boolean
  isReachable: boolean
}

/** One line: when and who, what was said, and what the dub says. */
export const LineRow = memo(function LineRow({ line, place, of, isSelected, isPlaying, isFound, isReachable }: Props) {
  const { t } = useMessages()
  const work = useLineWork()
  const isEdited = work.isEdited(line)
  const badges = badgesOf(line, isEdited)
  const name = work.speakerName(line.speaker)
  const start = clock(line.span.start_ms, { tenths: true })
  const tab = isSelected || isReachable ? 0 : -1
  return (
    <article
      className={styles.row}
      data-line={line.id}
      data-selected={isSelected || undefined}
      data-playing={isPlaying || undefined}
      data-found={isFound || undefined}
      tabIndex={tab}
      aria-posinset={place + 1}
      aria-setsize={of}
      aria-current={isPlaying || undefined}
      aria-labelledby={`line-${String(line.id)}-who line-${String(line.id)}-said line-${String(line.id)}-badges`}
      onClick={() => {
        work.select(line.id)
      }}
    >
      <div className={styles.when} id={`line-${String(line.id)}-who`}>
        {/* Every row has this button, and React Aria's own would take a fifth of the time that a row takes. */}
        <button
          type="button"
          className={styles.time}
          tabIndex={tab}
          aria-label={t('lines.play', { time: start })}
          onClick={() => {
            work.play(line)
          }}
        >
          {start}
        </button>
        <span className={styles.speaker}>
          <span className={styles.dot} style={{ background: speakerColour(line.speaker) }} aria-hidden="true" />
          <span className={styles.name} dir="auto">
            {name}
          </span>
        </span>
      </div>
      <p className={styles.said} id={`line-${String(line.id)}-said`} lang={work.sourceLanguage} dir="auto">
        {line.source_text}
      </p>
      <div className={styles.dub}>
        <LineText line={line} tab={tab} />
        {(badges.length > 0 || isEdited) && (
          <div className={styles.state}>
            <ul className={styles.badges} id={`line-${String(line.id)}-badges`}>
              {badges.map((badge) => (
                <li key={badge.messageKey} className={styles[badge.kind]}>
                  {t(badge.messageKey, { detail: badge.detail })}
                </li>
              ))}
            </ul>
            {badges.map(
              (badge) =>
                badge.quote !== '' && (
                  <q key={badge.messageKey} className={styles.quote} lang={work.language} dir="auto">
                    {badge.quote}
                  </q>
                ),
            )}
            {line.look.some(({ reason }) => reason !== 'untranslated') && (
              <Button
                className={`${buttons.plain} ${styles.small}`}
                excludeFromTabOrder={tab === -1}
                onPress={() => {
                  work.accept(line.id)
                }}
              >
                {t('lines.looksFine')}
              </Button>
            )}
            {isEdited && work.canSpeak && (isSelected || work.edited === 1) && (
              <Button className={`${buttons.quiet} ${styles.small}`} onPress={work.speak}>
                {work.edited === 1 ? t('lines.speakAgain') : t('lines.speakEdited', { n: work.edited })}
              </Button>
            )}
          </div>
        )}
      </div>
    </article>
  )
})
