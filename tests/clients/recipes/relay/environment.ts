// Relay's environment for this hub.
import { Environment, type GraphQLResponse, Network, RecordSource, Store } from "relay-runtime";

export const relay = (hub: string, headers: () => Record<string, string> = () => ({})) =>
  new Environment({
    network: Network.create(async ({ text }, variables) => {
      const answer = await fetch(`${hub}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers() },
        body: JSON.stringify({ query: text, variables }),
      });
      return (await answer.json()) as GraphQLResponse;
    }),
    store: new Store(new RecordSource()),
  });
