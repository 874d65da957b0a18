import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { projectsQuery } from '../api/queries'
import type { Project } from '../api/types'
import { useMessages } from '../i18n/messages'
import { languageName } from '../ui/language-names'
import { useStore } from '../ui/store'
import { newDub } from './current'
import styles from './home.module.css'
import { Poster } from './Poster'

const SHOWN = 3

/** The newest dubs, to go on with; nothing before there are any. */
export function Recent() {
  const { t } = useMessages()
  const { project: preparing } = useStore(newDub.state)
  // One more is asked for, as the one in preparation is not shown.
  const { data } = useQuery(projectsQuery(SHOWN + 1))
  const projects = (data?.items ?? []).filter((project) => project.id !== preparing?.id).slice(0, SHOWN)
  if (projects.length === 0) return null
  return (
    <section aria-labelledby="recent" className={styles.recent}>
      <div className={styles.recentHead}>
        <h2 id="recent">{t('home.recent')}</h2>
        <Link to="/library">{t('home.recent.all')}</Link>
      </div>
      <ul>
        {projects.map((project) => (
          <li key={project.id}>
            <Card project={project} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Card({ project }: { project: Project }) {
  const { t, locale } = useMessages()
  const names = project.targets.map((target) => languageName(target.language, locale))
  return (
    <Link to="/p/$project" params={{ project: project.id }} className={styles.recentCard}>
      <Poster address={project.poster_url} />
      <span className={styles.recentName}>
        <bdi>{project.name}</bdi>
      </span>
      <span className={styles.recentMore}>{new Intl.ListFormat(locale, { type: 'unit' }).format(names)}</span>
      <span className={styles.recentState} data-state={project.state}>
        {t(`home.state.${project.state}`)}
      </span>
    </Link>
  )
}
