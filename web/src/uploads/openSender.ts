import { answer, api } from '../api/client'
import { directSender } from './directSender'
import type { OpenSender } from './upload'
import { tusSender } from './tusSender'

/** Opens the way that this server wants files to come: straight to its bucket, or by tus. */
export const openSender: OpenSender = async (file, news) => {
  const { uploads } = await answer(api.GET('/v1/system'))
  return uploads.direct ? directSender(file, news) : tusSender(file, news)
}
