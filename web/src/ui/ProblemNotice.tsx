import { Button } from 'react-aria-components'
import type { Problem } from '../api/problem'
import { useMessages } from '../i18n/messages'
import buttons from './buttons.module.css'
import notice from './notice.module.css'
import { problemTexts } from './problem-texts'
import { sentence } from './sentence'

interface Props {
  problem: Problem
  /** Offered as "Try again" where trying again may help. */
  onRetry?: () => void
}

/** What went wrong, what to do about it, and the id to quote. */
export function ProblemNotice({ problem, onRetry }: Props) {
  const { what, hint } = useProblemWords(problem)
  const { t } = useMessages()
  return (
    <div role="alert" className={notice.problem}>
      <p className={notice.what}>{what}</p>
      <p>{hint}</p>
      {problem.requestId !== '' && <p className={notice.id}>{t('common.problem.id', { id: problem.requestId })}</p>}
      {onRetry !== undefined && (
        <Button className={buttons.quiet} onPress={onRetry}>
          {t('common.retry')}
        </Button>
      )}
    </div>
  )
}

/** The words of this page where it has any; the server's sentence, in English, says more of the thing itself. */
function useProblemWords(problem: Problem): { what: string; hint: string } {
  const { t, locale } = useMessages()
  if (problem.code === 'unreachable') return { what: t('common.problem.unreachable'), hint: t('common.problem.unreachableHint') }
  if (problem.code === 'broken') return { what: t('common.problem.broken'), hint: t('common.problem.brokenHint') }
  const texts = problemTexts(problem.code)
  const isServerRead = texts === null || locale === 'en'
  return {
    what: isServerRead ? sentence(problem.message) : t(texts.what),
    hint: texts === null ? sentence(problem.hint) : t(texts.hint),
  }
}
