export function variablesOf(hub: string): Promise<Record<string, Record<string, unknown>>>;
