import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect } from 'react'
import { projectQuery } from '../api/queries'
import { problemOf } from '../api/problem'
import { useMessages } from '../i18n/messages'
import { NotFound } from '../shell/NotFound'
import page from '../shell/page.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { OpenProject } from './OpenProject'
import { loadLines } from './parts'

/** One project: its video, its lines, and everything that can be done with them. */
export function StudioPage() {
  const { t } = useMessages()
  const { project } = useParams({ from: '/p/$project' })
  const found = useQuery(projectQuery(project))
  useEffect(loadLines, [])
  // It may have been deleted while it was open here.
  if (found.error !== null && problemOf(found.error).status === 404) return <NotFound />
  if (found.data !== undefined) return <OpenProject key={found.data.id} project={found.data} />
  if (found.error === null) return <p className={page.narrow}>{t('common.loading')}</p>
  return (
    <div className={page.narrow}>
      <ProblemNotice problem={problemOf(found.error)} onRetry={() => void found.refetch()} />
    </div>
  )
}
