"""Jobs: vacancies, internships, fairs, the yellow card: what its fields mean."""
