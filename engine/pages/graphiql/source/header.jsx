// The bar above GraphiQL: which documents there are, who asks, and in which language.
import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect, useState } from "react";

import { FIELDS, audienceOf, openSchema, said, say } from "./asking.js";
import { token } from "./sign_in.js";
import { wordsOf } from "./words.js";

export function Header({ city, documents, identity, language, onLanguage, onSignIn, onSignOut, told, onTold }) {
  const words = wordsOf(language);
  const [audience, setAudience] = useState("");
  useEffect(() => void audienceOf(language).then(setAudience, () => {}), [language]);
  return (
    <>
      <header>
        <a className="home" href="/">
          <strong>Simpul</strong> <span>{city}</span>
        </a>
        <Documents documents={documents} words={words} />
        <nav>
          <a href="/docs">{words.docs}</a>
          <a href="/schema.graphql" onClick={(event) => openSchema(event, language)}>
            {words.schema}
          </a>
        </nav>
        <label>
          {words.language}
          <select id="language" value={language} onChange={({ target }) => onLanguage(target.value)}>
            <option value="id">Indonesia</option>
            <option value="en">English</option>
          </select>
        </label>
        <Who words={words} />
        <output id="audience">{audience}</output>
        {identity && (
          <button id="sign" type="button" onClick={token() ? onSignOut : onSignIn}>
            {token() ? words.signOut : words.signIn}
          </button>
        )}
      </header>
      {told && (
        <p id="told" role="alert">
          {words[told]}
          <button type="button" onClick={() => onTold(null)}>
            {words.close}
          </button>
        </p>
      )}
    </>
  );
}

// A document opens in a tab of its own, with the variables of this city.
function Documents({ documents, words }) {
  const { addTab } = useGraphiQLActions();
  const { queryEditor, variableEditor } = useGraphiQL(({ queryEditor, variableEditor }) => ({
    queryEditor,
    variableEditor,
  }));
  const whoms = [...new Set([...Object.keys(words.whom), ...documents.map(({ whom }) => whom)])];
  const groups = whoms.map((whom) => [whom, documents.filter((each) => each.whom === whom)]);
  function open(name) {
    const { query, variables } = documents.find((each) => each.name === name);
    addTab();
    queryEditor.setValue(query);
    variableEditor.setValue(variables);
  }
  return (
    <label className="documents">
      {words.documents}
      <select id="documents" value="" disabled={!queryEditor || !variableEditor} onChange={({ target }) => open(target.value)}>
        <option value="">{words.choose}</option>
        {groups
          .filter(([, those]) => those.length)
          .map(([whom, those]) => (
            <optgroup key={whom} label={words.whom[whom] ?? whom}>
              {those.map(({ name, title }) => (
                <option key={name} value={name}>
                  {title}
                </option>
              ))}
            </optgroup>
          ))}
      </select>
    </label>
  );
}

// The key of an app, and what personal data are read for.
function Who({ words }) {
  const [fields, setFields] = useState(said);
  function write(name, value) {
    const all = { ...fields, [name]: value };
    setFields(all);
    say(all);
  }
  return (
    <details id="who">
      <summary>{words.who}</summary>
      <div>
        {Object.keys(FIELDS).map((name) => (
          <label key={name}>
            {words[name]} <code>{FIELDS[name]}</code>
            <input
              name={name}
              type={name === "key" ? "password" : "text"}
              autoComplete="off"
              spellCheck="false"
              placeholder={name === "case" ? words.caseHint : ""}
              value={fields[name] ?? ""}
              onChange={({ target }) => write(name, target.value)}
            />
          </label>
        ))}
      </div>
    </details>
  );
}
