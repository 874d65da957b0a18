import type { System } from '../api/types'
import { useMessages } from '../i18n/messages'
import { age } from '../ui/amounts'
import { useNow } from '../ui/now'
import { sentence } from '../ui/sentence'
import styles from './health.module.css'

/** What failed in the last week, alike failures together. */
export function LastProblems({ problems }: { problems: System['problems'] }) {
  const { t, locale } = useMessages()
  const now = useNow()
  return (
    <section className={styles.section}>
      <h2>{t('health.problems')}</h2>
      {problems.length === 0 && <p>{t('health.noProblems')}</p>}
      <ul className={styles.problems}>
        {problems.map((problem) => (
          <li key={`${problem.code} ${problem.message}`}>
            <p dir="auto">{sentence(problem.message)}</p>
            <p className={styles.when}>
              <code dir="ltr">{problem.code}</code>
              <span>{t('health.times', { n: problem.count })}</span>
              <time dateTime={problem.at}>{age(problem.at, now, locale)}</time>
            </p>
          </li>
        ))}
      </ul>
    </section>
  )
}
