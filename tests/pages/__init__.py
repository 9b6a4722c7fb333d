"""The pages for people: valid, in two languages, without a script, and each link leads somewhere."""
