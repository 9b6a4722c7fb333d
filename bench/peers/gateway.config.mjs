// Hive Gateway in front of another peer, with its cache of whole answers.
import { defineConfig } from '@graphql-hive/gateway'

export const gatewayConfig = defineConfig({
  proxy: { endpoint: process.env.BEHIND },
  logging: 'error',
  graphiql: false,
  landingPage: false,
  responseCaching: { session: () => null, ttl: 600000, includeExtensionMetadata: false }
})
