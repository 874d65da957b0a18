import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { problemOf } from '../api/problem'
import { voicesQuery } from '../api/queries'
import type { Speaker, Voice } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import styles from './inspector.module.css'
import { matching, voiceGroups } from './voiceGroups'
import { VoiceRow } from './VoiceRow'

interface Props {
  /** What the button says before the name of the voice. */
  label: string
  /** The chosen voice; null: `usual`. */
  chosen: string | null
  /** The name of what speaks where nothing was chosen. */
  usual: string
  /** Whether one can go back from a chosen voice to `usual`. */
  canBeUsual?: boolean
  gender: Speaker['gender']
  /** What a preview says. */
  text: string
  speed: number | null
  onChoose: (voice: string | null) => void
}

const MANY = 10

/** The voice in use, and all others to listen to and to choose from. */
export function VoicePicker({ label, chosen, usual, canBeUsual = true, gender, text, speed, onChoose }: Props) {
  const { t } = useMessages()
  const { language, project } = useStudio()
  const [isOpen, setIsOpen] = useState(false)
  const [words, setWords] = useState('')
  const asked = useQuery(voicesQuery(language))
  const voices = asked.data?.items ?? []
  const groups = voiceGroups(matching(voices, words), gender, project.settings.engines?.['text_to_speech'])
  const name = chosen === null ? usual : (voices.find((voice) => voice.id === chosen)?.name ?? chosen)
  const choose = (voice: Voice | null) => {
    onChoose(voice?.id ?? null)
  }
  return (
    <div className={styles.picker}>
      <Button
        className={`${fields.input} ${fields.compact} ${fields.select}`}
        aria-expanded={isOpen}
        onPress={() => {
          setIsOpen(!isOpen)
        }}
      >
        <span className={styles.pickerLabel}>{label}</span>
        <span className={styles.pickerValue} dir="auto">
          {name}
        </span>
        <span aria-hidden="true">{isOpen ? '▴' : '▾'}</span>
      </Button>
      {isOpen && (
        <div className={styles.voices} role="group" aria-label={t('lines.voice.all')}>
          {asked.isError && <ProblemNotice problem={problemOf(asked.error)} onRetry={() => void asked.refetch()} />}
          {voices.length > MANY && (
            <input
              type="search"
              className={`${fields.input} ${fields.compact}`}
              aria-label={t('lines.voice.find')}
              placeholder={t('lines.voice.find')}
              value={words}
              onChange={(event) => {
                setWords(event.target.value)
              }}
            />
          )}
          {(canBeUsual || chosen === null) && (
            <Button
              className={styles.voice}
              aria-pressed={chosen === null}
              onPress={() => {
                choose(null)
              }}
            >
              {usual}
            </Button>
          )}
          {groups.map((group) => (
            <section key={group.name} aria-label={t(`lines.voice.${group.name}`)}>
              <h3 className={styles.groupName}>{groups.length === 1 ? t('lines.voice.all') : t(`lines.voice.${group.name}`)}</h3>
              {group.voices.map((voice) => (
                <VoiceRow key={voice.id} voice={voice} isChosen={voice.id === chosen} sample={{ text, speed: speed ?? 1 }} onChoose={choose} />
              ))}
            </section>
          ))}
          {groups.length === 0 && !asked.isPending && !asked.isError && <p className={styles.hint}>{t('lines.voice.none')}</p>}
          <Button
            className={buttons.plain}
            onPress={() => {
              setIsOpen(false)
            }}
          >
            {t('common.close')}
          </Button>
        </div>
      )}
    </div>
  )
}
