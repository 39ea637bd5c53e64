"""From a graph and a fidelity to an `Evaluation`, in slots that a caller polls."""
