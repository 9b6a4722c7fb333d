"""Vacancies, internships, job fairs and the yellow card: the stand-ins."""
