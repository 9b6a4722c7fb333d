// With which variables the hub's own page fills each ready document, as the city has them: by the name of its file.
export async function variables(hub) {
  const page = await fetch(`${hub}/graphql`, { headers: { accept: "text/html" } }).then((answer) => answer.text());
  const { documents } = JSON.parse(/<script id="hub" type="application\/json">(.*?)<\/script>/s.exec(page)[1]);
  return Object.fromEntries(documents.map(({ name, variables: filled }) => [name, JSON.parse(filled || "{}")]));
}
