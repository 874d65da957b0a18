import { Problem, problemOf } from '../api/problem'
import type { Estimate, Operation, Project } from '../api/types'
import { glimpse, type Glimpse } from '../uploads/glimpse'
import { VideoUpload, type OpenSender } from '../uploads/upload'
import { Store } from '../ui/store'
import * as calls from './calls'
import type { Origin } from './calls'
import type { Wanted } from './wanted'

/** What a new dub is at. `stuck`: the server could not look into the video, and may be asked again. */
export type Step = 'empty' | 'sending' | 'looking' | 'stuck' | 'ready' | 'beginning'

export interface DubState {
  step: Step
  upload: VideoUpload | null
  glimpse: Glimpse | null
  /** What looks into the video, or fetches it. */
  operation: Operation | null
  project: Project | null
  /** Null until it was asked for with what is wanted now. */
  estimate: Estimate | null
  /** It begins by itself as soon as it can. */
  isQueued: boolean
  /** Why the server does not take the video, or could not begin. */
  problem: Problem | null
}

export const EMPTY: DubState = {
  step: 'empty',
  upload: null,
  glimpse: null,
  operation: null,
  project: null,
  estimate: null,
  isQueued: false,
  problem: null,
}

const SETTLED_MS = 400

/** One dub from its video to its first run. It lives on while other pages are looked at. */
export class NewDub {
  readonly state = new Store<DubState>(EMPTY)
  /** Called with the project once it is being dubbed. */
  onBegun: (project: Project) => void = () => undefined
  /** Called when the list of projects is another. */
  onChanged: () => void = () => undefined
  readonly #open: OpenSender
  #wanted: Wanted | null = null
  #origin: Origin | null = null
  #attempt = new AbortController()
  #reckoning: ReturnType<typeof setTimeout> | undefined
  #turn = Promise.resolve()

  constructor(open: OpenSender) {
    this.#open = open
  }

  /** Sends a file in place of what was there, and has the server look into it once it has arrived. */
  take = (file: File): void => {
    void this.drop()
    const attempt = this.#attempt.signal
    const upload = new VideoUpload(file, this.#open)
    this.#set({ step: 'sending', upload })
    void glimpse(file).then((seen) => {
      if (!attempt.aborted) this.#set({ glimpse: seen })
    })
    upload.status.subscribe(() => {
      const status = upload.status.get()
      if (status.kind === 'done' && !attempt.aborted) void this.#lookInto({ upload: status.upload, name: file.name }, attempt)
    })
    void upload.begin()
  }

  /** Has the server fetch a link and look into what it leads to. */
  fetch = (link: { url: string; use_captions: boolean }): Promise<void> => {
    this.clear()
    return this.#lookInto({ link }, this.#attempt.signal)
  }

  /** What is wanted changed. The estimate follows as soon as the changes pause. */
  want = (wanted: Wanted): void => {
    this.#wanted = wanted
    clearTimeout(this.#reckoning)
    if (this.state.get().step !== 'ready') return
    this.#reckoning = setTimeout(() => void this.#reckon(), SETTLED_MS)
  }

  /** Begins to dub, now or as soon as the video is there. */
  begin = (): void => {
    this.#set({ isQueued: true, problem: null })
    if (this.state.get().step === 'ready') void this.#run(this.#attempt.signal)
  }

  /** Begins with a link at once; fetching it is the first thing that is done. */
  beginWith = async (link: { url: string; use_captions: boolean }): Promise<void> => {
    this.clear()
    const attempt = this.#attempt.signal
    this.#set({ step: 'beginning', isQueued: true })
    await this.#guarded(attempt, 'empty', async () => {
      const project = await calls.createProject({ link }, this.#whatIsWanted())
      this.#set({ project })
      await this.#run(attempt)
    })
  }

  /** Looks into the video again, after the server could not. */
  tryAgain = (): void => {
    if (this.#origin !== null) void this.#lookInto(this.#origin, this.#attempt.signal)
  }

  unqueue = (): void => {
    this.#set({ isQueued: false })
  }

  /** Gives the video up. What the server has of it is deleted. */
  drop = async (): Promise<void> => {
    const { upload, project } = this.state.get()
    this.clear()
    await this.#forget(upload, project)
  }

  /** Forgets everything here; what the server has stays. */
  clear = (): void => {
    this.#attempt.abort()
    this.#attempt = new AbortController()
    clearTimeout(this.#reckoning)
    this.#origin = null
    this.state.set(EMPTY)
  }

  async #lookInto(origin: Origin, attempt: AbortSignal): Promise<void> {
    this.#origin = origin
    this.#set({ step: 'looking', problem: null })
    await this.#guarded(attempt, 'stuck', async () => {
      const project = this.state.get().project ?? (await calls.createProject(origin, this.#whatIsWanted()))
      attempt.throwIfAborted()
      this.#set({ project })
      await this.#await(await calls.ingest(project.id), attempt)
      const known = await calls.showProject(project.id)
      attempt.throwIfAborted()
      this.#set({ step: 'ready', project: known, operation: null })
    })
    if (attempt.aborted || this.state.get().step !== 'ready') return
    await (this.state.get().isQueued ? this.#run(attempt) : this.#reckon())
  }

  async #await(begun: Operation, attempt: AbortSignal): Promise<void> {
    const operation = await calls.ended(begun, attempt, (news) => {
      this.#set({ operation: news })
    })
    const failure = calls.failureOf(operation)
    if (failure !== null) throw failure
  }

  async #reckon(): Promise<void> {
    const attempt = this.#attempt.signal
    this.#set({ estimate: null })
    await this.#inTurn(attempt, async () => {
      const wanted = this.#whatIsWanted()
      const project = await this.#upToDate(wanted, attempt)
      const estimate = wanted.targets.length === 0 ? null : await calls.estimate(project.id)
      if (!attempt.aborted && wanted === this.#wanted) this.#set({ estimate })
    })
  }

