"""Jobs: open vacancies, from whoever publishes them."""
