"""Results as JSON, HTML, Markdown and plain text; looks at nothing but the results."""
