import { Button } from 'react-aria-components'
import { offlineStore } from '../edits/persisting'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useStore } from '../ui/store'
import { FindBox } from './FindBox'
import { useLineWork } from './lineWork'
import { speakerName } from './speakerName'
import { changeView, SHOWS, viewStore } from './view'
import styles from './lines.module.css'

interface Props {
  shown: readonly Line[]
  /** The places in `shown` that have the text that is looked for. */
  places: readonly number[]
}

/** What to show of the lines, finding in them, and what is not saved yet. */
export function LinesToolbar({ shown, places }: Props) {
  const { t } = useMessages()
  const { lines, speakers, edits } = useStudio()
  const { edited } = useLineWork()
  const view = useStore(viewStore)
  const { saving } = useStore(edits.state)
  const isOffline = useStore(offlineStore)
  const counts = { all: lines.length, look: lines.filter((line) => line.look.length > 0).length, edited }
  return (
    <div className={styles.toolbar}>
      <FindBox shown={shown} places={places} />
      <div className={styles.views}>
        <div role="group" aria-label={t('lines.filter')} className={styles.filter}>
          {SHOWS.map((show) => (
            <Button
              key={show}
              className={styles.choice}
              aria-pressed={view.show === show}
              onPress={() => {
                changeView({ show })
              }}
            >
              {t(`lines.filter.${show}`, { n: counts[show] })}
            </Button>
          ))}
        </div>
        {speakers.length > 1 && (
          <select
            className={styles.speakers}
            aria-label={t('lines.filter.speaker')}
            value={view.speaker ?? ''}
            onChange={(event) => {
              changeView({ speaker: event.target.value === '' ? null : event.target.value })
            }}
          >
            <option value="">{t('lines.filter.everybody')}</option>
            {speakers.map((speaker) => (
              <option key={speaker.id} value={speaker.id}>
                {speakerName(speaker, t)}
              </option>
            ))}
          </select>
        )}
        <Button
          className={styles.choice}
          aria-pressed={view.follows}
          onPress={() => {
            changeView({ follows: !view.follows })
          }}
        >
          {t('lines.follow')}
        </Button>
      </div>
      <span role="status" className={styles.saving} data-offline={isOffline || undefined}>
        {isOffline && saving > 0 ? t('lines.notSavedYet', { n: saving }) : ''}
      </span>
    </div>
  )
}
