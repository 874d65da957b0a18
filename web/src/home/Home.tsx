import { useQuery } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { systemQuery } from '../api/queries'
import { useMessages } from '../i18n/messages'
import page from '../shell/page.module.css'
import { REFUSALS, takeOne, type Dropped, type Taken } from '../uploads/checks'
import { usePageDrop } from '../uploads/usePageDrop'
import { useStore } from '../ui/store'
import { newDub } from './current'
import { DropPrompt } from './DropPrompt'
import styles from './home.module.css'
import { LanguageChoices } from './LanguageChoices'
import { LinkForm } from './LinkForm'
import { More } from './More'
import { Recent } from './Recent'
import { RefusalNotice } from './RefusalNotice'
import { StartBar } from './StartBar'
import { useGoingOn, useWanted } from './useNewDub'
import { VideoCard } from './VideoCard'

/** A new dub: a video, the languages, and off it goes. */
export function Home() {
  const { t } = useMessages()
  const { data: system } = useQuery(systemQuery)
  const { step } = useStore(newDub.state)
  const [taken, setTaken] = useState<(Taken & { wasEmpty: boolean }) | null>(null)
  const wanted = useWanted()
  useGoingOn()
  const limits = system?.uploads ?? null
  const isEmpty = step === 'empty'
  const take = useCallback(
    (dropped: Dropped) => {
      const found = takeOne(dropped, limits)
      setTaken({ ...found, wasEmpty: newDub.state.get().step === 'empty' })
      if (found.file !== null) newDub.take(found.file)
    },
    [limits],
  )
  const isOver = usePageDrop(take)
  const refusal = taken !== null && taken.wasEmpty === isEmpty ? taken.refusal : null
  return (
    <div className={`${page.narrow} ${styles.home}`}>
      <header className={styles.head}>
        <h1>{t('home.title')}</h1>
        <p className={styles.lead}>{t('home.lead')}</p>
      </header>
      {refusal !== null && <RefusalNotice refusal={refusal} messages={REFUSALS[refusal.why]} limits={limits} />}
      {isEmpty ? <DropPrompt limits={limits} isOver={isOver} onTake={take} /> : <VideoCard others={taken?.others ?? 0} isOver={isOver} />}
      {isEmpty && system?.links !== false && <LinkForm />}
      <LanguageChoices wanted={wanted} />
      <More wanted={wanted} />
      <StartBar wanted={wanted} />
      <Recent />
    </div>
  )
}
