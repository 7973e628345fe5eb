"""Dutch for readers outside the team: spelling of days and numbers, words for codes, names of deployments."""
