"""The demonstration (`make run`): launcher, mail catcher, sample data and component pages."""
