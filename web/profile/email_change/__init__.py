"""The change of the e-mail address, confirmed from the new one."""
