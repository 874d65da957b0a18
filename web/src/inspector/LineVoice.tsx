import { useQuery } from '@tanstack/react-query'
import { voicesQuery } from '../api/queries'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import { useUsualVoice } from './useUsualVoice'
import { VoicePicker } from './VoicePicker'

/** Who speaks this line: the voice of its speaker, or one for this line alone. */
export function LineVoice({ line }: { line: Line }) {
  const { t } = useMessages()
  const { edits, language, project, speakers } = useStudio()
  const change = useChanging()
  const voices = useQuery(voicesQuery(language)).data?.items ?? []
  const target = project.targets.find((one) => one.language === language)
  const ofSpeaker = target?.voices[line.speaker]
  const speaker = speakers.find((one) => one.id === line.speaker)
  const usual = useUsualVoice(line)
  const name = voices.find((voice) => voice.id === ofSpeaker)?.name ?? ofSpeaker ?? usual
  return (
    <VoicePicker
      label={t('lines.voice')}
      chosen={line.voice ?? null}
      usual={name === null ? t('lines.voice.ofSpeaker') : t('lines.voice.ofSpeakerNamed', { voice: name })}
      gender={speaker?.gender ?? 'unknown'}
      text={line.target_text ?? ''}
      speed={line.speed ?? null}
      onChoose={(voice) => {
        change(() => edits.changeLine(line.id, { voice }))
      }}
    />
  )
}
