// A list that grows: `@connection` keeps its pages together under one name.
import { graphql } from "relay-runtime";

export const Vacancies = graphql`
  query vacanciesQuery($first: Int!, $after: String) {
    vacancies(first: $first, after: $after) @connection(key: "vacancies_vacancies") {
      edges {
        node {
          id
          title
        }
      }
    }
  }
`;

export const OneThing = graphql`
  query vacanciesOneThingQuery($id: ID!) {
    node(id: $id) {
      __typename
      id
    }
  }
`;
