"""The rules, as pure functions: what they are given, they judge."""
