"""Is it any good: sets, metrics, a runner and its report."""
