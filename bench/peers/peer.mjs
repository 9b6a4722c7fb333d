// A peer over rows in memory, or over an upstream that is asked each time: node peer.mjs KIND PORT ROWS
// KIND: mercurius, yoga, apollo, and yoga+kept, apollo+kept with their own caches of whole answers. All but Apollo's have a JIT.
// ROWS: {"sdl": the schema, "data": the rows of each root field, "upstream": where posts and users are asked, or null,
// "city": the agencies behind two-domains.mjs, or null}
import { createRequire } from 'node:module'
import http from 'node:http'
import fs from 'node:fs'

const require = createRequire(process.env.PEERS + '/x.js')
const [kind, port, file] = [process.argv[2], +process.argv[3], process.argv[4]]
const { sdl, data, upstream, city } = JSON.parse(fs.readFileSync(file))
const [product, kept] = kind.split('+')

const Query = Object.fromEntries(Object.keys(data).map(name => [name, () => data[name]]))
const resolvers = { Query }
let context = () => ({})

if (upstream) {
  const { Pool } = require('undici')
  const DataLoader = require('dataloader')
  const pool = new Pool(upstream, { connections: 64, pipelining: 1 })
  const get = async path => (await pool.request({ path, method: 'GET' })).body.json()
  Query.posts = () => get('/posts')
  resolvers.Post = { user: (post, _, ctx) => ctx.users.load(post.userId) }
  context = () => ({
    users: new DataLoader(async ids => {
      const rows = await get('/users?' + ids.map(id => 'id=' + id).join('&'))
      const by = new Map(rows.map(each => [each.id, each]))
      return ids.map(id => by.get(id))
    })
  })
}
if (city) {
  const made = (await import(new URL('two-domains.mjs', import.meta.url).href)).default(require, city)
  Object.assign(Query, made.Query)
  context = made.context
}

if (product === 'mercurius') {
  const app = require('fastify')()
  app.register(require('mercurius'), { schema: sdl, resolvers, jit: 1, context })
  await app.listen({ port, host: '127.0.0.1' })
} else if (product === 'yoga') {
  const { createYoga, createSchema } = require('graphql-yoga')
  const plugins = [require('@envelop/graphql-jit').useGraphQlJit()]
  if (kept) {
    const { useResponseCache } = require('@graphql-yoga/plugin-response-cache')
    plugins.push(useResponseCache({ session: () => null, ttl: 600000, includeExtensionMetadata: false }))
  }
  const schema = createSchema({ typeDefs: sdl, resolvers })
  http.createServer(createYoga({ schema, context, plugins, logging: false, graphiql: false, landingPage: false })).listen(port, '127.0.0.1')
} else if (product === 'apollo') {
  const { ApolloServer } = require('@apollo/server')
  const { startStandaloneServer } = require('@apollo/server/standalone')
  const plugins = []
  if (kept) {
    const { ApolloServerPluginCacheControl } = require('@apollo/server/plugin/cacheControl')
    plugins.push(ApolloServerPluginCacheControl({ defaultMaxAge: 600 }), require('@apollo/server-plugin-response-cache').default())
  }
  const server = new ApolloServer({ typeDefs: sdl, resolvers, plugins, csrfPrevention: false })
  await startStandaloneServer(server, { listen: { port, host: '127.0.0.1' }, context: async () => context() })
} else {
  throw new Error(`no such kind: ${kind}`)
}
