// Apollo Client 4 for this hub: one cache, pages that grow, documents by their hash, and who asks.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { SetContextLink } from "@apollo/client/link/context";
import { ErrorLink } from "@apollo/client/link/error";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";

import introspection from "../generated/possible-types.js";

// Apollo wants to know the defaults, to give the types of answers.
declare module "@apollo/client" {
  namespace ApolloClient {
    namespace DeclareDefaultOptions {
      interface WatchQuery {
        errorPolicy: "all";
      }
      interface Query {
        errorPolicy: "all";
      }
      interface Mutate {
        errorPolicy: "all";
      }
    }
  }
}

export interface Given {
  readonly hub: string;
  readonly language: "id" | "en";
  /** The access token of who has signed in; null for nobody. Asked before each operation, so it may be renewed. */
  readonly token: () => string | null;
  /** Called when the hub does not take the token any more. */
  readonly signedOut: () => void;
  readonly fetch?: typeof fetch;
}

const sha256 = async (text: string) => {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((each) => each.toString(16).padStart(2, "0")).join("");
};

export const cache = () =>
  new InMemoryCache({
    // Which types an interface has: graphql-codegen's fragment-matcher writes this file.
    possibleTypes: introspection.possibleTypes,
    typePolicies: {
      // A list that is asked for with `edges` grows with each page. What makes it another list stands in the brackets.
      Query: { fields: { vacancies: relayStylePagination(["text", "category", "jobType", "education"]) } },
      // A thing without an id belongs to what holds it; its parts are put together.
      Source: { merge: true },
      TaxArrears: { merge: true },
      CommodityPrice: { merge: true },
    },
  });

export const apollo = ({ hub, language, token, signedOut, fetch: given }: Given) =>
  new ApolloClient({
    cache: cache(),
    link: ApolloLink.from([
      new ErrorLink(({ error }) => {
        const codes = CombinedGraphQLErrors.is(error) ? error.errors.map(({ extensions }) => extensions?.["code"]) : [];
        if (codes.includes("UNAUTHENTICATED")) signedOut();
      }),
      // The first time with the text, and ever after by the hash, as a GET that browsers and caches can keep.
      new PersistedQueryLink({ sha256, useGETForHashedQueries: true }),
      new SetContextLink(({ headers }) => {
        const bearer = token();
        return {
          headers: {
            ...headers,
            "accept-language": language,
            ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
          },
        };
      }),
      new HttpLink({ uri: `${hub}/graphql`, ...(given ? { fetch: given } : {}) }),
    ]),
    // A part that an agency could not give is an error beside the data, not instead of it.
    defaultOptions: { query: { errorPolicy: "all" }, watchQuery: { errorPolicy: "all" }, mutate: { errorPolicy: "all" } },
  });
