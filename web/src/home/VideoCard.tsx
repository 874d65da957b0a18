import { Button } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import notice from '../ui/notice.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { useStore } from '../ui/store'
import { newDub } from './current'
import styles from './home.module.css'
import { Facts } from './Facts'
import { Looking } from './Looking'
import { PauseButton } from './PauseButton'
import { Poster } from './Poster'
import { UploadProgress } from './UploadProgress'

/** The video of the dub that is being prepared: on its way, looked into, or ready. */
export function VideoCard({ others, isOver }: { others: number; isOver: boolean }) {
  const { t } = useMessages()
  const { step, upload, project, problem } = useStore(newDub.state)
  const name = upload?.file.name ?? project?.name ?? t('home.link.video')
  return (
    <section className={styles.source} aria-label={t('home.source')}>
      <div className={styles.card} data-over={isOver || undefined}>
        <Poster address={project?.poster_url ?? null} file={upload?.file ?? null} />
        <div className={styles.about}>
          <h2 className={styles.name} title={name}>
            <bdi>{name}</bdi>
          </h2>
          <Facts />
          {step === 'sending' && upload !== null && <UploadProgress upload={upload} />}
          {step === 'looking' && <Looking />}
          <div className={styles.actions}>
            {step === 'sending' && upload !== null && <PauseButton upload={upload} />}
            <Button className={buttons.plain} isDisabled={step === 'beginning'} onPress={() => void newDub.drop()}>
              {step === 'sending' || step === 'looking' ? t('common.cancel') : t('home.another')}
            </Button>
          </div>
        </div>
      </div>
      {isOver && <p className={notice.hint}>{t('home.replaces')}</p>}
      {others > 0 && <p className={notice.hint}>{t('home.others', { n: others })}</p>}
      {problem !== null && step === 'stuck' && <ProblemNotice problem={problem} onRetry={newDub.tryAgain} />}
    </section>
  )
}
