import { useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { Button } from 'react-aria-components'
import type { Speaker } from '../api/types'
import { useMessages } from '../i18n/messages'
import { speakerColour } from '../lines/speakerColour'
import { speakerName } from '../lines/speakerName'
import { changeView, viewStore } from '../lines/view'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import buttons from '../ui/buttons.module.css'
import { useStore } from '../ui/store'
import { changeVoice } from './calls'
import { SpeakerName } from './SpeakerName'
import { useUsualVoice } from './useUsualVoice'
import { VoicePicker } from './VoicePicker'
import styles from './inspector.module.css'

const MergeDialog = lazy(() => import('./MergeDialog'))

/** A speaker: name, how much they say, and their voice in this dub. */
export function SpeakerCard({ speaker, share }: { speaker: Speaker; share: number }) {
  const { t, locale } = useMessages()
  const { lines, speakers, project, language } = useStudio()
  const queries = useQueryClient()
  const change = useChanging()
  const view = useStore(viewStore)
  const [isMerging, setIsMerging] = useState(false)
  const own = lines.filter((line) => line.speaker === speaker.id)
  const usual = useUsualVoice(own[0])
  const voice = project.targets.find((target) => target.language === language)?.voices[speaker.id]
  const isOnly = view.speaker === speaker.id
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share)
  return (
    <article className={styles.card} aria-label={speakerName(speaker, t)}>
      <div className={styles.head}>
        <span className={styles.dot} style={{ background: speakerColour(speaker.id) }} aria-hidden="true" />
        <SpeakerName speaker={speaker} />
      </div>
      <p className={styles.about}>{t('lines.speakers.says', { n: own.length, share: percent })}</p>
      <VoicePicker
        label={t('lines.voice')}
        chosen={voice ?? null}
        usual={usual === null ? t('lines.voice.automatic') : t('lines.voice.automaticNamed', { voice: usual })}
        canBeUsual={false}
        gender={speaker.gender}
        text={own.find((line) => (line.target_text ?? '').length > 20)?.target_text ?? own[0]?.target_text ?? ''}
        speed={null}
        onChoose={(chosen) => {
          if (chosen !== null) change(() => changeVoice(queries, project.id, language, { [speaker.id]: chosen }))
        }}
      />
      <div className={styles.actions}>
        <Button
          className={buttons.plain}
          aria-pressed={isOnly}
          onPress={() => {
            changeView({ speaker: isOnly ? null : speaker.id })
          }}
        >
          {isOnly ? t('lines.showAll') : t('lines.speakers.only')}
        </Button>
        {speakers.length > 1 && (
          <Button
            className={buttons.plain}
            onPress={() => {
              setIsMerging(true)
            }}
          >
            {t('lines.speakers.merge')}
          </Button>
        )}
      </div>
      {isMerging && (
        <Suspense>
          <MergeDialog
            speaker={speaker}
            onClose={() => {
              setIsMerging(false)
            }}
          />
        </Suspense>
      )}
    </article>
  )
}
