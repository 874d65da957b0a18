import common from './common.json'
import home from './home.json'
import library from './library.json'
import studio from './studio.json'
import lines from './lines.json'
import timeline from './timeline.json'
import settings from './settings.json'
import health from './health.json'
import glossary from './glossary.json'
import problems from './problems.json'

import type { Catalogue } from '../../i18n/catalogue'

const catalogue: Catalogue = { ...common, ...home, ...library, ...studio, ...lines, ...timeline, ...settings, ...health, ...glossary, ...problems }

export default catalogue
