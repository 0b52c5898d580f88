"""Readers of a Windows system's files and hives."""
