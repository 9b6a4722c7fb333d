"""What stands in the schema against a rule, by rule and coordinate, and why: names that are promised are never changed."""

EXCEPTIONS = {
    "root_fields_fail_alone": {
        f"Subscription.{name}": "That an agency does not answer is an event too, and others follow."
        for name in ("hospitalBeds", "priceOfTheDay", "bookingState")
    },
    "lists_and_what_is_in_them_are_there": {
        "VenueDay.prices": "An hour that is not free has no price; the place in the list is the hour.",
    },
    "booleans_are_there": {
        "Venue.openNow": "A venue that does not publish its hours is neither open nor closed.",
    },
    "what_is_found_by_a_key_or_changed_is_a_node": {
        "Mutation.createApiKey": "The key is shown this once; what is known of it, `apiKey`, is a Node.",
    },
    "names_are_made_of_whole_words": {
        "AgencyStatus.p95": "The word of all who measure how long answers take; a percentile has a number.",
    },
    "moments_and_days_are_named_so": {
        "AgencyStatus.since": "Beside `state` it is the word of status pages.",
        "AgencyStatus.lastSuccess": "The word of status pages; `/status.json` has it too.",
        "AgencyStatus.expectedRecovery": "The word of status pages; the announcement has `endsAt`.",
        "CommodityPrice.askedFor": "It is the argument `on` once more, beside `day`, which may be an earlier one.",
        "Source.staleAfter": "Until when, which no name with At says.",
    },
    "what_is_many_is_named_so": {
        "Me.dataUsage": "Promised before this rule; Estonia's data tracker calls it so.",
        "Query.accessPolicy": "Promised before this rule; it is one policy of many fields.",
    },
    "what_asks_an_agency_may_be_null": {
        "Announcement.name": "The hub's own configuration.",
        "Announcement.text": "The hub's own data; the request says in which language.",
        "City.cities": "The hub's own data.",
        "City.kecamatan": "The hub's own data.",
        "City.kelurahan": "The hub's own data.",
        "Commodity.name": "Of what has been read already; the request says in which language.",
        "Kecamatan.kelurahan": "The hub's own data.",
        "WeatherForecast.days": "Its days follow from the points that are there; the context says in which time zone.",
    },
    "inputs_are_named_so": {"Point": "Promised before this rule."},
    "nothing_is_abbreviated": {
        "Query.hospitals(minFree:)": "Promised before this rule.",
        "Query.vacancies(minSalary:)": "Promised before this rule.",
        "@maxStaleness": "The name that caches of GraphQL use for the age of an answer.",
    },
    "types_and_root_fields_have_their_indonesian_term": {
        "Query.node": "Relay's, for programs.",
        "Node": "Relay's, for programs.",
        "PageInfo": "Relay's, for programs.",
        "Mutation": "A root of GraphQL.",
        "Subscription": "A root of GraphQL.",
        "FacetCount": "A number beside a filter of a screen.",
        "ReadingState": "The hub's own word for what it does.",
        "FieldAccess": "About the schema itself, for administrators.",
        "Query.accessPolicy": "About the schema itself, for administrators.",
    },
}
