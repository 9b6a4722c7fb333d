"""Vacancies, internships, job fairs and the yellow card: what the fields mean."""
