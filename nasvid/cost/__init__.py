"""Exact cost of a graph, and budgets on it."""
