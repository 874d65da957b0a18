import { Button } from 'react-aria-components'
import type { Voice } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import styles from './inspector.module.css'
import { PreviewButton } from './PreviewButton'
import { preview, sampleKey } from './voicePreview'

interface Props {
  voice: Voice
  isChosen: boolean
  sample: { text: string; speed: number }
  onChoose: (voice: Voice) => void
}

/** A voice to listen to and to choose. */
export function VoiceRow({ voice, isChosen, sample, onChoose }: Props) {
  const { t } = useMessages()
  const { language, project } = useStudio()
  const spoken = { ...sample, language, voice: voice.id, engines: project.settings.engines ?? {} }
  return (
    <div className={styles.voiceRow}>
      <Button
        className={styles.voice}
        aria-pressed={isChosen}
        onPress={() => {
          onChoose(voice)
        }}
      >
        <span dir="auto">{voice.name}</span>
        <span className={styles.about}>{t('lines.voice.about', { gender: voice.gender ?? 'unknown' })}</span>
      </Button>
      <PreviewButton
        playing={sampleKey(spoken)}
        label={t('lines.preview.listen', { voice: voice.name })}
        isDisabled={sample.text.trim() === ''}
        onPlay={() => void preview(spoken)}
      />
    </div>
  )
}
