"""What people see: the `storychat` command and the Textual chat."""
