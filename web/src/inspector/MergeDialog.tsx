import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { problemOf, type Problem } from '../api/problem'
import type { Speaker } from '../api/types'
import { useMessages } from '../i18n/messages'
import { speakerName } from '../lines/speakerName'
import { changeView } from '../lines/view'
import { useStudio } from '../studio/context'
import buttons from '../ui/buttons.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { Window } from '../ui/Window'
import { mergeSpeaker } from './calls'
import styles from './inspector.module.css'

interface Props {
  speaker: Speaker
  onClose: () => void
}

/** Asks who a speaker really is. */
export default function MergeDialog({ speaker, onClose }: Props) {
  const { t } = useMessages()
  const { speakers, project } = useStudio()
  const queries = useQueryClient()
  const [problem, setProblem] = useState<Problem | null>(null)
  const merge = async (into: string) => {
    try {
      await mergeSpeaker(queries, project.id, speaker.id, into)
      changeView({ speaker: null })
      onClose()
    } catch (thrown) {
      setProblem(problemOf(thrown))
    }
  }
  return (
    <Window title={t('lines.speakers.mergeTitle', { name: speakerName(speaker, t) })} onClose={onClose}>
      <p>{t('lines.speakers.mergeText', { name: speakerName(speaker, t) })}</p>
      <div className={styles.actions}>
        {speakers
          .filter((other) => other.id !== speaker.id)
          .map((other) => (
            <Button key={other.id} className={buttons.quiet} onPress={() => void merge(other.id)}>
              <bdi>{speakerName(other, t)}</bdi>
            </Button>
          ))}
      </div>
      {problem !== null && <ProblemNotice problem={problem} />}
    </Window>
  )
}
