"""Jobs: vacancies, internships, job fairs and yellow cards."""
