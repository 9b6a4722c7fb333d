"""Jobs: vacancies, internships, fairs, the yellow card: its stand-ins."""
