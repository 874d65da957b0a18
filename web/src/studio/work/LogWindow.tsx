import { useQuery } from '@tanstack/react-query'
import { operationLogQuery } from '../../api/queries'
import { problemOf } from '../../api/problem'
import type { Operation } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import { CopyButton } from '../../ui/CopyButton'
import { ProblemNotice } from '../../ui/ProblemNotice'
import { Window } from '../../ui/Window'
import work from './work.module.css'

/** Everything that was written down while it worked, for whoever looks into it. */
export default function LogWindow({ operation, onClose }: { operation: Operation; onClose: () => void }) {
  const { t, locale } = useMessages()
  const log = useQuery(operationLogQuery(operation.id))
  const lines = log.data?.items ?? []
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' })
  const text = lines.map((line) => `${line.at} ${line.event} ${JSON.stringify(line.fields)}`).join('\n')
  return (
    <Window title={t('studio.log.title')} onClose={onClose} isWide>
      {log.error !== null && <ProblemNotice problem={problemOf(log.error)} />}
      <table className={work.log} dir="ltr">
        <tbody>
          {lines.map((line, at) => (
            <tr key={at}>
              <td>{time.format(new Date(line.at))}</td>
              <td>{line.event}</td>
              <td>{fieldsOf(line.fields)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {lines.length > 0 && <CopyButton text={`${operation.id}\n${text}`} />}
    </Window>
  )
}

function fieldsOf(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ')
}
