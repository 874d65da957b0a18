import type { MessageKey } from '../i18n/catalogue'
import { useMessages } from '../i18n/messages'
import type { Limits, Refusal } from '../uploads/checks'
import { sizeText } from '../uploads/sizes'
import notice from '../ui/notice.module.css'

interface Props {
  refusal: Refusal
  messages: { what: MessageKey; hint: MessageKey }
  limits: Limits | null
}

/** Why a file is not sent at all, and what to do about it. */
export function RefusalNotice({ refusal, messages, limits }: Props) {
  const { t, locale } = useMessages()
  const values = {
    name: refusal.why === 'kind' ? refusal.name : '',
    size: refusal.why === 'large' ? sizeText(refusal.bytes, locale) : '',
    most: limits === null ? '' : sizeText(limits.max_bytes, locale),
  }
  return (
    <div role="alert" className={notice.problem}>
      <p className={notice.what}>{t(messages.what, values)}</p>
      <p>{t(messages.hint, values)}</p>
    </div>
  )
}
