"use strict";

const examples = JSON.parse(document.getElementById("examples").textContent);
const languages = document.getElementById("language");

languages.value = localStorage.getItem("simpul:language") || "id";
languages.addEventListener("change", () => localStorage.setItem("simpul:language", languages.value));

async function fetcher(operation) {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/graphql-response+json, application/json;q=0.9",
      "accept-language": languages.value,
    },
    body: JSON.stringify(operation),
  });
  return answer.json();
}

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: examples.map(({ query, variables }) => ({ query, variables })),
    defaultEditorToolsVisibility: "variables",
    isHeadersEditorEnabled: false,
    shouldPersistHeaders: false,
  }),
);
