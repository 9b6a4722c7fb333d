"""Jobs: vacancies, internships, fairs, the yellow card: what is promised."""
