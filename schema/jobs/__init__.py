"""Vacancies, internships, job fairs and the yellow card: the types of the schema."""
