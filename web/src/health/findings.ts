import type { Provider, System } from '../api/types'
import type { MessageKey } from '../i18n/catalogue'
import type { Values } from '../i18n/format'
import type { Readiness } from './queries'

/** Something that does not work, or may soon not: what, why, and what to do about it. */
export interface Finding {
  id: string
  isFailure: boolean
  title: { key: MessageKey; values?: Values; kind?: Provider['kind'] }
  /** The server's own words, which are not translated; empty where the title says it all. */
  cause: string
  /** What to do, in the page's language where this page knows it, or else in the server's words. */
  remedy: MessageKey | { told: string }
  command: string | null
}

export interface Seen {
  system: System | undefined
  readiness: Readiness | undefined
  providers: readonly Provider[] | undefined
  account: { stored_bytes: number; quota_bytes: number | null } | undefined
}

const OLD_DAYS = 60
const NEARLY_FULL = 0.9
const COMMAND = /`((?:dubwright|pip|gcloud|sudo|apt-get|brew) [^`]+)`/
const PART_COMMANDS: Partial<Record<Part, string>> = { tables: 'dubwright serve', worker: 'dubwright serve' }

type Part = Readiness['parts'][number]['part']

/** All that needs somebody, failures first. Nothing that is unknown is called wrong. */
export function findings(seen: Seen): Finding[] {
  const all = [...partFindings(seen.readiness), ...engineFindings(seen.providers), ...machineFindings(seen.system), ...linkFindings(seen.readiness), ...quotaFindings(seen.account)]
  return [...all.filter(({ isFailure }) => isFailure), ...all.filter(({ isFailure }) => !isFailure)]
}

/** The first command in a text of the server, where it names one. */
export function commandIn(text: string): string | null {
  return COMMAND.exec(text)?.[1] ?? null
}

function partFindings(readiness: Readiness | undefined): Finding[] {
  return (readiness?.parts ?? [])
    .filter(({ ok }) => !ok)
    .map(({ part }) => ({
      id: part,
      isFailure: true,
      title: { key: `health.part.${part}` },
      cause: '',
      remedy: `health.partRemedy.${part}`,
      command: PART_COMMANDS[part] ?? null,
    }))
}

function engineFindings(providers: readonly Provider[] | undefined): Finding[] {
  return (providers ?? [])
    .filter(({ chosen, ready }) => chosen && !ready)
    .map(({ kind, name, problem, hint }) => ({
      id: `${kind}-${name}`,
      isFailure: true,
      title: { key: 'health.engineNotReady', values: { name }, kind },
      cause: problem ?? '',
      remedy: { told: hint ?? '' },
      command: commandIn(hint ?? ''),
    }))
}

function machineFindings(system: System | undefined): Finding[] {
  if (system === undefined) return []
  const damaged = system.models.filter(({ state }) => state === 'damaged')
  const models = damaged.map(
    ({ id, remedy }): Finding => ({ id, isFailure: true, title: { key: 'health.modelDamaged', values: { name: id } }, cause: '', remedy: 'health.modelRemedy', command: remedy ?? null }),
  )
  if (system.ffmpeg !== null) return models
  return [{ id: 'ffmpeg', isFailure: true, title: { key: 'health.noFfmpeg' }, cause: '', remedy: 'health.ffmpegRemedy', command: 'dubwright doctor' }, ...models]
}

function linkFindings(readiness: Readiness | undefined): Finding[] {
  const tools = readiness?.youtube
  if (tools === null || tools === undefined) return []
  const [install, upgrade] = ["pip install 'dubwright[links]'", 'pip install --upgrade yt-dlp']
  const told = (id: string, key: MessageKey, remedy: MessageKey, command: string): Finding => ({ id, isFailure: false, title: { key }, cause: '', remedy, command })
  if (tools.yt_dlp === null) return [told('yt-dlp', 'health.noYtDlp', 'health.ytDlpRemedy', install)]
  if ((tools.age_days ?? 0) > OLD_DAYS) return [told('yt-dlp', 'health.oldYtDlp', 'health.ytDlpRemedy', upgrade)]
  return tools.javascript_runtime ? [] : [told('runtime', 'health.noRuntime', 'health.runtimeRemedy', install)]
}

function quotaFindings(account: Seen['account']): Finding[] {
  const quota = account?.quota_bytes ?? null
  if (account === undefined || quota === null || account.stored_bytes < quota * NEARLY_FULL) return []
  return [{ id: 'quota', isFailure: account.stored_bytes >= quota, title: { key: 'health.quotaFull' }, cause: '', remedy: 'health.quotaRemedy', command: null }]
}
