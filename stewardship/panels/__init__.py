"""What the page shows, worked out in plain values: no HTML, no database."""
