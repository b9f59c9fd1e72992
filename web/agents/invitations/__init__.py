"""What an operator does with the accounts of agents: invite, withdraw, remove a lost factor."""
