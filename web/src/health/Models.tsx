import type { System } from '../api/types'
import { useMessages } from '../i18n/messages'
import { size } from '../ui/amounts'
import { Command } from './Command'
import styles from './health.module.css'

type Model = System['models'][number]

/** The models that engines on this machine work with: which are here, and how to get the others. */
export function Models({ models }: { models: readonly Model[] }) {
  const { t, locale } = useMessages()
  const here = models.filter(({ state }) => state === 'ready')
  const away = models.filter(({ state }) => state !== 'ready')
  return (
    <section className={styles.section}>
      <h2>{t('health.models')}</h2>
      <p>{t('health.modelsHere', { n: here.length, all: models.length, size: size(sizeOf(here), locale) })}</p>
      <ul className={styles.models}>
        {here.map((model) => (
          <Row key={model.id} model={model} />
        ))}
      </ul>
      {away.length > 0 && (
        <details className={styles.more} open={away.some(({ state }) => state === 'damaged')}>
          <summary>{t('health.modelsAway', { n: away.length })}</summary>
          <ul className={styles.models}>
            {away.map((model) => (
              <Row key={model.id} model={model} />
            ))}
          </ul>
        </details>
      )}
    </section>
  )
}

function Row({ model }: { model: Model }) {
  const { t, locale } = useMessages()
  return (
    <li>
      <p className={styles.model}>
        <code dir="ltr">{model.id}</code>
        <span className={styles.number}>{size(model.size_bytes, locale)}</span>
        <span className={styles.state} data-state={model.state === 'damaged' ? 'failed' : model.state}>
          {t(`health.model.${model.state}`)}
        </span>
      </p>
      {model.remedy !== null && model.remedy !== undefined && <Command text={model.remedy} />}
    </li>
  )
}

function sizeOf(models: readonly Model[]): number {
  return models.reduce((sum, model) => sum + model.size_bytes, 0)
}
