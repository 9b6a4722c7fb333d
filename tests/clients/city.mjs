// The ready documents with the variables of the hub's city, as its GraphiQL page brings them.

/** By name, such as `hospital-detail`. */
export async function variablesOf(hub) {
  const page = await fetch(`${hub}/graphql`, { headers: { accept: "text/html" } }).then((answer) => answer.text());
  const [, brought] = /<script id="hub" type="application\/json">(.*?)<\/script>/s.exec(page);
  return Object.fromEntries(JSON.parse(brought).documents.map(({ name, variables }) => [name, variables]));
}
