"""Worksheets on paper: a step of training as a PDF, blank or solved."""
