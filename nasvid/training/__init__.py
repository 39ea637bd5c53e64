"""Training and scoring of one network: schedule, optimiser, placement, steps, metrics."""
