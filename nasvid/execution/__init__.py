"""Running a search: where jobs are evaluated, and the ledger from which a run is rebuilt."""
