"""The steps of a night, one file a step: what it needs, its retries, and the few lines that call hervat/."""
