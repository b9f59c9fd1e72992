"""Commands of an operator on the accounts of agents: invite, withdraw, remove a lost factor."""
