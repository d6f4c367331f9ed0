"""Rules about what answers, URLs and logs give away."""
