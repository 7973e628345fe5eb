"""The steps of a night, one file a step: what it needs, its retries and time-out, and the few lines that call hervat/."""
