import { Link } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { Button } from 'react-aria-components'
import type { Operation, Project } from '../api/types'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import { languageName } from '../ui/language-names'
import { dubsOf, save } from './download'
import styles from './row.module.css'

const DownloadMenu = lazy(() => import('./DownloadMenu'))
const MoreMenu = lazy(() => import('./MoreMenu'))

interface Props {
  project: Project
  operation: Operation | null
}

/** Open, Download, and what is wanted less often. */
export function RowActions({ project, operation }: Props) {
  const { t } = useMessages()
  return (
    <div className={styles.actions}>
      <Link to="/p/$project" params={{ project: project.id }} className={buttons.quiet} aria-label={t('library.openNamed', { name: project.name })}>
        {t('library.open')}
      </Link>
      <Download project={project} />
      <Suspense fallback={<span className={styles.comingMenu} />}>
        <MoreMenu project={project} operation={operation} />
      </Suspense>
    </div>
  )
}

function Download({ project }: { project: Project }) {
  const { t, locale } = useMessages()
  const dubs = dubsOf(project)
  const [first] = dubs
  if (first === undefined) return null
  if (dubs.length > 1) {
    return (
      <Suspense fallback={<span className={styles.comingMenu} />}>
        <DownloadMenu project={project} dubs={dubs} />
      </Suspense>
    )
  }
  return (
    <Button
      className={buttons.plain}
      aria-label={t('library.downloadNamed', { name: project.name, language: languageName(first.language, locale) })}
      onPress={() => {
        save(first)
      }}
    >
      {t('library.download')}
    </Button>
  )
}
