"""What is served beside GraphQL: GraphiQL, calendars, and the data tracker."""
