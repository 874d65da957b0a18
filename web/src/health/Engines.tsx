import type { Provider } from '../api/types'
import { useMessages } from '../i18n/messages'
import { sentence } from '../ui/sentence'
import { Command } from './Command'
import { commandIn } from './findings'
import styles from './health.module.css'

/** The engines in use, one for each kind of work, and the others that are installed. */
export function Engines({ engines }: { engines: readonly Provider[] }) {
  const { t } = useMessages()
  const others = engines.filter(({ chosen }) => !chosen)
  return (
    <section className={styles.section}>
      <h2>{t('health.engines')}</h2>
      <dl className={styles.facts}>
        {engines
          .filter(({ chosen }) => chosen)
          .map((engine) => (
            <div key={`${engine.kind} ${engine.name}`}>
              <dt>{t(`health.kind.${engine.kind}`)}</dt>
              <dd>
                {engine.name} <State isReady={engine.ready} />
              </dd>
            </div>
          ))}
      </dl>
      {others.length > 0 && (
        <details className={styles.more}>
          <summary>{t('health.otherEngines', { n: others.length })}</summary>
          <ul>
            {others.map((engine) => (
              <li key={`${engine.kind} ${engine.name}`} className={styles.other}>
                <p>
                  {t(`health.kind.${engine.kind}`)}: <strong>{engine.name}</strong> <State isReady={engine.ready} isNeeded={false} />
                </p>
                {!engine.ready && <Missing engine={engine} />}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

function State({ isReady, isNeeded = true }: { isReady: boolean; isNeeded?: boolean }) {
  const { t } = useMessages()
  return (
    <span className={styles.state} data-state={isReady ? 'ready' : isNeeded ? 'failed' : 'missing'}>
      {isReady ? t('health.ready') : t('health.notReady')}
    </span>
  )
}

function Missing({ engine }: { engine: Provider }) {
  const command = commandIn(engine.hint ?? '')
  return (
    <>
      <p dir="auto">
        {sentence(engine.problem ?? '')} {sentence(engine.hint ?? '')}
      </p>
      {command !== null && <Command text={command} />}
    </>
  )
}
