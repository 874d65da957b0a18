import { useState } from 'react'
import { Button } from 'react-aria-components'
import type { MessageKey } from '../i18n/catalogue'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { useStore } from '../ui/store'
import { linkStore, newDub } from './current'
import { EstimateText } from './EstimateText'
import styles from './home.module.css'
import { readLink, type LinkDraft } from './links'
import type { Step } from './newDub'
import type { Wanted } from './wanted'

/** What it would take, and the button that begins it, now or as soon as the video is there. */
export function StartBar({ wanted }: { wanted: Wanted }) {
  const { t } = useMessages()
  const { step, isQueued, problem } = useStore(newDub.state)
  const link = useStore(linkStore)
  const [isAsked, setIsAsked] = useState(false)
  const missing = missingFor(step, link, wanted)
  const isWaiting = isQueued && (step === 'sending' || step === 'looking')
  const start = () => {
    setIsAsked(true)
    if (missing !== null) return
    if (step === 'empty') void beginWithLink(link)
    else newDub.begin()
  }
  return (
    <section className={styles.start} aria-label={t('home.start')}>
      {problem !== null && step === 'ready' && <ProblemNotice problem={problem} />}
      <div className={styles.startRow}>
        <div className={styles.estimate} role="status">
          {isWaiting ? <p>{t(step === 'sending' ? 'home.queued.upload' : 'home.queued.look')}</p> : <EstimateText />}
          {isAsked && missing !== null && <p className={styles.missing}>{t(missing)}</p>}
        </div>
        {isWaiting ? (
          <Button className={buttons.plain} onPress={newDub.unqueue}>
            {t('home.unqueue')}
          </Button>
        ) : (
          <Button className={buttons.primary} onPress={start} isDisabled={step === 'beginning' || step === 'stuck'}>
            {step === 'beginning' ? t('home.beginning') : t('home.start')}
          </Button>
        )}
      </div>
    </section>
  )
}

function missingFor(step: Step, link: LinkDraft, wanted: Wanted): MessageKey | null {
  if (step === 'empty') {
    const { kind } = readLink(link.text)
    if (kind !== 'youtube' && kind !== 'web') return 'home.missing.video'
    if (!link.hasRights) return 'home.missing.rights'
  }
  return wanted.targets.length === 0 ? 'home.missing.targets' : null
}

async function beginWithLink(link: LinkDraft): Promise<void> {
  const read = readLink(link.text)
  if ('url' in read) await newDub.beginWith({ url: read.url, use_captions: read.kind === 'youtube' && link.useCaptions })
}
