"""The command line: questions, files read line by line, progress, exit statuses."""