  async #run(attempt: AbortSignal): Promise<void> {
    clearTimeout(this.#reckoning)
    this.#set({ step: 'beginning', problem: null })
    await this.#inTurn(attempt, async () => {
      const wanted = this.#whatIsWanted()
      const project = await this.#upToDate(wanted, attempt)
      await calls.run(project.id, wanted.targets)
      this.clear()
      this.onBegun(project)
    })
  }

  /** The project as it is wanted; another one of the same video where this one cannot become it. */
  async #upToDate(wanted: Wanted, attempt: AbortSignal): Promise<Project> {
    const { project } = this.state.get()
    if (project === null) throw new Error('there is no project yet')
    const changed = calls.needsAnother(project, wanted) ? await this.#another(project, wanted, attempt) : await calls.bringUpToDate(project, wanted)
    attempt.throwIfAborted()
    this.#set({ project: changed })
    return changed
  }

  async #another(project: Project, wanted: Wanted, attempt: AbortSignal): Promise<Project> {
    if (this.#origin === null) return project
    const other = await calls.createProject(this.#origin, wanted)
    this.#set({ project: other })
    void calls.discard(project.id)
    await calls.ended(await calls.ingest(other.id), attempt, () => undefined)
    return calls.showProject(other.id)
  }

  /** One change of the project after the other, so that none undoes what another is about to do. */
  #inTurn(attempt: AbortSignal, work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(() => (attempt.aborted ? undefined : this.#guarded(attempt, 'ready', work)))
    return this.#turn
  }

  async #guarded(attempt: AbortSignal, otherwise: Step, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!attempt.aborted) this.#fail(problemOf(error), otherwise)
    }
  }

  #fail(problem: Problem, step: Step): void {
    const isOver = step === 'stuck' && !problem.retryable
    if (!isOver) {
      this.#set({ step, isQueued: false, operation: null, problem })
      return
    }
    const { upload, project } = this.state.get()
    this.clear()
    this.#set({ problem })
    void this.#forget(upload, project)
  }

  /** Deletes what the server has of a video. What cannot be deleted now goes with its next clean-up. */
  async #forget(upload: VideoUpload | null, project: Project | null): Promise<void> {
    const status = upload?.status.get()
    try {
      if (project !== null) await calls.discard(project.id)
      if (status?.kind === 'done') await calls.forgetUpload(status.upload)
      else await upload?.end()
    } catch {
      return
    } finally {
      if (project !== null) this.onChanged()
    }
  }

  #whatIsWanted(): Wanted {
    if (this.#wanted === null) throw new Problem({ detail: 'nothing is chosen yet' }, 0)
    return this.#wanted
  }

  #set(part: Partial<DubState>): void {
    this.state.set({ ...this.state.get(), ...part })
  }
}
