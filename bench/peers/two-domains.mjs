// Two domains of the hub over the same sandbox, written as the peers' documentation shows: a resolver for each root field,
// a DataLoader for each request, and answers of agencies kept in memory for as long as the hub keeps them.
// Beds: Aplicares at each hospital, kept for a minute. Vacancies: Karirhub, kept for 15 minutes.
import crypto from 'node:crypto'

const LATE = 24 * 3600e3
const SOON = 300e3

export default function twoDomains (require, city) {
  const { Agent, request } = require('undici')
  const DataLoader = require('dataloader')
  const dispatcher = new Agent({ connections: 64 })
  const kept = new Map()
  const get = async (url, headers = {}) => (await request(url, { headers, dispatcher })).body.json()

  async function keep (key, seconds, load) {
    const found = kept.get(key)
    if (found && found.until > Date.now()) return { ...(await found.value), state: 'CACHED' }
    const value = load()
    kept.set(key, { until: Date.now() + seconds * 1000, value })
    value.catch(() => kept.delete(key))
    return { ...(await value), state: 'LIVE' }
  }

  async function rooms (hospital) {
    const moment = String(Math.floor(Date.now() / 1000))
    const signature = crypto.createHmac('sha256', hospital.secret).update(`${hospital.consumer}&${moment}`).digest('base64')
    const headers = { 'X-cons-id': hospital.consumer, 'X-timestamp': moment, 'X-signature': signature }
    if (hospital.key) headers.user_key = hospital.key
    const sent = []
    for (let start = 1; ; start += 100) {
      const answer = await get(`${hospital.url}/rest/bed/read/${hospital.ppk}/${start}/100`, headers)
      const page = answer?.response?.list ?? []
      sent.push(...page)
      if (page.length < 100) break
    }
    const seen = new Map(sent.map(row => [row.kodekelas + ' ' + row.koderuang, row]))
    const all = [...seen.values()].map(row => ({ free: +row.tersedia, at: new Date(row.lastupdate.replace(' ', 'T') + '+07:00') }))
    return { rooms: all, changedAt: new Date(Math.max(...all.map(room => +room.at))) }
  }

  async function vacancies () {
    const page = number => get(`${city.karirhub.url}/karirhub/catalogue/v1/industrial-vacancies?page=${number}&limit=100`)
    const first = await page(1)
    const others = await Promise.all(Array.from({ length: first.meta.last_page - 1 }, (_, index) => page(index + 2)))
    const rows = new Map([first, ...others].flatMap(each => each.data).map(row => [row.id ?? row._id ?? row.job_id, row]))
    return {
      rows: [...rows.entries()].map(([id, row]) => ({
        id,
        title: row.title ?? row.job_title,
        company: row.confidential ? null : row.company_name,
        city: row.city_name,
        publishedAt: row.published_at ? +row.published_at : +new Date(row.created_at) / 1000,
        expiresAt: row.expires_at,
        salary: row.show_salary && (row.min_salary_amount || row.max_salary_amount)
          ? { minimum: row.min_salary_amount || null, maximum: row.max_salary_amount || null }
          : null
      }))
    }
  }

  const Query = {
    async hospitals (_, { first = 20, minFree = 0, orderBy }, ctx) {
      const answers = await ctx.rooms.loadMany(city.hospitals)
      const now = Date.now()
      const [nodes, unavailable] = [[], []]
      answers.forEach((answer, index) => {
        const { name } = city.hospitals[index]
        if (answer instanceof Error) return unavailable.push({ name, problem: 'AGENCY_UNAVAILABLE' })
        const counted = answer.rooms.filter(room => +room.at >= now - LATE && +room.at <= now + SOON)
        if (!counted.length) return
        const free = counted.reduce((sum, room) => sum + room.free, 0)
        if (free < minFree) return
        const source = { name, state: answer.state, changedAt: answer.changedAt.toISOString() }
        nodes.push({ name, beds: { free, source } })
      })
      nodes.sort(orderBy === 'FREE_BEDS' ? (one, other) => other.beds.free - one.beds.free : (one, other) => one.name < other.name ? -1 : 1)
      return { totalCount: nodes.length, nodes: nodes.slice(0, first), unavailable }
    },
    async vacancies (_, { region, first = 20 }, ctx) {
      const answer = await ctx.jobs.load('all')
      const now = Date.now() / 1000
      const open = answer.rows.filter(row => (!row.expiresAt || row.expiresAt > now) && (!region || row.city === city.name))
      open.sort((one, other) => other.publishedAt - one.publishedAt || (one.id < other.id ? -1 : 1))
      const source = { name: city.karirhub.name, state: answer.state }
      return { totalCount: open.length, nodes: open.slice(0, first).map(row => ({ ...row, source })) }
    }
  }
  const context = () => ({
    rooms: new DataLoader(asked => Promise.all(asked.map(each => keep(each.code, 60, () => rooms(each)).catch(error => error)))),
    jobs: new DataLoader(asked => Promise.all(asked.map(() => keep('jobs', 900, vacancies))))
  })
  return { Query, context }
}
