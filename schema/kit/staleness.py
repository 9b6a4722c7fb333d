"""`@maxStaleness`: a query says how old its answers may be."""

from graphql import DirectiveLocation, GraphQLArgument, GraphQLDirective, GraphQLInt, GraphQLNonNull

MAX_STALENESS = GraphQLDirective(
    name="maxStaleness",
    locations=[DirectiveLocation.QUERY],
    args={"seconds": GraphQLArgument(GraphQLNonNull(GraphQLInt), description="The greatest age, 0 or more.")},
    description="No answer in this query may be older than this, counted from when the hub got it from the agency. If "
    "only an older one can be had, its field has the error `TOO_STALE` with the age.",
)
