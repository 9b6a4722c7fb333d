// A client of the hub, in the size that an app needs: documents typed by what was generated, errors by their codes.
import type { DocumentTypeDecoration } from "@graphql-typed-document-node/core";

export type Document<Result, Variables> = DocumentTypeDecoration<Result, Variables> & { toString(): string };

/** Left out where the document can do without: it then stands on its defaults. */
type Given<Variables> = {} extends Variables ? [variables?: Variables] : [variables: Variables];

interface Told {
  readonly message: string;
  readonly path?: readonly (string | number)[];
}

/** The codes of docs/errors.md that an app treats each in its own way. */
export const AGENCY_CODES = [
  "AGENCY_UNAVAILABLE",
  "AGENCY_THROTTLED",
  "AGENCY_COPYING",
  "AGENCY_REJECTED",
  "AGENCY_CHANGED",
] as const;
export const OWN_CODES = [
  "BAD_USER_INPUT",
  "FORBIDDEN",
  "GRAPHQL_VALIDATION_FAILED",
  "NOT_CONFIGURED",
  "NOT_FOUND",
  "TOO_OFTEN",
  "UNAUTHENTICATED",
] as const;

export type AgencyError = Told & {
  readonly code: (typeof AGENCY_CODES)[number];
  readonly agency: string;
  readonly retryable: boolean;
  readonly retryAfter?: number;
};
export type OwnError = Told & { readonly code: (typeof OWN_CODES)[number] };
/** A code that came later than this client. */
export type LaterError = Told & { readonly code: "OTHER"; readonly said: string };
export type HubError = AgencyError | OwnError | LaterError;

export interface Source {
  readonly agency: string;
  readonly name: string;
  readonly state: "LIVE" | "CACHED" | "STALE" | "SNAPSHOT" | null;
  readonly fetchedAt: string | null;
}

export interface Answer<Result> {
  readonly data: Result | null;
  readonly errors: readonly HubError[];
  readonly sources: readonly Source[];
}

type Raw = Told & { readonly extensions: Record<string, unknown> & { readonly code: string } };

const known = <Code extends string>(codes: readonly Code[], code: string): code is Code =>
  (codes as readonly string[]).includes(code);

function read({ message, path, extensions }: Raw): HubError {
  const told: Told = path ? { message, path } : { message };
  const { code, agency, retryable, retryAfter } = extensions;
  if (known(AGENCY_CODES, code)) {
    const about = { ...told, code, agency: String(agency), retryable: retryable === true };
    return typeof retryAfter === "number" ? { ...about, retryAfter } : about;
  }
  return known(OWN_CODES, code) ? { ...told, code } : { ...told, code: "OTHER", said: code };
}

/** What an app does about an error. The compiler knows whether a code was forgotten. */
export function advice(error: HubError): "wait" | "sign in" | "change" | "hide" | "report" {
  switch (error.code) {
    case "AGENCY_UNAVAILABLE":
    case "AGENCY_THROTTLED":
    case "AGENCY_COPYING":
    case "TOO_OFTEN":
      return "wait";
    case "UNAUTHENTICATED":
      return "sign in";
    case "BAD_USER_INPUT":
    case "GRAPHQL_VALIDATION_FAILED":
      return "change";
    case "FORBIDDEN":
    case "NOT_CONFIGURED":
    case "NOT_FOUND":
      return "hide";
    case "AGENCY_REJECTED":
    case "AGENCY_CHANGED":
    case "OTHER":
      return "report";
    default:
      return error satisfies never;
  }
}

export class Hub {
  constructor(
    private readonly address: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** Somebody else at the same hub. */
  as(headers: Readonly<Record<string, string>>): Hub {
    return new Hub(this.address, headers);
  }

  async ask<Result, Variables>(
    document: Document<Result, Variables>,
    ...[variables]: Given<Variables>
  ): Promise<Answer<Result>> {
    const response = await fetch(`${this.address}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...this.headers },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    const answer = (await response.json()) as {
      data?: Result | null;
      errors?: readonly Raw[];
      extensions?: { sources?: readonly Source[] };
    };
    return {
      data: answer.data ?? null,
      errors: (answer.errors ?? []).map(read),
      sources: answer.extensions?.sources ?? [],
    };
  }
}
