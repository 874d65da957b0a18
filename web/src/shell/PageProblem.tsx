import type { ErrorComponentProps } from '@tanstack/react-router'
import { problemOf } from '../api/problem'
import { ProblemNotice } from '../ui/ProblemNotice'
import page from './page.module.css'

/** What stands in a page's place when it cannot be shown. */
export function PageProblem({ error, reset }: ErrorComponentProps) {
  return (
    <div className={page.narrow}>
      <ProblemNotice problem={problemOf(error)} onRetry={reset} />
    </div>
  )
}
