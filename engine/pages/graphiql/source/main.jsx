// GraphiQL over this hub. The page (../page.py) brings its data as JSON, and the address of these files.
import { DocExplorerStore, DOC_EXPLORER_PLUGIN } from "@graphiql/plugin-doc-explorer";
import { HISTORY_PLUGIN, HistoryStore } from "@graphiql/plugin-history";
import { GraphiQLProvider } from "@graphiql/react";
import { GraphiQLInterface } from "graphiql";
import { useMemo, useState } from "react";
import { createRoot } from "react-dom/client";

import "graphiql/style.css";
import "./page.css";

import { fetcherIn } from "./asking.js";
import { Header } from "./header.jsx";
import { ProviderDown, comeBack, forget, signIn, token } from "./sign_in.js";
import { chooseLanguage, firstLanguage } from "./words.js";

const { base, city, identity, documents: brought } = JSON.parse(document.getElementById("hub").textContent);
const documents = brought.map((each) => ({
  ...each,
  variables: Object.keys(each.variables).length ? JSON.stringify(each.variables, null, 2) : "",
}));
const WORKERS = ["json", "graphql"];

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(`${base}/${WORKERS.includes(label) ? label : "editor"}.worker.js`),
};

// /graphql?document=NAME opens with this document.
function firstTab() {
  const name = new URLSearchParams(location.search).get("document");
  if (name) history.replaceState(null, "", location.pathname);
  return documents.find((each) => each.name === name);
}

function Page({ first, problem }) {
  const [language, setLanguage] = useState(firstLanguage);
  const [told, setTold] = useState(problem);
  document.documentElement.lang = language;
  const fetcher = useMemo(
    () =>
      fetcherIn(language, {
        ended() {
          forget();
          setTold("ended");
        },
        offline: () => setTold("offline"),
      }),
    [language],
  );
  const header = {
    city,
    documents,
    identity,
    language,
    told,
    onTold: setTold,
    onLanguage(chosen) {
      chooseLanguage(chosen);
      setLanguage(chosen);
    },
    onSignIn: () => signIn(identity).catch((error) => setTold(error instanceof ProviderDown ? "down" : "refused")),
    onSignOut() {
      forget();
      location.reload();
    },
  };
  const opened = first ?? documents[0];
  // Whoever comes back finds the variables that GraphiQL has kept with the tabs.
  const returns = localStorage.getItem("graphiql:tabState") !== null;
  return (
    <GraphiQLProvider
      fetcher={fetcher}
      plugins={[DOC_EXPLORER_PLUGIN, HISTORY_PLUGIN]}
      referencePlugin={DOC_EXPLORER_PLUGIN}
      defaultTabs={[{ query: opened.query, variables: opened.variables }]}
      initialQuery={first?.query}
      initialVariables={first || !returns ? opened.variables : undefined}
      shouldPersistHeaders={false}
      defaultTheme={null}
    >
      <HistoryStore>
        <DocExplorerStore>
          <Header {...header} />
          <main>
            <GraphiQLInterface defaultEditorToolsVisibility="variables" showPersistHeadersSettings={false} />
          </main>
        </DocExplorerStore>
      </HistoryStore>
    </GraphiQLProvider>
  );
}

async function start() {
  let problem = null;
  try {
    if ((await comeBack(identity)) === false) problem = "refused";
  } catch (error) {
    problem = error instanceof ProviderDown ? "down" : "refused";
  }
  const root = document.getElementById("root");
  createRoot(root).render(<Page first={firstTab()} problem={problem} />);
}

start();
