import { Link } from '@tanstack/react-router'
import type { Project } from '../api/types'
import { useMessages } from '../i18n/messages'
import { age, size } from '../ui/amounts'
import { clock } from '../ui/clock'
import { useNow } from '../ui/now'
import { FailedNote } from './FailedNote'
import { Poster } from './Poster'
import { useLiveOperation } from './queries'
import { RowActions } from './RowActions'
import { TargetStates } from './TargetStates'
import { WorkingNote } from './WorkingNote'
import styles from './row.module.css'

/** One project: its picture, its languages, how it stands, and what can be done. */
export function LibraryRow({ project }: { project: Project }) {
  const { t } = useMessages()
  const operation = useLiveOperation(project.operation)
  const isWorking = operation !== null && !operation.done
  const isFailed = !isWorking && project.state === 'failed'
  return (
    <li className={styles.row}>
      <Poster project={project} />
      <div className={styles.body}>
        <h2 className={styles.name}>
          <Link to="/p/$project" params={{ project: project.id }}>
            <bdi>{project.name}</bdi>
          </Link>
        </h2>
        <p className={styles.facts}>
          <span className={styles.state} data-state={isWorking ? 'working' : project.state}>
            {t(`library.is.${isWorking ? 'working' : project.state}`)}
          </span>
          <Facts project={project} />
        </p>
        <TargetStates project={project} />
        {isWorking && <WorkingNote operation={operation} />}
        {isFailed && operation !== null && <FailedNote operation={operation} />}
      </div>
      <RowActions project={project} operation={operation} />
    </li>
  )
}

function Facts({ project }: { project: Project }) {
  const { t, locale } = useMessages()
  const now = useNow()
  return (
    <>
      {project.source !== null && <span className={styles.number}>{clock(project.source.duration_ms)}</span>}
      <time dateTime={project.created_at} title={new Date(project.created_at).toLocaleString(locale)}>
        {t('library.made', { age: age(project.created_at, now, locale) })}
      </time>
      {project.stored_bytes > 0 && <span>{size(project.stored_bytes, locale)}</span>}
    </>
  )
}
