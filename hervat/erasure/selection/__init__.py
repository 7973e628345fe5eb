"""Row selection as SQL: roots, persons, reached and stranded rows."""
